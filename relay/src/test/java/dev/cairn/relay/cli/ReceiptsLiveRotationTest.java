package dev.cairn.relay.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.KeyRotation;
import dev.cairn.protocol.receipt.key.PublicKeyFile;
import dev.cairn.relay.Relay;
import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.receipts.Emitter;
import dev.cairn.relay.receipts.StoredReceipts;
import dev.cairn.relay.receipts.TransitDirectory;
import dev.cairn.relay.transit.TransitServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The key of a relay that runs is rotated, and nobody who emits notices.
@Timeout(120)
class ReceiptsLiveRotationTest {

    @TempDir
    private Path temporary;

    private Path dir;
    private StoredReceipts stored;

    @BeforeEach
    void makeTheDirectory() throws Exception {
        dir = Files.createDirectory(temporary.resolve("data"));
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx------"));
        stored = new StoredReceipts(dir);
    }

    @Test
    void everyChainThatGoesOnIsHandedOver() throws Exception {
        Relay relay = start("{\"chain_id\":\"c\"}");
        try (Emitter emitter = connect(relay)) {
            emitter.send(Emitter.frame("one", ""));
            emitter.send(Emitter.frame("two", ",\"agent_id\":\"a\""));
            stored.await(2);
            CommandRun rotate = rotate("--json");
            emitter.send(Emitter.frame("three", ""));
            emitter.send(Emitter.frame("four", ",\"agent_id\":\"a\""));
            emitter.send(Emitter.frame("five", ",\"agent_id\":\"b\""));
            stored.await(7);
            CommandRun whileItRuns = verify();

            JsonObject answer = JsonObject.parse(rotate.out().strip());
            assertThat(rotate.exitCode()).as(rotate.err()).isZero();
            assertThat(answer.texts("chains")).containsExactly("c", "c/agent/a");
            assertThat(types("c")).containsExactly("sdk.one", "agent.key.rotate", "sdk.three");
            assertThat(types("c/agent/a")).containsExactly("sdk.two", "agent.key.rotate", "sdk.four");
            assertThat(types("c/agent/b")).containsExactly("sdk.five");
            assertThat(whileItRuns.exitCode()).as(whileItRuns.out()).isZero();
            assertThat(status().text("receipts_key")).isEqualTo(answer.text("fingerprint"));
        } finally {
            relay.stop().await(20, SECONDS);
        }
        assertThat(verify().exitCode()).isZero();
    }

    @Test
    void aRelayWithoutAReceiptBeginsItsRootChainWithTheRotation() throws Exception {
        Relay relay = start("{\"chain_id\":\"c\"}");
        CommandRun rotate = rotate();
        relay.stop().await(20, SECONDS);

        assertThat(rotate.exitCode()).as(rotate.err()).isZero();
        assertThat(rotate.out()).contains("recorded in chain c");
        assertThat(types("c")).containsExactly("agent.key.rotate", "agent_receipts.chain_interrupted");
        assertThat(verify().exitCode()).isZero();
    }

    @Test
    void underLoadNoFrameIsLostAndEachIsSignedByTheKeyOfItsTime() throws Exception {
        int emitters = 4;
        AtomicBoolean enough = new AtomicBoolean();
        List<Integer> sent = new ArrayList<>();
        Relay relay = start("{\"chain_id\":\"c\"}");
        try (ExecutorService threads = Executors.newFixedThreadPool(emitters)) {
            List<Future<Integer>> emitting = new ArrayList<>();
            for (int i = 0; i < emitters; i++) {
                emitting.add(threads.submit(emit(relay, i, enough)));
            }
            for (int i = 0; i < 4; i++) {
                stored.await(stored.count() + 500);
                CommandRun rotate = rotate();
                assertThat(rotate.exitCode()).as(rotate.err()).isZero();
            }
            enough.set(true);
            for (Future<Integer> done : emitting) {
                sent.add(done.get());
            }
        } finally {
            enough.set(true);
            relay.stop().await(30, SECONDS);
        }

        CommandRun verify = verify();
        assertThat(verify.exitCode()).as(verify.out()).isZero();
        for (int i = 0; i < emitters; i++) {
            assertThat(stored.texts("SELECT tool_name FROM receipts WHERE tool_name LIKE ? ORDER BY rowid", i + "-%"))
                    .isEqualTo(tools(i, sent.get(i)));
        }
        assertThat(stored.texts("SELECT id FROM receipts WHERE action_type = 'agent.key.rotate' AND chain_id = 'c'"))
                .hasSize(4);
    }

    @Test
    void aKeyInATransitEngineIsRotatedTheSameWay() throws Exception {
        try (TransitServer server = TransitServer.standIn()) {
            server.makeKey(TransitDirectory.KEY);
            String receipts = new TransitDirectory(temporary).receipts(server.address());
            Relay relay = start(receipts);
            try (Emitter emitter = connect(relay)) {
                emitter.send(Emitter.frame("one", ""));
                stored.await(1);
                leaveWord(relay, receipts);
                CommandRun rotate = rotate();
                emitter.send(Emitter.frame("two", ""));
                stored.await(3);

                assertThat(rotate.exitCode()).as(rotate.err()).isZero();
                assertThat(types("c")).containsExactly("sdk.one", "agent.key.rotate", "sdk.two");
                assertThat(rotate.out())
                        .contains("Give the new public key to whoever verifies.")
                        .doesNotContain("Back up");
            } finally {
                relay.stop().await(20, SECONDS);
            }
            assertThat(verify().exitCode()).isZero();
        }
    }

    @Test
    void aConfigurationThatIsBrokenBehindTheStartHidesNoRotation() throws Exception {
        Relay relay = start("{\"chain_id\":\"c\"}");
        String before = status().text("receipts_key");
        leaveWord(relay, "{");
        CommandRun rotate = rotate();
        String now = KeyRotation.fingerprint(PublicKeyFile.read(dir.resolve("receipts/signing.key.pub")));
        relay.stop().await(20, SECONDS);

        assertThat(rotate.exitCode()).as(rotate.err()).isZero();
        assertThat(rotate.out()).contains(now + " signs from now on.", before + " stays", "Back up the key again");
        assertThat(now).isNotEqualTo(before);
    }

    @Test
    void anAnchorLogThatCannotBeWrittenChangesNothing() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("anchor"), temporary.resolve("elsewhere"));
        Relay relay = start("{\"chain_id\":\"c\",\"anchor_log\":\"" + link + "\"}");
        try (Emitter emitter = connect(relay)) {
            emitter.send(Emitter.frame("one", ""));
            stored.await(1);
            String before = status().text("receipts_key");
            CommandRun rotate = rotate();
            emitter.send(Emitter.frame("two", ""));
            stored.await(2);

            assertThat(rotate.exitCode()).isEqualTo(1);
            assertThat(rotate.err()).contains("Not rotated").contains("cannot be written");
            assertThat(status().text("receipts_key")).isEqualTo(before);
            assertThat(types("c")).containsExactly("sdk.one", "sdk.two");
            assertThat(dir.resolve("receipts")).isDirectoryNotContaining("glob:**{next,rotated}*");
        } finally {
            relay.stop().await(20, SECONDS);
        }
        assertThat(verify().exitCode()).isZero();
    }

    @Test
    void nothingIsSignedUntilTheKeyThatTheChainsNameHasTakenOver() throws Exception {
        Path published = dir.resolve("receipts/signing.key.pub");
        Relay relay = start("{\"chain_id\":\"c\"}");
        try (Emitter emitter = connect(relay)) {
            emitter.send(Emitter.frame("one", ""));
            stored.await(1);
            byte[] ours = Files.readAllBytes(published);
            Files.writeString(published, "somebody else's");
            CommandRun rotate = rotate();
            emitter.send(Emitter.frame("two", ""));
            CommandRun degraded = CommandRun.of("status", "--json", "--data", dir.toString());
            long meanwhile = stored.count();
            Files.write(published, ours);
            stored.await(3);

            assertThat(rotate.exitCode()).isEqualTo(1);
            assertThat(rotate.err()).contains("nothing is signed until the next key can take over");
            assertThat(degraded.exitCode()).isEqualTo(1);
            assertThat(degraded.out()).contains("the next key cannot take over");
            assertThat(meanwhile).isEqualTo(2);
            assertThat(types("c")).containsExactly("sdk.one", "agent.key.rotate", "sdk.two");
            assertThat(PublicKeyFile.read(published).text()).isNotEmpty();
        } finally {
            relay.stop().await(20, SECONDS);
        }
        assertThat(verify().exitCode()).isZero();
    }

    private Relay start(String receipts) throws TimeoutException {
        String file = "{\"receipts\":" + receipts + "}";
        RelayConfig config = RelayConfig.read(file.getBytes(StandardCharsets.UTF_8), Places.in(dir))
                .config()
                .withHttp("127.0.0.1", 0);
        return Relay.start(config, failure -> {
                    throw new AssertionError(failure);
                })
                .await(20, SECONDS);
    }

    /// As a relay does that is a process: where it is, and by which configuration.
    private void leaveWord(Relay relay, String receipts) throws IOException {
        Path config = Files.writeString(temporary.resolve("config.json"), "{\"receipts\":" + receipts + "}");
        Path socket = relay.doors().sockets().getFirst();
        Files.writeString(
                dir.resolve(RelayOptions.RUN_FILE), "{\"sockets\":[\"" + socket + "\"],\"config\":\"" + config + "\"}");
    }

    private static Emitter connect(Relay relay) throws Exception {
        return new Emitter(relay.doors().sockets().getFirst());
    }

    /// Emits until it is enough, and says how many frames that were; half of the emitters for a sub-agent.
    private static Callable<Integer> emit(Relay relay, int emitter, AtomicBoolean enough) {
        String members = emitter % 2 == 0 ? "" : ",\"agent_id\":\"a" + emitter + "\"";
        return () -> {
            int sent = 0;
            try (Emitter connection = connect(relay)) {
                while (!enough.get()) {
                    connection.send(Emitter.frame(emitter + "-" + sent++, members));
                    LockSupport.parkNanos(500_000);
                }
            }
            return sent;
        };
    }

    private static List<String> tools(int emitter, int frames) {
        List<String> tools = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            tools.add(emitter + "-" + i);
        }
        return tools;
    }

    private List<String> types(String chain) throws Exception {
        return stored.texts("SELECT action_type FROM receipts WHERE chain_id = ? ORDER BY sequence", chain);
    }

    private JsonObject status() {
        return JsonObject.parse(CommandRun.of("status", "--json", "--data", dir.toString())
                .out()
                .strip());
    }

    private CommandRun verify() {
        return CommandRun.of("receipts", "verify", "--data", dir.toString());
    }

    private CommandRun rotate(String... more) {
        List<String> args = new ArrayList<>(List.of("receipts", "keys", "rotate", "--data", dir.toString()));
        args.addAll(List.of(more));
        return CommandRun.of(args.toArray(String[]::new));
    }
}
