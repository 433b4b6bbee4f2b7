package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.ChainIds;
import dev.cairn.protocol.receipt.verify.ChainEnd;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ReceiptsTest {

    @TempDir
    private Path dir;

    @Test
    void aFrameOnCairnsOwnSocketBecomesASignedReceiptThatAnotherReaderSees() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir);
                Emitter emitter = relay.connect()) {
            emitter.emit("read_file");

            relay.stored.await(1);

            String chain = relay.stored.chains().getFirst();
            JsonObject subject = relay.stored.of(chain).getFirst().getJsonObject("credentialSubject");
            assertThat(chain).isEqualTo(ChainIds.ofDay(Instant.now()));
            assertThat(relay.stored.verify(chain).isValid()).isTrue();
            assertThat(subject.getJsonObject("action").getString("tool_name")).isEqualTo("read_file");
            assertThat(subject.getJsonObject("action")
                            .getJsonObject("peer_credential")
                            .getLong("pid"))
                    .isEqualTo(ProcessHandle.current().pid());
        }
    }

    @Test
    void aStopEndsEveryChainAndTheNextStartGoesOnInAnother() throws Exception {
        String day = ChainIds.ofDay(Instant.now());
        try (RunningReceipts relay = RunningReceipts.in(dir);
                Emitter emitter = relay.connect()) {
            emitter.emit("one");
            emitter.send(Emitter.frame("two", ",\"agent_id\":\"helper\""));
            relay.stored.await(2);
        }
        try (RunningReceipts relay = RunningReceipts.in(dir);
                Emitter emitter = relay.connect()) {
            emitter.emit("three");
            relay.stored.await(5);
        }

        StoredReceipts stored = new StoredReceipts(dir);
        assertThat(stored.chains()).containsExactly(day, day + "/agent/helper", day + "-2");
        for (String chain : stored.chains()) {
            assertThat(stored.verify(chain).faults()).as(chain).isZero();
            assertThat(stored.verify(chain).end()).as(chain).isEqualTo(ChainEnd.INTERRUPTED);
        }
    }

    @Test
    void aSubAgentsChainHangsAtTheNewestReceiptOfTheRootChain() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir);
                Emitter emitter = relay.connect()) {
            emitter.emit("one");
            emitter.emit("two");
            emitter.send(Emitter.frame("three", ",\"agent_id\":\"helper\""));
            relay.stored.await(3);

            String root = relay.stored.chains().getFirst();
            JsonObject delegation = relay.stored
                    .of(root + "/agent/helper")
                    .getFirst()
                    .getJsonObject("credentialSubject")
                    .getJsonObject("delegation");
            assertThat(delegation.getString("parent_chain_id")).isEqualTo(root);
            assertThat(delegation.getString("parent_receipt_id"))
                    .isEqualTo(relay.stored.of(root).get(1).getString("id"));
        }
    }

    @Test
    void anEmittersLossesAreRecordedRightBeforeItsReceipt() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir);
                Emitter emitter = relay.connect()) {
            emitter.send(Emitter.frame("after", ",\"drop_count\":7"));
            relay.stored.await(2);

            List<JsonObject> receipts = relay.stored.all();
            JsonObject action = action(receipts.getFirst());
            assertThat(action.getString("type")).isEqualTo("agent_receipts.events_dropped");
            assertThat(action.getJsonObject("emitter_metadata").getLong("drop_count"))
                    .isEqualTo(7);
            assertThat(action(receipts.getLast()).getString("tool_name")).isEqualTo("after");
        }
    }

    @Test
    void aBadFrameIsRecordedAndTheNextOneIsRead() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir)) {
            try (Emitter emitter = relay.connect()) {
                emitter.send("{\"v\":\"2\"}");
                emitter.emit("good");
                relay.stored.await(1);
            }
            relay.stored.await(2);

            JsonObject drops = relay.stored.all().getLast();
            assertThat(action(drops).getString("type")).isEqualTo("agent_receipts.events_dropped");
            assertThat(drops.getJsonObject("issuer").getJsonObject("runtime"))
                    .isEqualTo(new JsonObject("{\"dropped_by\":\"relay\",\"reasons\":{\"invalid\":1}}"));
            assertThat(drops.getJsonObject("issuer").getString("session_id")).isEqualTo("sess-0001");
        }
    }

    @Test
    void aBadLengthEndsTheConnectionWithoutAWord() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir);
                Emitter emitter = relay.connect()) {
            emitter.emit("good");
            emitter.write(new byte[] {0, 0x10, 0, 1});

            emitter.awaitEnd();

            relay.stored.await(2);
            assertThat(relay.stored.all().getLast().getJsonObject("issuer").getJsonObject("runtime"))
                    .isEqualTo(new JsonObject("{\"dropped_by\":\"relay\",\"reasons\":{\"framing\":1}}"));
        }
    }

    @Test
    void framesThatLieInTheSocketAtStopAreStored() throws Exception {
        List<Emitter> emitters = new ArrayList<>();
        try (RunningReceipts relay = RunningReceipts.in(dir)) {
            for (int i = 0; i < 8; i++) {
                emitters.add(relay.connect());
                for (int j = 0; j < 50; j++) {
                    emitters.getLast().emit("tool-" + j);
                }
            }
            relay.stop();
        }

        StoredReceipts stored = new StoredReceipts(dir);
        assertThat(stored.count()).isEqualTo(8 * 50 + 1);
        assertThat(stored.verify(stored.chains().getFirst()).isValid()).isTrue();
        for (Emitter emitter : emitters) {
            emitter.close();
        }
    }

    @Test
    void aTerminalChainIsNeverTouchedByAStartThatAddsNothing() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir);
                Emitter emitter = relay.connect()) {
            emitter.emit("one");
            relay.stored.await(1);
        }

        RunningReceipts.in(dir).close();

        assertThat(new StoredReceipts(dir).count()).isEqualTo(2);
    }

    @Test
    void theFilesAreForTheirOwnerAndReadersOnly() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir);
                Emitter emitter = relay.connect()) {
            emitter.emit("one");
            relay.stored.await(1);

            Path receipts = dir.resolve("receipts");
            assertThat(mode(receipts)).isEqualTo("rwxr-x---");
            for (String name : new String[] {"receipts.db", "receipts.db-wal", "receipts.db-shm"}) {
                assertThat(mode(receipts.resolve(name))).as(name).isEqualTo("rw-r-----");
            }
            assertThat(mode(receipts.resolve("signing.key"))).isEqualTo("rw-------");
            assertThat(mode(receipts.resolve("signing.key.pub"))).isEqualTo("rw-r--r--");
        }
    }

    private static String mode(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static JsonObject action(JsonObject receipt) {
        return receipt.getJsonObject("credentialSubject").getJsonObject("action");
    }
}
