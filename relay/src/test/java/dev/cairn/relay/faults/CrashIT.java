package dev.cairn.relay.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.RelayProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Promise 1 and 2: what was acknowledged survives `kill -9`, once, in one chain.
class CrashIT {

    private static final int CRASHES = 20;
    private static final int CLIENTS = 3;
    private static final int PIPELINED = 64;
    private static final Pattern STORED = Pattern.compile("\\{\"ok\":true,\"relay_hash\":\"(sha256:[0-9a-f]{64})\"}");

    @TempDir
    Path directory;

    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

    @Test
    void keepsEveryAcknowledgedEventThroughTwentyKills() throws Exception {
        Random random = new Random(20);
        Path log = directory.resolve("events.relay.jsonl");

        for (int crash = 0; crash < CRASHES; crash++) {
            crashUnderLoad(crash, 20 + random.nextInt(2_000));
        }
        try (RelayProcess relay = RelayProcess.start(directory)) {
            log = relay.log();
            assertThat(relay.stop()).isZero();
        }

        StoredEvents.intact(log);
        Map<String, String> stored = StoredEvents.hashesById(log);
        assertThat(acknowledged).hasSizeGreaterThan(CRASHES * 20);
        assertThat(stored).containsAllEntriesOf(acknowledged);
    }

    /// Starts a relay, loads it, and kills it once that many further events are acknowledged.
    private void crashUnderLoad(int crash, int acknowledgements) throws InterruptedException {
        try (RelayProcess relay = RelayProcess.start(directory)) {
            CountDownLatch enough = new CountDownLatch(acknowledgements);
            List<Thread> clients = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                String prefix = "evt_" + crash + "_" + client + "_";
                clients.add(Thread.ofVirtual().start(() -> emitUntilItDies(relay.socket(), prefix, enough)));
            }
            assertThat(enough.await(60, TimeUnit.SECONDS)).isTrue();
            relay.kill();
            for (Thread client : clients) {
                client.join();
            }
        }
    }

    private void emitUntilItDies(Path socket, String prefix, CountDownLatch enough) {
        try (LineClient client = LineClient.connect(socket)) {
            for (int next = 0; ; next += PIPELINED) {
                StringBuilder requests = new StringBuilder();
                for (int i = 0; i < PIPELINED; i++) {
                    requests.append(LineClient.event(prefix + (next + i)));
                }
                client.send(requests.toString());
                for (int i = 0; i < PIPELINED; i++) {
                    String answer = client.answer();
                    if (answer == null) {
                        return;
                    }
                    Matcher stored = STORED.matcher(answer);
                    if (stored.matches()) {
                        acknowledged.put(prefix + (next + i), stored.group(1));
                        enough.countDown();
                    }
                }
            }
        } catch (IOException _) {
            // It was killed: that is the test.
        }
    }
}
