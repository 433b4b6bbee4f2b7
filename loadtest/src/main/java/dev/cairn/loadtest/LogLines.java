package dev.cairn.loadtest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Reads a log line by line, in memory that does not depend on its size.
final class LogLines {

    private static final int BUFFER_BYTES = 4 * 1024 * 1024; // Stored lines are shorter than 1 MiB.

    private LogLines() {}

    /// Takes the line `bytes[from, to)`, its newline not included; the bytes are only lent.
    @FunctionalInterface
    interface Taker {
        void take(byte[] bytes, int from, int to);
    }

    /// Gives every whole line from byte `offset` on to `taker`.
    static void each(Path log, long offset, Taker taker) throws IOException {
        byte[] bytes = new byte[BUFFER_BYTES];
        try (FileChannel file = FileChannel.open(log, StandardOpenOption.READ)) {
            file.position(offset);
            int filled = 0;
            int size = file.read(ByteBuffer.wrap(bytes));
            while (size > 0) {
                int end = filled + size;
                int rest = takeLines(bytes, end, taker);
                if (end - rest == BUFFER_BYTES) {
                    throw new IOException("a line of the log is longer than " + BUFFER_BYTES + " bytes");
                }
                System.arraycopy(bytes, rest, bytes, 0, end - rest);
                filled = end - rest;
                size = file.read(ByteBuffer.wrap(bytes, filled, BUFFER_BYTES - filled));
            }
        }
    }

    private static int takeLines(byte[] bytes, int end, Taker taker) {
        int from = 0;
        for (int at = 0; at < end; at++) {
            if (bytes[at] == '\n') {
                if (at > from) {
                    taker.take(bytes, from, at);
                }
                from = at + 1;
            }
        }
        return from;
    }
}
