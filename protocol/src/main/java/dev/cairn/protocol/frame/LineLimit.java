package dev.cairn.protocol.frame;

/// How long a line of the audit dialect may be (`specs/audit-relay.md` 1.1): so many bytes, and whatever those
/// are, any line of up to [#UNITS_ALWAYS_ACCEPTED] UTF-16 units.
///
/// @param surelyFits lines of up to this many bytes pass without counting their characters
/// @param bytesMax no line of more bytes passes
public record LineLimit(int surelyFits, int bytesMax) {

    /// A line of up to this many UTF-16 units is accepted whatever limit is configured.
    public static final int UNITS_ALWAYS_ACCEPTED = 65_535;

    private static final int BYTES_PER_UNIT_MAX = 3;

    /// @param lineMax bytes of the longest line, its newline not included
    public static LineLimit of(int lineMax) {
        if (lineMax < 1) {
            throw new IllegalArgumentException("a line limit of " + lineMax);
        }
        return new LineLimit(
                Math.max(lineMax, UNITS_ALWAYS_ACCEPTED),
                Math.max(lineMax, UNITS_ALWAYS_ACCEPTED * BYTES_PER_UNIT_MAX));
    }

    /// Whether these bytes may be a line.
    public boolean fits(byte[] bytes, int from, int to) {
        int length = to - from;
        return length <= surelyFits || (length <= bytesMax && units(bytes, from, to) <= UNITS_ALWAYS_ACCEPTED);
    }

    /// UTF-16 units of the characters that begin in a range: two where four bytes make one character.
    static int units(byte[] bytes, int from, int to) {
        int units = 0;
        for (int i = from; i < to; i++) {
            int octet = bytes[i] & 0xFF;
            units += (octet & 0xC0) == 0x80 ? 0 : octet >= 0xF0 ? 2 : 1;
        }
        return units;
    }
}
