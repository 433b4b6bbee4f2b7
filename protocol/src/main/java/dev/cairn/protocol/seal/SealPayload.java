package dev.cairn.protocol.seal;

import dev.cairn.protocol.audit.Hash;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a seal says: this chain had this tip after so many records at that time (`specs/audit-relay.md` 5.1).
///
/// @param count records up to the tip, from 0 to [#COUNT_MAX]
/// @param sealedAt `YYYY-MM-DDTHH:MM:SS`, a fraction of up to 9 digits if there is one, `Z` or an offset; its shape
///     is right, its date need not exist
public record SealPayload(Hash tip, long count, String sealedAt) {

    /// The largest count: what a double still counts exactly.
    public static final long COUNT_MAX = (1L << 53) - 1;

    private static final String TIME =
            "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})";
    private static final Pattern SEALED_AT = Pattern.compile(TIME);
    private static final Pattern TEXT =
            Pattern.compile("patchwork-seal:v1:(sha256:[0-9a-f]{64}):(0|[1-9][0-9]{0,15}):(" + TIME + ")");
    private static final Duration STEP = Duration.ofMillis(1);

    /// @throws IllegalArgumentException if a value has not its shape; the message is the member's name
    public SealPayload {
        if (!isCount(count)) {
            throw new IllegalArgumentException("chained_events");
        }
        if (!isTime(sealedAt)) {
            throw new IllegalArgumentException("sealed_at");
        }
    }

    /// The payload in `text`; empty if it is none.
    public static Optional<SealPayload> parse(String text) {
        Matcher form = TEXT.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        long count = Long.parseLong(form.group(2));
        return isCount(count)
                ? Optional.of(new SealPayload(new Hash(form.group(1)), count, form.group(3)))
                : Optional.empty();
    }

    static boolean isCount(long count) {
        return count >= 0 && count <= COUNT_MAX;
    }

    static boolean isTime(String text) {
        return SEALED_AT.matcher(text).matches();
    }

    /// The text that is signed.
    public String text() {
        return "patchwork-seal:v1:" + tip + ":" + count + ":" + sealedAt;
    }

    /// The time of the seal; empty where there is no such date.
    public Optional<Instant> instant() {
        try {
            return Optional.of(OffsetDateTime.parse(sealedAt).toInstant());
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    /// Whether the time of the seal lies between these, both included.
    public boolean isOfTimeBetween(Instant first, Instant last) {
        return instant()
                .filter(time -> !time.isBefore(first) && !time.isAfter(last))
                .isPresent();
    }

    /// When a seal is made that follows one of `previous`: now, or a millisecond later than that if the clock
    /// was set back, so that times always increase (`specs/audit-relay.md` 9). Whole milliseconds.
    public static Instant timeAfter(@Nullable Instant previous, Instant now) {
        Instant whole = now.truncatedTo(ChronoUnit.MILLIS);
        if (previous == null || whole.isAfter(previous)) {
            return whole;
        }
        return previous.truncatedTo(ChronoUnit.MILLIS).plus(STEP);
    }
}
