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

    private static final int CARRY_KEPT_MAX = 512;

    /// Where the lines go.
    public interface LineSink {

        /// A line without its newline, valid during the call only.
        void line(byte[] bytes, int from, int to);

        /// A line past the limit; the last thing that is ever told.
        void oversize();
    }

    private final LineLimit limit;
    private ByteBuilder carry = new ByteBuilder(0);
    private boolean discarding;
    private int unitsCounted;
    private int units;

    /// @param lineMax bytes of the longest line, its newline not included
    public LineDecoder(int lineMax) {
        limit = LineLimit.of(lineMax);
    }

    /// Takes the next bytes of the stream and tells `sink` the lines they complete, in order.
    public void feed(byte[] chunk, int from, int to, LineSink sink) {
        int at = from;
        while (at < to && !discarding) {
            int newline = Newline.indexOf(chunk, at, to);
            int end = newline < 0 ? to : newline;
            if (newline < 0 || carry.length() > 0) {
                continueLine(chunk, at, end, newline >= 0, sink);
            } else if (!limit.fits(chunk, at, end)) {
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

    /// Forgets the line that is not complete, and everything that follows it.
    public void discard() {
        discarding = true;
        carry = new ByteBuilder(0);
    }

    private void continueLine(byte[] chunk, int from, int to, boolean complete, LineSink sink) {
        if ((long) carry.length() + to - from > limit.bytesMax()) {
            giveUp(sink);
            return;
        }
        carry.ensure(to - from, limit.bytesMax());
        carry.put(chunk, from, to);
        int length = carry.length();
        if (length > limit.surelyFits() && !carriedUnitsFit()) {
            giveUp(sink);
        } else if (complete) {
            byte[] line = carry.array();
            startAfresh();
            if (!isBlank(line, 0, length)) {
                sink.line(line, 0, length);
            }
        }
    }

    private boolean carriedUnitsFit() {
        units += LineLimit.units(carry.array(), unitsCounted, carry.length());
        unitsCounted = carry.length();
        return units <= LineLimit.UNITS_ALWAYS_ACCEPTED;
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
        discard();
        sink.oversize();
    }
}
