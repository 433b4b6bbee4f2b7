package dev.cairn.protocol.audit;

import dev.cairn.protocol.frame.Newline;
import dev.cairn.protocol.json.ByteBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntConsumer;

/// Cuts a log into lines where nothing depends on their offsets. A line that is too long is skipped and told,
/// the next one is read again.
final class LogLines {

    /// Where the lines go; those of white space only are left out.
    interface Sink {

        void line(byte[] bytes, int from, int to);

        void tooLong();
    }

    private static final int BLOCK = 256 * 1024;

    private final Sink sink;
    private ByteBuilder carry = new ByteBuilder(0);
    private boolean skipping;

    LogLines(Sink sink) {
        this.sink = sink;
    }

    static void read(Path file, Sink sink) throws IOException {
        read(file, Long.MAX_VALUE, sink, _ -> {});
    }

    /// Reads the first `length` bytes of a file that may be growing.
    ///
    /// @param progress is told the size of each block, behind its lines
    static void read(Path file, long length, Sink sink, IntConsumer progress) throws IOException {
        var lines = new LogLines(sink);
        byte[] block = new byte[BLOCK];
        try (InputStream in = Files.newInputStream(file)) {
            long left = length;
            for (int size; (size = in.read(block, 0, (int) Math.min(left, BLOCK))) > 0; left -= size) {
                lines.accept(block, 0, size);
                progress.accept(size);
            }
        }
        lines.finish();
    }

    Sink sink() {
        return sink;
    }

    void accept(byte[] chunk, int from, int to) {
        int at = from;
        while (at < to) {
            int newline = Newline.indexOf(chunk, at, to);
            int end = newline < 0 ? to : newline;
            if (skipping) {
                skipping = newline < 0;
            } else if (carry.length() + end - at > AuditVerifier.LINE_MAX) {
                carry = new ByteBuilder(0);
                skipping = newline < 0;
                sink.tooLong();
            } else if (newline < 0 || carry.length() > 0) {
                carry.put(chunk, at, end);
                if (newline >= 0) {
                    finish();
                }
            } else {
                tell(chunk, at, end);
            }
            at = end + 1;
        }
    }

    /// The log ends here: a last line needs no newline.
    void finish() {
        if (carry.length() > 0) {
            tell(carry.array(), 0, carry.length());
            carry.truncate(0);
        }
    }

    private void tell(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && (bytes[at] == ' ' || bytes[at] == '\t' || bytes[at] == '\r')) {
            at++;
        }
        if (at < to) {
            sink.line(bytes, from, to);
        }
    }
}
