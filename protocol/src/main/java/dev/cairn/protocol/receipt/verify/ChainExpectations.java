package dev.cairn.protocol.receipt.verify;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What somebody knows of a chain from elsewhere. The chain itself cannot show that its end was taken away; this can.
///
/// @param length null if nobody said
/// @param head the hash of its last receipt, likewise
/// @param isEnded whether its last receipt must end it
public record ChainExpectations(
        @Nullable Long length, @Nullable String head, boolean isEnded) {

    public static final ChainExpectations NONE = new ChainExpectations(null, null, false);

    /// What of it the chain does not meet, each for people; empty if it meets all.
    public List<String> missedBy(ChainVerdict verdict) {
        List<String> missed = new ArrayList<>();
        if (length != null && verdict.length() != length) {
            missed.add("expected " + length + " receipts, found " + verdict.length());
        }
        if (head != null && !head.equals(verdict.head())) {
            missed.add("expected the last receipt's hash to be " + head + ", found " + verdict.head());
        }
        if (isEnded && verdict.end() == ChainEnd.UNKNOWN) {
            missed.add("expected a receipt that ends the chain");
        }
        return missed;
    }
}
