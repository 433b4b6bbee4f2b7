package dev.cairn.relay.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cairn.relay.RelayProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Promise 1 on a full disk: nothing is acknowledged that is not stored, and the relay goes on by itself.
class FullDiskIT {

    private static final int BALLAST = 2 * 1024 * 1024;
    private static final int EVENTS_MAX = 20_000;

    @TempDir
    Path directory;

    private Path disk;

    @BeforeEach
    void mountASmallFileSystem() throws Exception {
        disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "cairn-test", disk.toString()) == 0,
                "skipped: mounting a small file system needs root");
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", disk.toString());
    }

    @Test
    void refusesWhileTheDiskIsFullAndGoesOnWhenThereIsSpace() throws Exception {
        Path ballast = disk.resolve("ballast");
        Files.write(ballast, new byte[BALLAST]);
        Map<String, String> acknowledged = new HashMap<>();
        String refusal = "";

        try (RelayProcess relay = RelayProcess.start(disk)) {
            try (LineClient client = LineClient.connect(relay.socket())) {
                for (int i = 0; i < EVENTS_MAX && refusal.isEmpty(); i++) {
                    refusal = emit(client, "evt_" + i, acknowledged);
                }
                String state = client.ask("{\"type\":\"get_chain_state\"}\n");
                assertThat(state).contains("\"event_count\":" + acknowledged.size());

                Files.delete(ballast);
                awaitStored(client, acknowledged);
            }
            assertThat(relay.stop()).isZero();
            assertThat(refusal).startsWith("{\"ok\":false,\"error\":\"Write failed: ");
            StoredEvents.intact(relay.log());
            assertThat(StoredEvents.hashesById(relay.log())).containsAllEntriesOf(acknowledged);
            assertThat(Files.readString(relay.log()))
                    .contains("\"what\":\"drops\"")
                    .contains("\"store\":");
        }
    }

    /// Asks until an event is stored again: the relay tries once a second.
    private static void awaitStored(LineClient client, Map<String, String> acknowledged) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        for (int i = 0; System.nanoTime() < deadline; i++) {
            if (emit(client, "evt_later_" + i, acknowledged).isEmpty()) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        throw new AssertionError("the relay did not go on within 20 s of having space");
    }

    /// The answer if the event was refused; empty if it is stored.
    private static String emit(LineClient client, String id, Map<String, String> acknowledged) throws IOException {
        String answer = client.ask(LineClient.event(id));
        if (!answer.startsWith("{\"ok\":true")) {
            return answer;
        }
        acknowledged.put(id, answer.substring(answer.indexOf("sha256:"), answer.length() - 2));
        return "";
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
