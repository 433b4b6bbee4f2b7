package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.security.auth.module.UnixSystem;
import dev.cairn.relay.log.HeardLog;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class ReceiptsLimitsTest {

    private static final int FLOOD = 12_000;

    /// Makes a frame so long that a flood of them is more than the relay has memory for.
    private static final String LONG = ",\"input\":{\"text\":\"" + "x".repeat(6_000) + "\"}";

    @TempDir
    private Path dir;

    @Test
    void whileNothingCanBeStoredEveryFrameIsReadAndWhatIsTooMuchIsCounted() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir, "{\"backlog_bytes_max\":16777216}")) {
            try (Emitter emitter = relay.connect()) {
                emitter.emit("first");
                relay.stored.await(1);
                try (Connection other = lockedByAnother()) {
                    for (int i = 0; i < FLOOD; i++) {
                        emitter.send(Emitter.frame("tool-" + i, LONG)); // An emitter not read would be stuck here.
                    }
                    emitter.endOutput();
                    emitter.awaitEnd();
                    other.rollback();
                }
            }
            relay.stop();

            long live = 0;
            long dropped = 0;
            for (JsonObject receipt : relay.stored.all()) {
                JsonObject action = receipt.getJsonObject("credentialSubject").getJsonObject("action");
                JsonObject runtime = receipt.getJsonObject("issuer").getJsonObject("runtime");
                if (runtime != null) {
                    dropped += runtime.getJsonObject("reasons").getLong("shed");
                } else if (action.getString("type").startsWith("sdk.")) {
                    live++;
                }
            }
            assertThat(dropped).isPositive();
            assertThat(live + dropped).isEqualTo(FLOOD + 1);
            assertThat(relay.stored.verify(relay.stored.chains().getFirst()).isValid())
                    .isTrue();
        }
    }

    @Test
    void whileNothingCanBeStoredFramesOfTheUsualSizeWaitAndAreStoredInTheirOrder() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir)) {
            try (Emitter emitter = relay.connect()) {
                emitter.emit("first");
                relay.stored.await(1);
                try (Connection other = lockedByAnother()) {
                    for (int i = 0; i < FLOOD; i++) {
                        emitter.emit("tool-" + i);
                    }
                    emitter.endOutput();
                    emitter.awaitEnd();
                    other.rollback();
                }
            }
            relay.stop();

            List<String> tools = relay.stored.texts("SELECT tool_name FROM receipts ORDER BY sequence");
            assertThat(tools)
                    .hasSize(1 + FLOOD + 1)
                    .startsWith("first", "tool-0")
                    .endsWith("chain_interrupted");
            assertThat(tools.subList(1, 1 + FLOOD))
                    .isEqualTo(
                            IntStream.range(0, FLOOD).mapToObj(i -> "tool-" + i).toList());
        }
    }

    @Test
    void whatAnEmitterSaysOfItsLossesOutlivesAFrameThatIsDiscarded() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir, "{\"backlog_bytes_max\":16777216}")) {
            try (Emitter emitter = relay.connect()) {
                emitter.emit("first");
                relay.stored.await(1);
                try (Connection other = lockedByAnother()) {
                    for (int i = 0; i < FLOOD; i++) {
                        emitter.send(Emitter.frame("tool-" + i, LONG));
                    }
                    emitter.send(Emitter.frame("shed", LONG + ",\"drop_count\":5"));
                    emitter.send(Emitter.frame("shed", LONG + ",\"drop_count\":6"));
                    emitter.endOutput();
                    emitter.awaitEnd();
                    other.rollback();
                }
            }
            relay.stop();

            assertThat(relay.stored.texts("SELECT receipt_json FROM receipts WHERE tool_name = 'shed'"))
                    .isEmpty();
            assertThat(relay.stored.all())
                    .filteredOn(receipt -> receipt.getJsonObject("issuer").getJsonObject("runtime") == null)
                    .map(receipt -> receipt.getJsonObject("credentialSubject")
                            .getJsonObject("action")
                            .getJsonObject("emitter_metadata"))
                    .filteredOn(metadata -> metadata != null)
                    .containsExactly(new JsonObject("{\"drop_count\":11}"));
        }
    }

    @Test
    void aFrameThatDoesNotEndIsGivenUp() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir, "{\"unfinished_timeout_seconds\":1}");
                Emitter emitter = relay.connect()) {
            emitter.write(new byte[] {0, 0, 0, 9, '{'});

            emitter.awaitEnd();

            relay.stored.await(1);
            assertThat(reasons(relay)).isEqualTo(new JsonObject("{\"framing\":1}"));
        }
    }

    @Test
    void aConnectionThatIsSilentBetweenFramesStays() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir, "{\"unfinished_timeout_seconds\":1}");
                Emitter patient = relay.connect();
                Emitter other = relay.connect()) {
            patient.emit("one");
            other.write(new byte[] {0, 0, 0, 9, '{'});
            other.awaitEnd(); // The timeout has passed for whoever it is for.

            patient.emit("two");

            relay.stored.await(3);
        }
    }

    @Test
    void aConnectionTooManyIsRefusedAndCounted() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir, "{\"connections_per_uid_max\":1}");
                Emitter first = relay.connect()) {
            first.emit("one");
            relay.stored.await(1);
            try (Emitter second = relay.connect()) {
                second.emit("refused");

                second.awaitEnd();
            }

            relay.stored.await(2);
            assertThat(reasons(relay)).isEqualTo(new JsonObject("{\"shed\":1}"));
        }
    }

    @Test
    void aPeerThatThePolicyDeniesIsRefusedAndCounted() throws Exception {
        long self = Long.parseLong(Files.getAttribute(dir, "unix:uid").toString());
        try (HeardLog heard = HeardLog.of(FrameLog.class);
                RunningReceipts relay = RunningReceipts.in(dir, "{\"policy\":{\"deny_uids\":[" + self + "]}}");
                Emitter emitter = relay.connect()) {
            emitter.emit("refused");

            emitter.awaitEnd();

            relay.stored.await(1);
            assertThat(reasons(relay)).isEqualTo(new JsonObject("{\"shed\":1}"));
            assertThat(heard.values("peer"))
                    .singleElement()
                    .asString()
                    .matches("pid [0-9]+ uid " + self + " gid " + new UnixSystem().getGid());
            assertThat(heard.values("exe"))
                    .containsExactly(Path.of("/proc/self/exe").toRealPath().toString());
        }
    }

    @Test
    void aPeerThatLosesFramesAgainAndAgainGetsOneReceiptForAll() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir)) {
            try (Emitter emitter = relay.connect()) {
                for (int i = 0; i < 100; i++) {
                    emitter.send("{}");
                }
                emitter.endOutput();
                emitter.awaitEnd();
            }
            relay.stored.await(1);
            assertThat(reasons(relay)).isEqualTo(new JsonObject("{\"invalid\":100}"));
        }
    }

    @Test
    void aBadLengthIsCountedOnceWhateverFollowsIt() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir);
                Emitter emitter = relay.connect()) {
            emitter.write(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0x7F, 0, 0, 0, 0, 0, 0, 0});

            emitter.awaitEnd();

            relay.stored.await(1);
            assertThat(reasons(relay)).isEqualTo(new JsonObject("{\"framing\":1}"));
        }
    }

    @Test
    void aFloodOfOneProcessDoesNotHoldUpAnother() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir);
                Emitter emitter = relay.connect();
                Emitters others = Emitters.untilTheNextIsOnTheSameLoop(relay)) {
            emitter.emit("first");
            relay.stored.await(1);
            try (Connection other = lockedByAnother()) {
                for (int i = 0; i < 3 * FLOOD; i++) { // Much more than is on its way at once.
                    emitter.emit("flood");
                }
                Process late = EmittingProcess.start(relay.socket(), 1, "late");
                assertThat(late.waitFor(30, TimeUnit.SECONDS)).isTrue();
                other.rollback();
            }
            relay.stored.await(1 + 3 * FLOOD + 1);

            List<String> tools = relay.stored.texts("SELECT tool_name FROM receipts ORDER BY sequence");
            assertThat(tools.indexOf("late")).isBetween(1, 2 * FLOOD);
            assertThat(others.all()).isNotNull();
        }
    }

    /// Connections that say nothing.
    private record Emitters(List<Emitter> all) implements AutoCloseable {

        /// Loops take turns at accepting.
        static Emitters untilTheNextIsOnTheSameLoop(RunningReceipts relay) throws IOException {
            List<Emitter> all = new ArrayList<>();
            for (int loop = 1; loop < Runtime.getRuntime().availableProcessors(); loop++) {
                all.add(relay.connect());
            }
            return new Emitters(all);
        }

        @Override
        public void close() throws IOException {
            for (Emitter emitter : all) {
                emitter.close();
            }
        }
    }

    private Connection lockedByAnother() throws SQLException {
        Connection other = DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("receipts/receipts.db"));
        other.setAutoCommit(false);
        try (Statement statement = other.createStatement()) {
            statement.executeUpdate("UPDATE receipts SET created_at = created_at");
        }
        return other;
    }

    private static JsonObject reasons(RunningReceipts relay) throws SQLException {
        return relay.stored
                .all()
                .getLast()
                .getJsonObject("issuer")
                .getJsonObject("runtime")
                .getJsonObject("reasons");
    }
}
