package dev.cairn.protocol.receipt;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Writes times in whole seconds, `2026-06-15T10:00:00Z` (`specs/receipts.md` 3.1); keeps the last text, as
/// many receipts share a second.
///
/// Not thread-safe.
final class SecondText {

    private long second = Long.MIN_VALUE;
    private String text = "";

    String of(Instant at) {
        if (at.getEpochSecond() != second) {
            second = at.getEpochSecond();
            text = at.truncatedTo(ChronoUnit.SECONDS).toString();
        }
        return text;
    }
}
