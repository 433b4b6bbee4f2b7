package dev.cairn.relay.seal;

import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealChain;
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

    /// The newest seal if it is chained to those before it, which then need not be read; torn lines behind it
    /// are passed over.
    static @Nullable Seal newestLinked(FileChannel file) throws IOException {
        long from = Math.max(0, file.size() - BLOCK);
        ByteBuffer block = ByteBuffer.allocate((int) (file.size() - from));
        for (long at = from; block.hasRemaining() && file.read(block, at) > 0; ) {
            at = from + block.position();
        }
        byte[] bytes = block.array();
        SealReader reader = new SealReader();
        int end = block.position();
        while (end > 0) {
            int start = lineStart(bytes, end);
            switch (reader.read(bytes, start, end)) {
                case SealLine.Read read -> {
                    return read.seal().link() == null ? null : read.seal();
                }
                case SealLine.Malformed _ -> {
                    return null; // A seal of sorts; what it leaves is for a reader of all of them to say.
                }
                case SealLine.Unreadable _ -> end = start - 1;
            }
        }
        return null;
    }

    /// Where a chain stands whose newest seal this is.
    static SealChain chainBehind(Seal seal) {
        return chainBehind(SealChain.START, seal.line());
    }

    /// Where a chain stands behind one more line, which is ours.
    static SealChain chainBehind(SealChain before, String line) {
        if (new SealReader().read(line) instanceof SealLine.Read read) {
            return before.after(read);
        }
        throw new IllegalStateException("a seal of ours that cannot be read: " + line);
    }

    private static int lineStart(byte[] bytes, int end) {
        int start = end;
        while (start > 0 && bytes[start - 1] != '\n') {
            start--;
        }
        return start;
    }
}
