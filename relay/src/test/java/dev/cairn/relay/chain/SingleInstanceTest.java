package dev.cairn.relay.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cairn.protocol.file.UnixAttributes;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SingleInstanceTest {

    @TempDir
    private Path dir;

    @Test
    void isRefusedWhileAnotherIsInThisProcess() {
        Path data = dir.resolve("data");
        try (SingleInstance _ = SingleInstance.acquire(data)) {

            assertThatExceptionOfType(StartRefusedException.class)
                    .isThrownBy(() -> SingleInstance.acquire(data))
                    .withMessageContaining("another relay runs");
        }
    }

    @Test
    void isRefusedWhileAnotherProcessLivesAndGrantedOnceItWasKilled() throws IOException, InterruptedException {
        Path data = dir.resolve("data");
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-XX:TieredStopAtLevel=1",
                        Holder.class.getName(),
                        data.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said = other.inputReader()) {
            assertThat(said.readLine()).isEqualTo("locked");
            assertThatExceptionOfType(StartRefusedException.class).isThrownBy(() -> SingleInstance.acquire(data));

            other.destroyForcibly();
            assertThat(other.waitFor(10, TimeUnit.SECONDS)).isTrue();

            SingleInstance.acquire(data).close();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void keepsItsFileForItselfAlone() throws IOException {
        SingleInstance.acquire(dir.resolve("data")).close();

        assertThat(UnixAttributes.of(dir.resolve("data/relay.lock")).mode() & 0777)
                .isEqualTo(0600);
    }

    /// The other process: takes the lock, says so and waits to be killed.
    static final class Holder {

        private Holder() {}

        public static void main(String[] args) throws IOException {
            try (SingleInstance _ = SingleInstance.acquire(Path.of(args[0]))) {
                System.out.println("locked");
                System.in.read();
            }
        }
    }
}
