package dev.cairn.relay.seal;

import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealChain;
import dev.cairn.protocol.seal.SealForm;
import dev.cairn.protocol.seal.SealLine;
import dev.cairn.protocol.seal.SealReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/// Finds the end of a seals file without understanding what is before it.
final class SealTail {

    private static final int BLOCK = 64 * 1024;

    private SealTail() {}

    /// Lines that are not blank.
    static long countLines(FileChannel file) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        long lines = 0;
        boolean blank = true;
        for (long at = 0; file.read(block, at) > 0; block.clear()) {
            at += block.position();
            for (int i = 0; i < block.position(); i++) {
                byte octet = block.get(i);
                if (octet == '\n') {
                    blank = true;
                } else if (blank && octet != ' ' && octet != '\t' && octet != '\r') {
                    blank = false;
                    lines++;
                }
            }
        }
        return lines;
    }

    /// The newest line, seal or not; blank lines, and those that a crash cut off, are passed over. `null`
    /// where the end of the file has no other.
    static @Nullable SealLine newestLine(FileChannel file, SealForm form) throws IOException {
        long from = Math.max(0, file.size() - form.lineMax() - 2); // Its newline, and that of the line before.
        ByteBuffer block = ByteBuffer.allocate((int) (file.size() - from));
        for (long at = from; block.hasRemaining() && file.read(block, at) > 0; ) {
            at = from + block.position();
        }
        byte[] bytes = block.array();
        SealReader reader = new SealReader(form);
        int end = block.position();
        while (end > 0) {
            int start = lineStart(bytes, end);
            if ((start == 0 && from > 0) || end - start > form.lineMax()) {
                return null; // It began before, or is longer than any that is read.
            }
            SealLine line = reader.read(bytes, start, end);
            boolean isCutOff = line instanceof SealLine.Unreadable unreadable && unreadable.isCutOff();
            if (!isCutOff && !isBlank(bytes, start, end)) {
                return line;
            }
            end = start - 1;
        }
        return null;
    }

    /// Where a chain stands whose newest seal this is.
    static SealChain chainBehind(Seal seal) {
        return chainBehind(SealChain.START, seal.line(), seal.heads() == null ? SealForm.CHAIN : SealForm.STORE);
    }

    /// Where a chain stands behind one more line, which is ours.
    static SealChain chainBehind(SealChain before, String line, SealForm form) {
        if (new SealReader(form).read(line) instanceof SealLine.Read read) {
            return before.after(read);
        }
        throw new IllegalStateException("a seal of ours that cannot be read: " + line);
    }

    private static boolean isBlank(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            if (bytes[at] != ' ' && bytes[at] != '\t' && bytes[at] != '\r') {
                return false;
            }
        }
        return true;
    }

    private static int lineStart(byte[] bytes, int end) {
        int start = end;
        while (start > 0 && bytes[start - 1] != '\n') {
            start--;
        }
        return start;
    }
}
