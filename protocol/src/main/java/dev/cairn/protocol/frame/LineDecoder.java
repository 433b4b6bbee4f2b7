package dev.cairn.protocol.frame;

import dev.cairn.protocol.json.ByteBuilder;

/// Cuts a byte stream into lines, chunk by chunk (`specs/audit-relay.md` 1.1).
///
/// A line that lies whole in a chunk is shown where it lies; only a line that a chunk's end cuts is copied,
/// and no byte is looked at twice. Lines without anything but white space are skipped. The limit is on a
/// line, not on what is buffered: the first line past it is reported once, as soon as that is certain, and
/// everything after it is discarded.
///
/// Not thread-safe: a connection's event loop owns it.
public final class LineDecoder {

    /// A line of up to this many UTF-16 units is accepted whatever limit is configured.
    public static final int UNITS_ALWAYS_ACCEPTED = 65_535;

    private static final int BYTES_PER_UNIT_MAX = 3;
    private static final int CARRY_KEPT_MAX = 512;

    /// Where the lines go.
    public interface LineSink {

        /// A line without its newline, valid during the call only.
        void line(byte[] bytes, int from, int to);

        /// A line past the limit; the last thing that is ever told.
        void oversize();
    }

    /// Lines of up to this many bytes pass without counting their characters.
    private final int surelyFits;

    private final int bytesMax;
    private ByteBuilder carry = new ByteBuilder(0);
    private boolean discarding;
    private int unitsCounted;
    private int units;

    /// @param lineMax bytes of the longest line, its newline not included
    public LineDecoder(int lineMax) {
        if (lineMax < 1) {
            throw new IllegalArgumentException("a line limit of " + lineMax);
        }
        surelyFits = Math.max(lineMax, UNITS_ALWAYS_ACCEPTED);
        bytesMax = Math.max(lineMax, UNITS_ALWAYS_ACCEPTED * BYTES_PER_UNIT_MAX);
    }

    /// Takes the next bytes of the stream and tells `sink` the lines they complete, in order.
    public void feed(byte[] chunk, int from, int to, LineSink sink) {
        int at = from;
        while (at < to && !discarding) {
            int newline = Newline.indexOf(chunk, at, to);
            int end = newline < 0 ? to : newline;
            if (newline < 0 || carry.length() > 0) {
                continueLine(chunk, at, end, newline >= 0, sink);
            } else if (!fits(chunk, at, end)) {
                giveUp(sink);
            } else if (!isBlank(chunk, at, end)) {
                sink.line(chunk, at, end);
            }
            at = end + 1;
        }
    }

    /// Bytes of memory taken for a line that is not complete yet; up to twice its length, as the room for it
    /// doubles.
    public int reserved() {
        return carry.length() == 0 ? 0 : carry.array().length;
    }

    /// Whether the stream, should it end here, ends in the middle of a line; one that is all white is none.
    public boolean hasFragment() {
        return !isBlank(carry.array(), 0, carry.length());
    }

    private void continueLine(byte[] chunk, int from, int to, boolean complete, LineSink sink) {
        if ((long) carry.length() + to - from > bytesMax) {
            giveUp(sink);
            return;
        }
        carry.put(chunk, from, to);
        int length = carry.length();
        if (length > surelyFits && !carriedUnitsFit()) {
            giveUp(sink);
        } else if (complete) {
            byte[] line = carry.array();
            startAfresh();
            if (!isBlank(line, 0, length)) {
                sink.line(line, 0, length);
            }
        }
    }

    private boolean fits(byte[] bytes, int from, int to) {
        int length = to - from;
        return length <= surelyFits || (length <= bytesMax && units(bytes, from, to) <= UNITS_ALWAYS_ACCEPTED);
    }

    private boolean carriedUnitsFit() {
        units += units(carry.array(), unitsCounted, carry.length());
        unitsCounted = carry.length();
        return units <= UNITS_ALWAYS_ACCEPTED;
    }

    /// UTF-16 units of the characters that begin in a range: two where four bytes make one character.
    private static int units(byte[] bytes, int from, int to) {
        int units = 0;
        for (int i = from; i < to; i++) {
            int octet = bytes[i] & 0xFF;
            units += (octet & 0xC0) == 0x80 ? 0 : octet >= 0xF0 ? 2 : 1;
        }
        return units;
    }

    private static boolean isBlank(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && (bytes[at] == ' ' || (bytes[at] >= '\t' && bytes[at] <= '\r'))) {
            at++;
        }
        return at == to;
    }

    /// An idle connection keeps a small buffer only, however long its last line was.
    private void startAfresh() {
        if (carry.array().length > CARRY_KEPT_MAX) {
            carry = new ByteBuilder(0);
        } else {
            carry.truncate(0);
        }
        units = 0;
        unitsCounted = 0;
    }

    private void giveUp(LineSink sink) {
        discarding = true;
        carry = new ByteBuilder(0);
        sink.oversize();
    }
}
