package dev.cairn.witness;

/// Whether a witness is worth asking: open, that is to be left alone, when it has failed several times in a
/// row, across seals. Then one request at a time finds out whether it is back.
///
/// No clock: the caller says what time it is, in milliseconds of any clock that only goes forward.
final class Circuit {

    static final int FAILURES_MAX = 5;

    private final Pauses pauses;
    private int failures;
    private long openUntil;

    Circuit(Pauses pauses) {
        this.pauses = pauses;
    }

    void succeeded() {
        failures = 0;
    }

    void failed(long nowMillis) {
        failures++;
        if (failures >= FAILURES_MAX) {
            openUntil = nowMillis + pauses.millisAfter(failures - FAILURES_MAX + 1);
        }
    }

    boolean isOpen() {
        return failures >= FAILURES_MAX;
    }

    /// Whether it may be asked now.
    boolean admits(long nowMillis) {
        return !isOpen() || nowMillis >= openUntil;
    }
}
