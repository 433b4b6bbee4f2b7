package dev.cairn.protocol.receipt;

/// What the relay itself did not keep of a peer's events, by reason (`specs/receipts.md` 2).
///
/// @param framing a bad length, or an end or a timeout inside a frame
/// @param invalid frames that failed a check
/// @param shed frames beyond the backlog limit, and refused connections
/// @param store frames read but not stored
public record DropReasons(long framing, long invalid, long shed, long store) {

    public static final DropReasons NONE = new DropReasons(0, 0, 0, 0);

    public DropReasons {
        if (framing < 0 || invalid < 0 || shed < 0 || store < 0) {
            throw new IllegalArgumentException("a negative count of drops");
        }
    }

    public DropReasons plus(DropReasons more) {
        return new DropReasons(
                sum(framing, more.framing), sum(invalid, more.invalid), sum(shed, more.shed), sum(store, more.store));
    }

    /// How many events that are.
    public long total() {
        return sum(sum(framing, invalid), sum(shed, store));
    }

    private static long sum(long one, long other) {
        long sum = one + other;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
