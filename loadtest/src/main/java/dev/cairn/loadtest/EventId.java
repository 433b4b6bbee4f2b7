package dev.cairn.loadtest;

import java.nio.ByteBuffer;

/// The id of a generated event, which says all that is needed to find it again: `evt_` and 26 hex digits, as
/// long as an id of a hook.
///
/// ```
/// evt_ 4 digits run, 10 digits microseconds of the send time, 4 digits connection, 8 digits place among the
/// connection's requests
/// ```
///
/// @param run tells the runs on one relay apart
/// @param sentMicros when it was sent, or should have been; on the clock of this process ([LoadClock])
record EventId(int run, long sentMicros, int connection, long request) {

    static final int LENGTH = 30;

    /// What the ids of one run begin with is this long.
    static final int PREFIX_LENGTH = 8;

    static final int RUN_MAX = 0xFFFF;
    static final int CONNECTION_MAX = 0xFFFF;

    private static final int TIME_AT = 8;
    private static final int CONNECTION_AT = 18;
    private static final int REQUEST_AT = 22;
    private static final short[] HEX_PAIRS = hexPairs();

    /// The id as text.
    String text() {
        return "evt_%04x%010x%04x%08x".formatted(run, sentMicros, connection, request);
    }

    /// What all ids of `run` begin with.
    static String prefix(int run) {
        return "evt_%04x".formatted(run);
    }

    /// Reads what [#text] wrote.
    static EventId parse(String text) {
        return new EventId(
                Integer.parseInt(text, 4, TIME_AT, 16),
                Long.parseLong(text, TIME_AT, CONNECTION_AT, 16),
                Integer.parseInt(text, CONNECTION_AT, REQUEST_AT, 16),
                Long.parseLong(text, REQUEST_AT, LENGTH, 16));
    }

    /// Overwrites time and place of the id that begins at `at`; the rest of it never changes on one connection.
    static void patch(ByteBuffer buffer, int at, long sentMicros, long request) {
        for (int i = 0; i < 5; i++) {
            buffer.putShort(at + TIME_AT + 2 * i, HEX_PAIRS[(int) (sentMicros >>> (32 - 8 * i)) & 0xFF]);
        }
        for (int i = 0; i < 4; i++) {
            buffer.putShort(at + REQUEST_AT + 2 * i, HEX_PAIRS[(int) (request >>> (24 - 8 * i)) & 0xFF]);
        }
    }

    /// The send time in the id that begins at `at`, or -1 if these are no hex digits.
    static long sentMicros(ByteBuffer buffer, int at) {
        long micros = 0;
        for (int i = at + TIME_AT; i < at + CONNECTION_AT; i++) {
            int digit = Character.digit(buffer.get(i), 16);
            if (digit < 0) {
                return -1;
            }
            micros = micros << 4 | digit;
        }
        return micros;
    }

    private static short[] hexPairs() {
        short[] pairs = new short[256];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = (short) (Character.forDigit(i >> 4, 16) << 8 | Character.forDigit(i & 15, 16));
        }
        return pairs;
    }
}
