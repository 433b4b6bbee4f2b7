package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.relay.receipts.key.KeySourceException;
import dev.cairn.relay.transit.TransitServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A relay whose receipts cannot be opened yet runs, and says what it waits for.
@Timeout(120)
class ReceiptsOpeningIT {

    private static final JsonObject SEALED = new JsonObject().put("status", 503).put("count", 1_000_000);
    private static final JsonObject FINE = new JsonObject().put("count", 0);

    @TempDir
    private Path dir;

    @Test
    void aKeyThatIsOutOfReachAtTheStartIsWaitedFor() throws Exception {
        TransitDirectory transit = new TransitDirectory(dir);
        TransitServer before = TransitServer.standIn();
        before.close();

        try (RunningReceipts relay = RunningReceipts.in(dir.resolve("data"), transit.receipts(before.address()));
                Emitter emitter = relay.connect()) {
            emitter.emit("early");
            JsonObject down = ask(relay, "/readyz");
            JsonObject alive = ask(relay, "/healthz");
            try (TransitServer late = TransitServer.standInAt(before.address())) {
                late.makeKey(TransitDirectory.KEY);
                relay.stored.await(1);
                emitter.emit("later");
                relay.stored.await(2);
                JsonObject up = askUntilReady(relay);

                assertThat(down.getJsonArray("down"))
                        .containsExactly(new JsonObject()
                                .put("part", "receipts")
                                .put(
                                        "reason",
                                        "receipts cannot be opened: the Transit engine at " + before.address()
                                                + " cannot be reached"));
                assertThat(alive).isEqualTo(new JsonObject().put("alive", true));
                assertThat(up.getBoolean("ready")).isTrue();
                assertThat(relay.stored.texts("SELECT tool_name FROM receipts ORDER BY sequence"))
                        .containsExactly("early", "later");
                assertThat(relay.stored.verify("c").isValid()).isTrue();
                relay.stop(); // While there is somebody to sign the end of the chain.
            }
        }
    }

    @Test
    void whatIsNotSealedYetIsSealedOnceTheKeyCanBeReached() throws Exception {
        TransitDirectory transit = new TransitDirectory(dir);
        Path data = dir.resolve("data");
        int chains = ChangedChains.CHAINS_MAX + 20;
        TransitServer before = TransitServer.standIn();
        before.makeKey(TransitDirectory.KEY);
        try (RunningReceipts relay = RunningReceipts.in(data, transit.receipts(before.address()));
                Emitter emitter = relay.connect()) {
            for (int i = 0; i < chains; i++) {
                emitter.send(Emitter.frame("tool", ",\"agent_id\":\"a" + i + "\""));
            }
            relay.stored.await(chains);
        }
        before.disturb(SEALED);
        StoredSeals sealed = new StoredSeals(data);
        StoredReceipts stored = new StoredReceipts(data);
        long unsealed = stored.count();

        try (before;
                RunningReceipts relay =
                        RunningReceipts.sealed(data, "{\"receipts\":" + transit.receipts(before.address()) + "}");
                Emitter emitter = relay.connect()) {
            assertThat(ask(relay, "/readyz").getBoolean("ready")).isFalse();
            assertThat(sealed.seals()).isEmpty();
            before.disturb(FINE);
            emitter.emit("later");
            relay.stored.await(unsealed + 1);
            awaitSeals(sealed, 2);
        }

        assertThat(StoredSeals.proven(sealed.verifySound())).isEqualTo(stored.count());
    }

    private static void awaitSeals(StoredSeals sealed, int count) throws IOException {
        for (int i = 0; i < 3_000 && sealed.seals().size() < count; i++) {
            LockSupport.parkNanos(10_000_000);
        }
    }

    @Test
    void whatComesWhileItWaitsIsStoredOrCounted() throws Exception {
        TransitDirectory transit = new TransitDirectory(dir);
        try (TransitServer server = TransitServer.standIn()) {
            server.makeKey(TransitDirectory.KEY);
            server.disturb(SEALED);
            try (RunningReceipts relay = RunningReceipts.in(dir.resolve("data"), transit.receipts(server.address()))) {
                try (Emitter emitter = relay.connect()) {
                    String large = Emitter.frame("tool", ",\"input\":\"" + "x".repeat(4_000) + "\"");
                    for (int i = 0; i < 5_000; i++) {
                        emitter.send(large);
                    }
                    emitter.endOutput();
                    emitter.awaitEnd();
                }
                server.disturb(FINE);
                relay.stored.await(1);
            }
        }

        StoredReceipts stored = new StoredReceipts(dir.resolve("data"));
        long live =
                stored.texts("SELECT id FROM receipts WHERE tool_name = 'tool'").size();
        long shed = stored.texts("SELECT receipt_json FROM receipts WHERE tool_name = 'events_dropped'").stream()
                .mapToLong(ReceiptsOpeningIT::drops)
                .sum();
        assertThat(live + shed).isEqualTo(5_000);
        assertThat(stored.verify("c").isValid()).isTrue();
    }

    @Test
    void receiptsThatCannotBeSignedForAWhileAreSignedLaterInTheirOrder() throws Exception {
        TransitDirectory transit = new TransitDirectory(dir);
        try (TransitServer server = TransitServer.standIn()) {
            server.makeKey(TransitDirectory.KEY);
            try (RunningReceipts relay = RunningReceipts.in(dir.resolve("data"), transit.receipts(server.address()));
                    Emitter emitter = relay.connect()) {
                emitter.emit("0");
                relay.stored.await(1);
                server.disturb(SEALED);
                for (int i = 1; i < 200; i++) {
                    emitter.emit(String.valueOf(i));
                }
                String reason = reasonOnceItWaits(relay);
                long meanwhile = relay.stored.count();
                server.disturb(FINE);
                relay.stored.await(200);
                emitter.emit("200");
                relay.stored.await(201);

                assertThat(reason).contains("receipts cannot be signed").contains("answered 503");
                assertThat(meanwhile).isEqualTo(1);
                assertThat(askUntilReady(relay).getBoolean("ready")).isTrue();
                assertThat(relay.stored.texts("SELECT tool_name FROM receipts ORDER BY sequence"))
                        .isEqualTo(IntStream.rangeClosed(0, 200)
                                .mapToObj(String::valueOf)
                                .toList());
                assertThat(relay.stored.verify("c").isValid()).isTrue();
            }
        }
    }

    @Test
    void aRelayThatStillWaitsStopsAtOnce() throws Exception {
        TransitDirectory transit = new TransitDirectory(dir);
        try (TransitServer server = TransitServer.standIn()) {
            server.makeKey(TransitDirectory.KEY);
            server.disturb(SEALED);
            RunningReceipts relay = RunningReceipts.in(dir.resolve("data"), transit.receipts(server.address()));
            relay.stop();

            server.disturb(FINE);
            try (RunningReceipts again = RunningReceipts.in(dir.resolve("data"), transit.receipts(server.address()));
                    Emitter emitter = again.connect()) {
                emitter.emit("tool");

                assertThat(again.stored.await(1)).isEqualTo(1);
            }
        }
    }

    @Test
    void aStoreThatSomebodyElseHasLockedIsWaitedFor() throws Exception {
        RunningReceipts.in(dir, "{\"chain_id\":\"c\"}").close();

        Connection other = lock(dir.resolve("receipts/receipts.db"));
        try (RunningReceipts relay = RunningReceipts.in(dir, "{\"chain_id\":\"c\"}");
                Emitter emitter = relay.connect()) {
            emitter.emit("tool");
            String reason =
                    ask(relay, "/readyz").getJsonArray("down").getJsonObject(0).getString("reason");
            other.close();
            askUntilReady(relay);

            assertThat(reason).contains("receipts cannot be opened").contains("locked");
            assertThat(relay.stored.await(1)).isEqualTo(1);
        } finally {
            other.close();
        }
    }

    @Test
    void whatTheOperatorHasToSeeToFailsTheStart() throws Exception {
        TransitDirectory transit = new TransitDirectory(dir);
        transit.protect("rw-r--r--");

        assertThatThrownBy(() ->
                        RunningReceipts.in(dir.resolve("data"), transit.receipts(URI.create("http://127.0.0.1:1"))))
                .isInstanceOf(KeySourceException.class)
                .hasMessageContaining("chmod 600");
    }

    /// Lets nobody else even read, until it is closed.
    private static Connection lock(Path db) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + db);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA locking_mode=EXCLUSIVE");
            statement.execute("BEGIN EXCLUSIVE");
            statement.execute("COMMIT");
        }
        return connection;
    }

    private static long drops(String receipt) {
        return new JsonObject(receipt)
                .getJsonObject("credentialSubject")
                .getJsonObject("action")
                .getJsonObject("emitter_metadata")
                .getLong("drop_count");
    }

    private static String reasonOnceItWaits(RunningReceipts relay) throws IOException, InterruptedException {
        JsonObject answer = ask(relay, "/readyz");
        for (int i = 0; i < 3_000 && answer.getBoolean("ready"); i++) {
            LockSupport.parkNanos(10_000_000);
            answer = ask(relay, "/readyz");
        }
        return answer.getJsonArray("down").getJsonObject(0).getString("reason");
    }

    private static JsonObject askUntilReady(RunningReceipts relay) throws IOException, InterruptedException {
        JsonObject answer = ask(relay, "/readyz");
        for (int i = 0; i < 3_000 && !answer.getBoolean("ready"); i++) {
            LockSupport.parkNanos(10_000_000);
            answer = ask(relay, "/readyz");
        }
        return answer;
    }

    private static JsonObject ask(RunningReceipts relay, String path) throws IOException, InterruptedException {
        URI http = Objects.requireNonNull(relay.relay().doors().http());
        try (HttpClient client = HttpClient.newHttpClient()) {
            return new JsonObject(
                    client.send(HttpRequest.newBuilder(http.resolve(path)).build(), BodyHandlers.ofString())
                            .body());
        }
    }
}
