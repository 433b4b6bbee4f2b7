package dev.cairn.relay.receipts;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.verify.ChainEnd;
import dev.cairn.relay.SmallDisk;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ReceiptsResilienceTest {

    private static final String CHAIN = "{\"chain_id\":\"c\"}";
    private static final String JUNK = """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
            INSERT INTO receipts(id, chain_id, sequence, action_type, tool_name, risk_level, status, timestamp,
              issuer_id, principal_id, receipt_json, receipt_hash)
            SELECT 'x' || i, 'c/agent/x' || i, 1, 'agent_receipts.chain_interrupted', 'chain_interrupted', 'low',
              'success', '2026-01-01T00:00:00Z', 'i', 'did:user:me', '{}', printf('sha256:%064d', i) FROM n""";

    @TempDir
    private Path dir;

    @Test
    void aFullDiskKeepsReceiptsWaitingAndNoneIsLost() throws Exception {
        try (SmallDisk disk = SmallDisk.mount(dir, 16 * 1024)) {
            Path data = disk.path().resolve("data");
            try (RunningReceipts relay = RunningReceipts.in(data, CHAIN);
                    Emitter emitter = relay.connect()) {
                emitter.emit("before");
                relay.stored.await(1);
                disk.fill();
                for (int i = 0; i < 300; i++) {
                    emitter.emit("during");
                }
                String full = awaitReadyz(relay, "receipts cannot be stored");
                long meanwhile = relay.stored.count();
                disk.free();
                relay.stored.await(301);
                emitter.emit("after");
                relay.stored.await(302);
                String free = awaitReadyz(relay, "\"ready\":true");

                assertThat(full).contains("receipts cannot be stored");
                assertThat(meanwhile).isLessThan(301);
                assertThat(free).contains("\"ready\":true");
                assertThat(relay.fatal).isNotDone();
            }
            assertThat(new StoredReceipts(data).verify("c").isValid()).isTrue();
        }
    }

    @Test
    void whatAnEmitterSaidOfItsLossesIsToldInTheRootChainWhenItsOwnTakesNothing() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir, CHAIN);
                Emitter emitter = relay.connect()) {
            emitter.send(Emitter.frame("one", ",\"agent_id\":\"a\""));
            relay.stored.await(1);
        }
        execute("DELETE FROM receipts WHERE action_type = 'agent_receipts.chain_interrupted'"); // As after a kill.
        execute("UPDATE receipts SET receipt_json = replace(receipt_json, 'success', 'pending')");

        try (RunningReceipts relay = RunningReceipts.in(dir, CHAIN);
                Emitter emitter = relay.connect()) {
            emitter.send(Emitter.frame("two", ",\"agent_id\":\"a\",\"drop_count\":7"));
            emitter.emit("three");
            relay.stored.await(2);
        }

        StoredReceipts stored = new StoredReceipts(dir);
        List<JsonObject> drops = stored.of("c").stream()
                .filter(receipt -> receipt.encode().contains("\"agent_receipts.events_dropped\""))
                .toList();
        assertThat(drops).singleElement().satisfies(receipt -> {
            JsonObject action = receipt.getJsonObject("credentialSubject").getJsonObject("action");
            assertThat(action.getJsonObject("emitter_metadata").getLong("drop_count"))
                    .isEqualTo(8);
            assertThat(receipt.getJsonObject("issuer").getJsonObject("runtime").getJsonObject("reasons"))
                    .isEqualTo(new JsonObject().put("store", 8));
        });
        assertThat(stored.of("c/agent/a")).hasSize(1);
        assertThat(stored.verify("c").end()).isEqualTo(ChainEnd.INTERRUPTED);
    }

    /// None of them holds, so that looking at one would be noticed; and an emitter made them look like ends.
    @Test
    void chainsThatNobodyUsesDoNotMatterToAStartAndDoNotHoldUpAStop() throws Exception {
        RunningReceipts.in(dir, CHAIN).close();
        execute(JUNK);

        RunningReceipts relay = RunningReceipts.in(dir, CHAIN);
        try (Emitter emitter = relay.connect()) {
            emitter.emit("tool");
            relay.stored.await(20_001);
        }
        long begin = System.nanoTime();
        relay.stop();
        long took = System.nanoTime() - begin;

        assertThat(new StoredReceipts(dir).verify("c").end()).isEqualTo(ChainEnd.INTERRUPTED);
        assertThat(took).isLessThan(SECONDS.toNanos(6));
    }

    private static String awaitReadyz(RunningReceipts relay, String words) throws Exception {
        URI http = Objects.requireNonNull(relay.relay().doors().http());
        HttpRequest request = HttpRequest.newBuilder(http.resolve("/readyz")).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            String answer = client.send(request, BodyHandlers.ofString()).body();
            for (int i = 0; i < 2_000 && !answer.contains(words); i++) {
                LockSupport.parkNanos(10_000_000);
                answer = client.send(request, BodyHandlers.ofString()).body();
            }
            return answer;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("receipts/receipts.db"));
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }
}
