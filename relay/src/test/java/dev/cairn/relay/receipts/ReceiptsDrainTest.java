package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What is in the sockets when the relay stops is in the store afterwards (`specs/receipts.md` 1.3).
@Timeout(60)
class ReceiptsDrainTest {

    private static final int EMITTERS = 4;
    private static final byte[] QUESTION =
            "{\"protocol_version\":1,\"type\":\"get_chain_state\"}\n".getBytes(StandardCharsets.UTF_8);
    private static final long QUIET_NANOS = 200_000_000;

    @TempDir
    private Path dir;

    @Test
    void aClientThatTakesNoAnswersDoesNotCostEmittersTheirFrames() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir);
                SocketChannel deaf = connectDeafClient(relay.socket());
                ExecutorService threads = Executors.newFixedThreadPool(EMITTERS)) {
            CountDownLatch begun = new CountDownLatch(EMITTERS);
            List<Future<Integer>> sent = new ArrayList<>();
            for (int i = 0; i < EMITTERS; i++) {
                String tool = "emitter-" + i;
                sent.add(threads.submit(() -> emitUntilTheEnd(relay.socket(), tool, begun)));
            }
            begun.await();
            assertThat(deaf.isOpen()).isTrue();

            long begin = System.nanoTime();
            relay.stop();
            long took = System.nanoTime() - begin;

            long lost = lost(relay.stored);
            for (int i = 0; i < EMITTERS; i++) {
                long live = relay.stored
                        .texts("SELECT 1 FROM receipts WHERE tool_name = ?", "emitter-" + i)
                        .size();
                assertThat(live + lost)
                        .as("emitter " + i)
                        .isGreaterThanOrEqualTo(sent.get(i).get());
            }
            assertThat(lost).isLessThanOrEqualTo(EMITTERS); // Frames that the end has cut in two.
            assertThat(took).isGreaterThan(1_500_000_000L); // The deaf one was waited for, else nothing is shown.
            assertThat(relay.stored.verify(relay.stored.chains().getFirst()).isValid())
                    .isTrue();
        }
    }

    /// Returns how many frames the system took.
    private static int emitUntilTheEnd(Path socket, String tool, CountDownLatch begun) throws IOException {
        byte[] frame = Emitter.framed(Emitter.frame(tool).getBytes(StandardCharsets.UTF_8));
        int sent = 0;
        try (Emitter emitter = new Emitter(socket)) {
            while (sent < 60_000) {
                emitter.write(frame);
                if (++sent == 20) {
                    begun.countDown();
                }
                LockSupport.parkNanos(1_000_000);
            }
        } catch (IOException _) {
            // The relay has stopped.
        }
        return sent;
    }

    /// Asks until the relay reads no more, and takes no answer.
    private static SocketChannel connectDeafClient(Path socket) throws IOException {
        SocketChannel deaf = SocketChannel.open(StandardProtocolFamily.UNIX);
        deaf.connect(UnixDomainSocketAddress.of(socket));
        deaf.configureBlocking(false);
        ByteBuffer questions = ByteBuffer.allocate(QUESTION.length * 500);
        long last = System.nanoTime();
        while (System.nanoTime() - last < QUIET_NANOS) {
            if (!questions.hasRemaining() || questions.position() == 0) {
                questions.clear();
                while (questions.hasRemaining()) {
                    questions.put(QUESTION);
                }
                questions.flip();
            }
            if (deaf.write(questions) > 0) {
                last = System.nanoTime();
            } else {
                LockSupport.parkNanos(1_000_000);
            }
        }
        return deaf;
    }

    private static long lost(StoredReceipts stored) throws Exception {
        return stored
                .texts("SELECT receipt_json FROM receipts WHERE action_type = 'agent_receipts.events_dropped'")
                .stream()
                .mapToLong(text -> new JsonObject(text)
                        .getJsonObject("credentialSubject")
                        .getJsonObject("action")
                        .getJsonObject("emitter_metadata")
                        .getLong("drop_count"))
                .sum();
    }
}
