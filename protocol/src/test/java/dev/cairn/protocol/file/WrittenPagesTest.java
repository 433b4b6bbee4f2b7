package dev.cairn.protocol.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Asks the kernel, by `fincore`, how much of a file is in memory.
class WrittenPagesTest {

    private static final int MEBIBYTE = 1 << 20;
    private static final long KEPT = WrittenPages.KEPT_BYTES;

    @TempDir
    Path directory;

    @Test
    void theNewestPagesStayAndTheOthersGo() throws Exception {
        Path file = directory.resolve("grows");
        long size = KEPT + 48 * MEBIBYTE;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                WrittenPages pages = new WrittenPages(file, 0)) {
            grow(channel, size);
            long before = cached(file);
            assumeTrue(before >= size, "this file system keeps no pages that it could forget");

            pages.grewTo(size);

            await(file, KEPT);
        }
    }

    @Test
    void nothingGoesBeforeItIsWorthIt() throws Exception {
        Path file = directory.resolve("grows");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                WrittenPages pages = new WrittenPages(file, 0)) {
            grow(channel, KEPT + MEBIBYTE);
            long before = cached(file);

            pages.grewTo(KEPT + MEBIBYTE);

            assertThat(cached(file)).isEqualTo(before);
        }
    }

    private static void grow(FileChannel channel, long size) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(MEBIBYTE);
        for (long written = 0; written < size; written += MEBIBYTE) {
            channel.write(bytes.clear());
        }
        channel.force(false);
    }

    private static void await(Path file, long atMost) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (cached(file) > atMost) {
            assertThat(System.nanoTime())
                    .as("pages in memory: %s", cached(file))
                    .isLessThan(end);
            Thread.onSpinWait(); // Each look is a process of its own: slow enough.
        }
    }

    private static long cached(Path file) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/fincore")), "no fincore (util-linux) to ask");
        Process fincore = new ProcessBuilder("fincore", "--bytes", "--noheadings", "--output", "RES", file.toString())
                .redirectError(Redirect.DISCARD)
                .start();
        String answer = new String(fincore.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(fincore.waitFor()).isZero();
        return Long.parseLong(answer);
    }
}
