package dev.cairn.protocol.seal;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.UtcClockText;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the next seal must know of those before it.
///
/// @param seals how many there are, by what the newest says
/// @param last what the next seal is tied to: SHA-256 of the newest line's canonical text, or the newest tip where
///     seals have heads
/// @param sealedAt the latest time of all
/// @param count the most records that a seal covers; 0 where there is none
/// @param linked whether the newest seal is chained to the one before it
public record SealChain(
        long seals, @Nullable Hash last, @Nullable Instant sealedAt, long count, boolean linked) {

    /// No seals yet.
    public static final SealChain START = new SealChain(0, null, null, 0, false);

    /// The next seal: over a chain of `count` records with that tip, whose last line ends at `logOffset`.
    ///
    /// @param now between 1970 and 9999; the seal's time is later if the clock was set back
    /// @throws IllegalArgumentException if the chain is empty or shorter than it was at the last seal
    /// @throws IllegalStateException if `key` may verify only
    public Seal next(Hash tip, long newCount, long logOffset, Instant now, SealKey key) {
        if (newCount < 1 || newCount < count) {
            throw new IllegalArgumentException("a seal of " + newCount + " records after one of " + count);
        }
        long millis = SealPayload.timeAfter(sealedAt, now).toEpochMilli();
        SealPayload payload = new SealPayload(tip, newCount, new UtcClockText().text(millis));
        Seal seal = Seal.sign(payload, key);
        return seal.linked(SealLink.sign(seals + 1, last, logOffset, seal.signature(), key));
    }

    /// The next seal of a store of `newCount` receipts, in which these chains have changed since the last one.
    ///
    /// @param now between 1970 and 9999; the seal's time is later if the clock was set back
    /// @throws IllegalArgumentException if the store has not grown: the same count must not get another tip
    /// @throws IllegalStateException if `key` may verify only
    public Seal next(ChainHeads heads, long newCount, Instant now, SealKey key) {
        if (newCount <= count) {
            throw new IllegalArgumentException("a seal of " + newCount + " receipts after one of " + count);
        }
        long millis = SealPayload.timeAfter(sealedAt, now).toEpochMilli();
        SealPayload payload = new SealPayload(heads.tipAfter(last), newCount, new UtcClockText().text(millis));
        return Seal.sign(payload, key).of(heads);
    }

    /// Where the seals stand behind that line.
    public SealChain after(SealLine.Read line) {
        Instant time = line.seal().payload().instant().orElse(null);
        boolean later = time != null && (sealedAt == null || time.isAfter(sealedAt));
        SealLink link = line.seal().link();
        boolean hasHeads = line.seal().heads() != null;
        return new SealChain(
                link == null ? seals + 1 : link.seq(),
                hasHeads ? line.seal().payload().tip() : line.hash(),
                later ? time : sealedAt,
                Math.max(count, line.seal().payload().count()),
                link != null || hasHeads);
    }
}
