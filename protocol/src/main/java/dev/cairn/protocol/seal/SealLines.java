package dev.cairn.protocol.seal;

import dev.cairn.protocol.frame.Newline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/// The lines of a seals file, one after the other, as far as it reached when it was opened; blank ones are left out.
final class SealLines {

    private final SeekableByteChannel file;
    private final long size;
    private final int lineMax;
    private final byte[] buffer;

    /// Where the buffer's first byte stands in the file.
    private long base;

    /// What is in the buffer and not passed yet.
    private int start;

    private int end;

    private int from;
    private int to;
    private long number;
    private long offset;
    private long endOfLines;
    private boolean tooLong;

    SealLines(SeekableByteChannel file, SealForm form) throws IOException {
        this.file = file;
        size = file.size();
        lineMax = form.lineMax();
        buffer = new byte[2 * lineMax];
    }

    /// Goes to the next line; false where there is none that has its newline.
    boolean next() throws IOException {
        do {
            if (!advance()) {
                return false;
            }
        } while (!tooLong && isBlank());
        return true;
    }

    byte[] bytes() {
        return buffer;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    /// Whether the line has more than [SealForm#lineMax] bytes; what is in the buffer is not all of it then.
    boolean isTooLong() {
        return tooLong;
    }

    /// The line's number, from 1, blank ones counted.
    long number() {
        return number;
    }

    /// Where the line begins in the file.
    long offset() {
        return offset;
    }

    /// Goes to what is behind the last line that has its newline; false where nothing is.
    boolean rest() {
        from = start;
        to = end;
        number++;
        return unterminated() > 0 && (tooLong || !isBlank());
    }

    /// Where the last line that has its newline ends.
    long endOfLines() {
        return endOfLines;
    }

    long unterminated() {
        return size - endOfLines;
    }

    private boolean advance() throws IOException {
        offset = endOfLines;
        tooLong = false;
        int searched = 0;
        while (true) {
            int newline = Newline.indexOf(buffer, start + searched, end);
            if (newline >= 0) {
                pass(newline);
                return true;
            }
            searched = end - start;
            if (searched > lineMax) {
                tooLong = true;
                start = end;
                searched = 0;
            }
            if (!fill()) {
                return false;
            }
        }
    }

    private void pass(int newline) {
        from = start;
        to = newline;
        start = newline + 1;
        number++;
        endOfLines = base + start;
        tooLong |= to - from > lineMax;
    }

    /// Reads more behind what is there, which moves to the front; false at the end.
    private boolean fill() throws IOException {
        System.arraycopy(buffer, start, buffer, 0, end - start);
        base += start;
        end -= start;
        start = 0;
        long left = size - base - end;
        file.position(base + end);
        int read = file.read(ByteBuffer.wrap(buffer, end, (int) Math.min(left, buffer.length - end)));
        end += Math.max(read, 0);
        return read > 0;
    }

    private boolean isBlank() {
        for (int at = from; at < to; at++) {
            if (buffer[at] != ' ' && buffer[at] != '\t' && buffer[at] != '\r') {
                return false;
            }
        }
        return true;
    }
}
