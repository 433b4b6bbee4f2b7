package dev.cairn.relay.seal;

import dev.cairn.protocol.audit.ClientText;
import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.seal.SealKey;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// Tells the security log who had what signed, with which key: a decision at once, equal ones of the same
/// second in one further line with their number. A bounded number of lines in all, so that nobody can push
/// the history out of the log; what is signed is never part of one.
///
/// Owned by one event loop.
final class DecisionLog {

    private static final Logger LOG = LoggerFactory.getLogger(DecisionLog.class);

    private static final long PERIOD_MILLIS = 1_000;
    private static final int LINES_PER_PERIOD_MAX = 64;

    private final Vertx vertx;
    private final Map<Line, Count> told = new LinkedHashMap<>();
    private long untold;

    private record Line(Decision decision, String kind, String keyId, Peer peer) {}

    private static final class Count {
        private long more;
    }

    DecisionLog(Vertx vertx) {
        this.vertx = vertx;
    }

    /// @param kind of the content, in a word
    /// @param keyId as the client or the ring has it; empty where none was looked for
    void decided(Decision decision, String kind, String keyId, Peer peer) {
        Line line = new Line(decision, kind, SealKey.isId(keyId) || keyId.isEmpty() ? keyId : "(malformed)", peer);
        Count known = told.get(line);
        if (known != null) {
            known.more++;
            return;
        }
        if (told.size() == LINES_PER_PERIOD_MAX) {
            untold++;
            return;
        }
        if (told.isEmpty()) {
            vertx.setTimer(PERIOD_MILLIS, _ -> endPeriod());
        }
        told.put(line, new Count());
        builder(line).log(decision.message());
    }

    private void endPeriod() {
        told.forEach((line, count) -> {
            if (count.more > 0) {
                builder(line)
                        .addKeyValue("count", count.more)
                        .log(line.decision().message());
            }
        });
        if (untold > 0) {
            LOG.atWarn().addKeyValue("count", untold).log("signing: more decisions than the log tells one by one");
        }
        told.clear();
        untold = 0;
    }

    private static LoggingEventBuilder builder(Line line) {
        Peer peer = line.peer();
        LoggingEventBuilder builder =
                (line.decision().isGood() ? LOG.atInfo() : LOG.atWarn()).addKeyValue("kind", line.kind());
        if (!line.keyId().isEmpty()) {
            builder = builder.addKeyValue("key_id", line.keyId());
        }
        builder = builder.addKeyValue("uid", peer.uid()).addKeyValue("pid", peer.pid());
        return peer.exe().isEmpty() ? builder : builder.addKeyValue("exe", ClientText.show(peer.exe()));
    }
}
