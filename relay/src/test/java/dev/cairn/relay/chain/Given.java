package dev.cairn.relay.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cairn.protocol.audit.AuditVerifier;
import dev.cairn.protocol.audit.KeystreamSalts;
import dev.cairn.protocol.audit.LogListener;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.LogVerdict;
import dev.cairn.protocol.audit.PeerStamp;
import dev.cairn.protocol.audit.RecordBatch;
import dev.cairn.protocol.audit.RecordBatchWriter;
import dev.cairn.protocol.json.JsonTape;
import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.RelayConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What tests of the chain begin with: events, batches of them, configurations, and the last word on a log.
final class Given {

    private static final RecordBatchWriter WRITER = new RecordBatchWriter(new KeystreamSalts(new SecureRandom()));
    private static final JsonTape TAPE = new JsonTape();
    private static final long RECEIVED_AT =
            Instant.parse("2026-03-01T10:00:00Z").toEpochMilli();

    private Given() {}

    /// A batch of one event for each id.
    static synchronized RecordBatch batch(String... ids) {
        for (String id : ids) {
            add(id);
        }
        return WRITER.take();
    }

    /// A batch of events `name-0`, `name-1`…
    static synchronized RecordBatch batch(String name, int count) {
        for (int i = 0; i < count; i++) {
            add(name + "-" + i);
        }
        return WRITER.take();
    }

    private static void add(String id) {
        byte[] event = ("{\"id\":\"" + id
                        + "\",\"session_id\":\"s\",\"timestamp\":\"2026-03-01T10:00:00Z\",\"agent\":\"custom\","
                        + "\"action\":\"file_read\",\"risk\":{\"level\":\"none\"}}")
                .getBytes(StandardCharsets.UTF_8);
        TAPE.parse(event, 0, event.length);
        assertThat(WRITER.add(TAPE, 0, PeerStamp.NOBODY, RECEIVED_AT)).isInstanceOf(RecordBatchWriter.Added.class);
    }

    static RelayConfig config(Path dataDir) {
        return RelayConfig.defaults(Places.in(dataDir));
    }

    static RelayConfig acceptingDamage(RelayConfig config) {
        return with(config, config.chain(), new RelayConfig.Audit(false, true));
    }

    /// With commits that are so small that a torn tail is told from damage in a short log.
    static RelayConfig committingAtMost(int bytes, RelayConfig config) {
        RelayConfig.Chain chain = config.chain();
        return with(config, new RelayConfig.Chain(bytes, chain.commitDelay(), chain.dataMode()), config.audit());
    }

    static RelayConfig waitingForCompany(Duration delay, RelayConfig config) {
        RelayConfig.Chain chain = config.chain();
        return with(config, new RelayConfig.Chain(chain.batchBytesMax(), delay, chain.dataMode()), config.audit());
    }

    private static RelayConfig with(RelayConfig config, RelayConfig.Chain chain, RelayConfig.Audit audit) {
        return new RelayConfig(
                config.dataDir(),
                config.ingress(),
                chain,
                config.stream(),
                config.http(),
                config.heartbeat(),
                audit,
                config.autoSeal(),
                config.sign(),
                config.witness(),
                config.receipts());
    }

    static Path log(Path dataDir) {
        return dataDir.resolve(Recovery.LOG_NAME);
    }

    /// What the verifier, which knows nothing of the writer, says of the log.
    static LogVerdict verdict(byte[] log) {
        AuditVerifier verifier = new AuditVerifier(LogState.START, LogListener.NONE);
        verifier.accept(log, 0, log.length);
        return verifier.verdict();
    }

    /// The state behind a log in which every byte is accounted for.
    static LogState intact(Path dataDir) throws IOException {
        LogVerdict verdict = verdict(Files.readAllBytes(log(dataDir)));
        assertThat(verdict).isInstanceOf(LogVerdict.Intact.class);
        return verdict.state();
    }

    /// The ids of the records in the log, in order.
    static List<String> ids(Path dataDir) throws IOException {
        List<String> ids = new ArrayList<>();
        for (String line : Files.readAllLines(log(dataDir))) {
            int at = line.indexOf("\"id\":\"");
            if (line.endsWith("}") && line.contains("\"_relay_hash\"") && at >= 0) {
                ids.add(line.substring(at + 6, line.indexOf('"', at + 6)));
            }
        }
        return ids;
    }

    /// Replaces the first `from` in the log, as somebody who may write the file does.
    static void change(Path dataDir, String from, String to) throws IOException {
        String log = Files.readString(log(dataDir));
        Files.writeString(log(dataDir), log.replaceFirst(Pattern.quote(from), to));
    }

    /// That no relay starts, and what it says about that.
    static void assertRefused(RelayConfig config, String... said) {
        assertThatExceptionOfType(StartRefusedException.class)
                .isThrownBy(() -> Recovery.recover(config))
                .satisfies(refused -> assertThat(refused.getMessage()).contains(said));
    }
}
