package dev.cairn.relay.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.List;
import java.util.Set;
import org.slf4j.event.KeyValuePair;

/// The keys that a line of the log may have: what is not named here is not printed, so that nobody logs an event's
/// body, a token or a key by adding one more.
final class LogKeys {

    private static final Set<String> DECLARED = Set.of(
            "anchors",
            "attempt",
            "before",
            "bytes",
            "chain",
            "chains",
            "code",
            "confirmed",
            "count",
            "drops",
            "enabled",
            "ended",
            "exe",
            "expected",
            "failed",
            "file",
            "form",
            "group",
            "hash",
            "http",
            "key",
            "key_known", // Whether it is, not what it is.
            "key_id",
            "kind",
            "line",
            "millis",
            "min_events",
            "minutes",
            "named_hash",
            "named_seq",
            "occasion",
            "offset",
            "old_key_id",
            "outcome",
            "part",
            "peer",
            "pid",
            "problem",
            "quorum",
            "reason",
            "seconds",
            "seq",
            "signed_by",
            "signer",
            "socket",
            "tip",
            "token", // Its name, never its text.
            "uid",
            "witness");

    private LogKeys() {}

    static boolean isDeclared(String key) {
        return DECLARED.contains(key);
    }

    /// What of an event's pairs may be printed.
    static List<KeyValuePair> of(ILoggingEvent event) {
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        return pairs == null
                ? List.of()
                : pairs.stream().filter(pair -> isDeclared(pair.key)).toList();
    }
}
