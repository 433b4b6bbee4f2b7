package dev.cairn.relay.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A length of time as the dialect's tools take it, for instance `1h30m` or `200ms`.
final class GoDuration {

    private static final Pattern WHOLE = Pattern.compile("(?:[0-9]{1,9}(?:\\.[0-9]{1,9})?(?:ns|us|µs|ms|s|m|h)){1,10}");
    private static final Pattern PART = Pattern.compile("([0-9.]+)([a-zµ]+)");
    private static final Map<String, Long> NANOS = Map.of(
            "ns",
            1L,
            "us",
            1_000L,
            "µs",
            1_000L,
            "ms",
            1_000_000L,
            "s",
            1_000_000_000L,
            "m",
            60_000_000_000L,
            "h",
            3_600_000_000_000L);

    private GoDuration() {}

    /// @throws CommandFailedException that names the option, if `text` is none
    static Duration parse(String option, String text) {
        if (!WHOLE.matcher(text).matches()) {
            throw CommandFailedException.usage(
                    option + ": expected a length of time such as 90s, 15m or 1h30m, got " + Human.visible(text, 80));
        }
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        while (part.find()) {
            BigDecimal nanos =
                    new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(NANOS.getOrDefault(part.group(2), 0L)));
            sum = sum.plus(Duration.ofSeconds(
                    nanos.divideToIntegralValue(BigDecimal.valueOf(1_000_000_000L))
                            .longValue(),
                    nanos.remainder(BigDecimal.valueOf(1_000_000_000L)).longValue()));
        }
        return sum;
    }
}
