package dev.cairn.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/// A small file system of its own, which can be really full. Only a user who may mount has one; for others the
/// test is skipped.
public final class SmallDisk implements AutoCloseable {

    private static final int BLOCK = 4096;

    private final Path path;

    private SmallDisk(Path path) {
        this.path = path;
    }

    /// Mounts one in `parent`.
    public static SmallDisk mount(Path parent, int kibibytes) throws IOException {
        Path path = Files.createDirectory(parent.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "mode=755,size=" + kibibytes + "k", "tmpfs", path.toString()),
                "skipped: mounting a small file system needs root");
        return new SmallDisk(path);
    }

    public Path path() {
        return path;
    }

    /// Leaves no block free; what a file's last block has room for still fits.
    public void fill() throws IOException {
        try (FileChannel file = FileChannel.open(ballast(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (file.write(ByteBuffer.allocate(BLOCK)) == BLOCK) {
                // On to the last one.
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
        }
    }

    public void free() throws IOException {
        Files.delete(ballast());
    }

    private Path ballast() {
        return path.resolve("ballast");
    }

    @Override
    public void close() throws IOException {
        assertThat(run("umount", path.toString())).isTrue();
    }

    private static boolean run(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
