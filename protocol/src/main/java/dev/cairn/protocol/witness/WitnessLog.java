package dev.cairn.protocol.witness;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.frame.Newline;
import dev.cairn.protocol.json.ByteBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Reads `witnesses.relay.jsonl` from its beginning, a line at a time, however long the file is, up to where
/// it reached when it was opened.
public final class WitnessLog implements AutoCloseable {

    /// Bytes of the longest line: more than a hundred endpoints with replies of [WitnessReply#KEPT_MAX] bytes
    /// can fill.
    public static final int LINE_MAX = 16 * 1024 * 1024;

    private static final int BLOCK = 64 * 1024;

    /// A line of the file that is not blank.
    public sealed interface Line {

        /// Counted from 1, blank ones too.
        long number();

        /// Where it begins in the file.
        long offset();

        record Read(WitnessRecord record, long number, long offset) implements Line {}

        /// No record; `reason` shows nothing of it.
        record Unreadable(String reason, long number, long offset) implements Line {}

        /// The end of the file has no newline: a record that is being written, or was cut off.
        record Unterminated(long bytes, long number, long offset) implements Line {}
    }

    /// Who is told what the file holds.
    public interface Listener {

        void record(WitnessRecord record, long line);

        /// Something that is no record, the torn end of a line included; `reason` shows nothing of it.
        void unreadable(String reason, long line);
    }

    private final InputStream in;
    private final byte[] block = new byte[BLOCK];
    private long left;
    private int from;
    private int to;
    private ByteBuilder carry = new ByteBuilder(BLOCK);
    private long number = 1;
    private long offset;
    private long length;

    private WitnessLog(InputStream in, long size) {
        this.in = in;
        left = size;
    }

    public static WitnessLog open(Path file) throws IOException {
        long size = Files.size(file);
        return new WitnessLog(Files.newInputStream(file), size);
    }

    /// Tells `listener` all that is in the file.
    public static void read(Path file, Listener listener) throws IOException {
        try (WitnessLog log = open(file)) {
            for (Line line = log.next(); line != null; line = log.next()) {
                switch (line) {
                    case Line.Read read -> listener.record(read.record(), read.number());
                    case Line.Unreadable(String reason, long number, long _) -> listener.unreadable(reason, number);
                    case Line.Unterminated torn -> listener.unreadable("a line without its end", torn.number());
                }
            }
        }
    }

    /// The next line; `null` at the end.
    public @Nullable Line next() throws IOException {
        while (true) {
            int newline = Newline.indexOf(block, from, to);
            carry(newline < 0 ? to : newline);
            if (newline >= 0) {
                from = newline + 1;
                Line line = isBlank() ? null : line();
                startAfresh();
                if (line != null) {
                    return line;
                }
            } else if (!fill()) {
                Line rest = isBlank() ? null : new Line.Unterminated(length, number, offset);
                length = 0;
                carry.truncate(0);
                return rest;
            }
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private Line line() {
        if (length > LINE_MAX) {
            return new Line.Unreadable("longer than " + LINE_MAX + " bytes", number, offset);
        }
        try {
            String text = new String(carry.array(), 0, carry.length(), UTF_8);
            return new Line.Read(WitnessRecord.read(text), number, offset);
        } catch (IllegalArgumentException e) {
            return new Line.Unreadable(String.valueOf(e.getMessage()), number, offset);
        }
    }

    /// Keeps what belongs to the line, unless that is too long already.
    private void carry(int end) {
        length += end - from;
        if (length <= LINE_MAX) {
            carry.put(block, from, end);
        }
        from = end;
    }

    private void startAfresh() {
        offset += length + 1;
        number++;
        length = 0;
        if (carry.array().length > 2 * BLOCK) {
            carry = new ByteBuilder(BLOCK);
        } else {
            carry.truncate(0);
        }
    }

    private boolean fill() throws IOException {
        int read = in.read(block, 0, (int) Math.min(left, BLOCK));
        from = 0;
        to = Math.max(read, 0);
        left -= to;
        return to > 0;
    }

    private boolean isBlank() {
        for (int i = 0; i < carry.length(); i++) {
            byte octet = carry.array()[i];
            if (octet != ' ' && octet != '\t' && octet != '\r') {
                return false;
            }
        }
        return length == carry.length();
    }
}
