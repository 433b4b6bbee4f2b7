package dev.cairn.relay.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cairn.protocol.file.UnixAttributes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
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
        Process other = hold(data);
        try {
            assertThatExceptionOfType(StartRefusedException.class).isThrownBy(() -> SingleInstance.acquire(data));

            end(other);

            SingleInstance.acquire(data).close();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void isRefusedThoughTheFileWasRemovedAndGrantedOnceTheOtherProcessWasKilled()
            throws IOException, InterruptedException {
        Path data = Files.createDirectory(dir.resolve("data"));
        Files.createFile(data.resolve("events.relay.jsonl"));
        Process other = hold(data);
        try {
            for (int i = 0; i < 2; i++) { // What was put back is looked for as well.
                Files.delete(data.resolve("relay.lock"));
                assertThatExceptionOfType(DirectoryInUseException.class).isThrownBy(() -> SingleInstance.acquire(data));
            }

            Files.delete(data.resolve("relay.lock"));
            end(other);

            SingleInstance.acquire(data).close();
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void isRefusedThoughAnotherFileTookThePlace() throws IOException, InterruptedException {
        Path data = dir.resolve("data");
        Path lock = data.resolve("relay.lock");
        Process other = hold(data);
        try {
            Files.move(lock, data.resolve("relay.lock.bak"));
            Files.createFile(lock);
            LockSupport.parkNanos(2_000_000_000L); // Until then, the other one had not looked.

            assertThatExceptionOfType(DirectoryInUseException.class).isThrownBy(() -> SingleInstance.acquire(data));

            end(other);
        } finally {
            other.destroyForcibly();
        }
    }

    /// Closing any channel of a file ends all locks that the process has on it.
    @Test
    @EnabledOnOs(OS.LINUX)
    void takesItsLockAgainThatItLostWhileTheFileWasAway() throws IOException {
        Path data = dir.resolve("data");
        Path lock = data.resolve("relay.lock");
        try (SingleInstance _ = SingleInstance.acquire(data)) {
            String inode = Files.getAttribute(lock, "unix:ino").toString();
            boolean before = isLocked(inode);
            FileChannel.open(lock, StandardOpenOption.WRITE).close();
            boolean lost = !isLocked(inode);
            Files.move(lock, data.resolve("relay.lock.bak"));
            Files.createDirectory(lock); // Where it cannot put a new one.

            assertThat(before && lost).isTrue();
            for (int i = 0; i < 100 && !isLocked(inode); i++) {
                LockSupport.parkNanos(100_000_000L);
            }
            assertThat(isLocked(inode)).isTrue();
        }
    }

    private static boolean isLocked(String inode) throws IOException {
        String holder = " " + ProcessHandle.current().pid() + " ";
        return Files.readAllLines(Path.of("/proc/locks")).stream()
                .anyMatch(line -> line.contains(holder) && line.contains(":" + inode + " "));
    }

    @Test
    void putsNothingBackOnceItIsClosed() throws IOException {
        Path data = dir.resolve("data");
        SingleInstance.acquire(data).close();
        Files.delete(data.resolve("relay.lock"));

        LockSupport.parkNanos(1_000_000_000L); // Twice as long as it takes to notice.

        assertThat(data).isEmptyDirectory();
    }

    private static Process hold(Path data) throws IOException {
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-XX:TieredStopAtLevel=1",
                        Holder.class.getName(),
                        data.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(holder.inputReader().readLine()).isEqualTo("locked");
        return holder;
    }

    private static void end(Process holder) throws InterruptedException {
        holder.destroyForcibly();
        assertThat(holder.waitFor(10, TimeUnit.SECONDS)).isTrue();
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
