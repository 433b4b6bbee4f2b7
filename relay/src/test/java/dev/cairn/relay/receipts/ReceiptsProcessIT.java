package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.verify.ChainEnd;
import dev.cairn.protocol.receipt.verify.ChainVerdict;
import dev.cairn.relay.RelayProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class ReceiptsProcessIT {

    @TempDir
    private Path dir;

    @Test
    void fourEmittersOfFiftyFramesEachMakeOneChainWithoutAGap() throws Exception {
        ChainVerdict verdict = emitAtOnce(4, 50);

        assertThat(verdict.isValid()).isTrue();
        assertThat(verdict.length()).isEqualTo(4 * 50 + 1);
    }

    @Test
    void sixtyFourEmittersOfTwoThousandFramesEachMakeOneChainWithoutAGap() throws Exception {
        ChainVerdict verdict = emitAtOnce(64, 2_000);

        assertThat(verdict.isValid()).isTrue();
        StoredReceipts stored = new StoredReceipts(dir);
        long live = Long.parseLong(stored.texts("SELECT count(*) FROM receipts WHERE action_type LIKE 'sdk.%'")
                .getFirst());
        long shed =
                stored
                        .texts("SELECT receipt_json FROM receipts WHERE action_type = 'agent_receipts.events_dropped'")
                        .stream()
                        .mapToLong(text -> new JsonObject(text)
                                .getJsonObject("credentialSubject")
                                .getJsonObject("action")
                                .getJsonObject("emitter_metadata")
                                .getLong("drop_count"))
                        .sum();
        assertThat(live + shed).isEqualTo(64 * 2_000);
    }

    @Test
    void twoProcessesAreToldApartByTheSystem() throws Exception {
        try (RelayProcess relay = RelayProcess.start(dir)) {
            Process one = EmittingProcess.start(relay.socket(), 100, "one");
            Process two = EmittingProcess.start(relay.socket(), 100, "two");
            assertThat(one.waitFor(30, TimeUnit.SECONDS) && two.waitFor(30, TimeUnit.SECONDS))
                    .isTrue();
            StoredReceipts stored = new StoredReceipts(dir);
            stored.await(200);

            for (JsonObject receipt : stored.all()) {
                JsonObject action = receipt.getJsonObject("credentialSubject").getJsonObject("action");
                Process sender = action.getString("tool_name").equals("one") ? one : two;
                assertThat(action.getJsonObject("peer_credential").getLong("pid"))
                        .isEqualTo(sender.pid());
            }
            assertThat(stored.verify(stored.chains().getFirst()).isValid()).isTrue();
        }
    }

    @Test
    void aChainGoesOnAfterTheRelayWasKilled() throws Exception {
        try (RelayProcess relay = RelayProcess.start(dir);
                Emitter emitter = new Emitter(relay.socket())) {
            for (int i = 0; i < 500; i++) {
                emitter.emit("before");
            }
            new StoredReceipts(dir).await(100); // In the middle of it.
            relay.kill();
        }
        StoredReceipts stored = new StoredReceipts(dir);
        String chain = stored.chains().getFirst();
        long before = stored.count();
        assertThat(stored.verify(chain).isValid()).isTrue();

        try (RelayProcess relay = RelayProcess.start(dir);
                Emitter emitter = new Emitter(relay.socket())) {
            emitter.emit("after");
            stored.await(before + 1);
            assertThat(relay.stop()).isZero();
        }

        assertThat(stored.chains()).containsExactly(chain);
        ChainVerdict verdict = stored.verify(chain);
        assertThat(verdict.isValid()).isTrue();
        assertThat(verdict.length()).isEqualTo(before + 2);
        assertThat(verdict.end()).isEqualTo(ChainEnd.INTERRUPTED);
    }

    @Test
    void aChainVerifiesWhileItIsWritten() throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        try (RelayProcess relay = RelayProcess.start(dir);
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<?> emitting = thread.submit(() -> {
                try (Emitter emitter = new Emitter(relay.socket())) {
                    while (!enough.get()) {
                        emitter.emit("tool");
                        LockSupport.parkNanos(100_000); // A few thousand a second: the chain stays short.
                    }
                }
                return null;
            });
            StoredReceipts stored = new StoredReceipts(dir);
            stored.await(1);
            String chain = stored.chains().getFirst();
            for (int i = 0; i < 10; i++) {
                assertThat(stored.verify(chain).isValid()).isTrue();
            }
            enough.set(true);
            emitting.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aStopEndsTheChainWithinItsTime() throws Exception {
        try (RelayProcess relay = RelayProcess.start(dir);
                Emitter emitter = new Emitter(relay.socket())) {
            for (int i = 0; i < 50; i++) {
                emitter.send(Emitter.frame("tool", ",\"agent_id\":\"a" + i + "\""));
            }
            new StoredReceipts(dir).await(50);

            assertThat(relay.stop()).isZero();
        }

        StoredReceipts stored = new StoredReceipts(dir);
        for (String chain : stored.chains()) {
            assertThat(stored.verify(chain).end()).as(chain).isEqualTo(ChainEnd.INTERRUPTED);
        }
    }

    private ChainVerdict emitAtOnce(int emitters, int frames) throws Exception {
        try (RelayProcess relay = RelayProcess.start(dir);
                ExecutorService threads = Executors.newFixedThreadPool(emitters)) {
            List<Callable<Void>> work = new ArrayList<>();
            for (int i = 0; i < emitters; i++) {
                work.add(() -> emit(relay.socket(), frames));
            }
            for (Future<Void> done : threads.invokeAll(work)) {
                done.get();
            }
            assertThat(relay.stop()).isZero();
        }
        StoredReceipts stored = new StoredReceipts(dir);
        return stored.verify(stored.chains().getFirst());
    }

    private static Void emit(Path socket, int frames) throws Exception {
        try (Emitter emitter = new Emitter(socket)) {
            for (int i = 0; i < frames; i++) {
                emitter.emit("tool-" + i);
            }
            emitter.endOutput();
            emitter.awaitEnd();
        }
        return null;
    }
}
