package dev.cairn.relay.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Who a record says has sent it (`specs/audit-relay.md` 2.2).
@Timeout(60)
class PeerTest {

    @TempDir
    Path dir;

    @Test
    @EnabledOnOs(OS.LINUX)
    void namesTheProcessThatConnectedItsUserItsGroupAndWhatItRuns() throws Exception {
        try (RunningIngress relay = RunningIngress.in(dir)) {
            Path java = Path.of(System.getProperty("java.home"), "bin", "java");
            Process emitter = new ProcessBuilder(
                            java.toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            OneEvent.class.getName(),
                            relay.path.toString())
                    .inheritIO()
                    .start();

            boolean ended = emitter.waitFor(30, TimeUnit.SECONDS);

            assertThat(ended && emitter.exitValue() == 0).isTrue();
            assertThat(relay.chain.lines.getFirst())
                    .startsWith("{\"_relay\":{\"peer\":{\"exe\":\"" + java.toRealPath() + "\",\"gid\":"
                            + Files.getAttribute(dir, "unix:gid") + ",\"pid\":" + emitter.pid() + ",\"uid\":"
                            + Files.getAttribute(dir, "unix:uid") + "},\"received_at\":\"");
        }
    }

    /// A program that emits one event.
    static final class OneEvent {

        private OneEvent() {}

        public static void main(String[] args) throws IOException {
            try (Client client = new Client(Path.of(args[0]))) {
                client.send(Requests.event("from elsewhere"));
                client.answer();
            }
        }
    }
}
