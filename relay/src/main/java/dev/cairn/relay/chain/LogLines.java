package dev.cairn.relay.chain;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.RepairedRange;
import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import dev.cairn.relay.chain.OffsetIndex.Span;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/// The records in a stretch of a verified log, one after the other: heartbeats and repaired fragments are passed over.
final class LogLines {

    private static final int BUFFER_BYTES = 128 * 1024;

    private final FileChannel log;
    private final Span span;
    private final JsonTape tape = new JsonTape();
    private byte[] buffer = new byte[BUFFER_BYTES];

    /// Where in the log the buffer begins, and how much of it is filled.
    private long base;

    private int filled;

    private int from;
    private int to;

    LogLines(FileChannel log, Span span) {
        this.log = log;
        this.span = span;
        this.base = span.from().offset();
    }

    /// Moves to the next record; `false` at the end of the stretch.
    boolean nextRecord() throws IOException {
        while (nextLine()) {
            if (isRecord()) {
                return true;
            }
        }
        return false;
    }

    /// Bytes of the line, without its newline.
    int length() {
        return to - from;
    }

    byte[] copy() {
        return Arrays.copyOfRange(buffer, from, to);
    }

    /// Where in the log the next line begins.
    long end() {
        return Math.min(base + to + 1, span.to().offset());
    }

    private boolean nextLine() throws IOException {
        int next = filled == 0 ? 0 : to + 1;
        skipHoles(next);
        int scanned = from;
        while (true) {
            for (int i = scanned; i < filled; i++) {
                if (buffer[i] == '\n') {
                    to = i;
                    return true;
                }
            }
            scanned = filled - from;
            if (!fill()) {
                to = filled;
                return to > from; // The last durable line may lack its newline still.
            }
            scanned += from;
        }
    }

    /// Lets the next line begin at `next`, or behind the repaired bytes there.
    private void skipHoles(int next) {
        long at = base + next;
        for (RepairedRange hole : span.holes()) {
            if (at == hole.offset()) {
                at += hole.bytes();
            }
        }
        if (at > base + next || next > filled) {
            base = at;
            filled = 0;
            from = 0;
        } else {
            from = next;
        }
    }

    /// Reads more behind what is there, the line that has begun moved to the front.
    private boolean fill() throws IOException {
        System.arraycopy(buffer, from, buffer, 0, filled - from);
        base += from;
        filled -= from;
        from = 0;
        if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        long left = span.to().offset() - base - filled;
        int room = (int) Math.min(buffer.length - filled, left);
        int read = room <= 0 ? 0 : log.read(ByteBuffer.wrap(buffer, filled, room), base + filled);
        filled += Math.max(read, 0);
        return read > 0;
    }

    /// What a verifier counts: a line that stores a hash of its own as a record does.
    private boolean isRecord() {
        try {
            tape.parse(buffer, from, to);
        } catch (JsonSyntaxException _) {
            return false;
        }
        if (tape.depth() > JsonTape.DEPTH_MAX || !tape.is(0, JsonKind.OBJECT)) {
            return false;
        }
        int hash = tape.member(0, "_relay_hash");
        return hash >= 0 && tape.is(hash, JsonKind.STRING) && Hash.isHash(tape.text(hash));
    }
}
