package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonString;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Figures and foreign text as people want to read them.
final class Human {

    private static final int SHORT_HASH = "sha256:".length() + 12;

    private Human() {}

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /// For instance `1 record`, `1,234 records`.
    static String count(long number, String noun) {
        return count(number) + " " + noun + (number == 1 ? "" : "s");
    }

    static String bytes(long bytes) {
        if (bytes < 1_000) {
            return bytes + " B";
        }
        return bytes < 1_000_000
                ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
                : bytes < 1_000_000_000
                        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
                        : String.format(Locale.ROOT, "%.2f GB", bytes / 1e9);
    }

    /// Its two largest units, for instance `3 m 12 s`.
    static String duration(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < 1) {
            return duration.toMillis() + " ms";
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3_600) {
            return seconds / 60 + " m " + seconds % 60 + " s";
        }
        return seconds < 86_400
                ? seconds / 3_600 + " h " + seconds / 60 % 60 + " m"
                : seconds / 86_400 + " d " + seconds / 3_600 % 24 + " h";
    }

    static String shortHash(String hash) {
        return hash.length() > SHORT_HASH ? hash.substring(0, SHORT_HASH) + "…" : hash;
    }

    /// Foreign text that cannot move the cursor, colour the screen or hide what stands before it; at most
    /// `max` characters.
    static String visible(String text, int max) {
        StringBuilder visible = new StringBuilder();
        text.codePoints().limit(max + 1L).forEach(point -> {
            if (JsonString.isHidden(point)) {
                if (point == '\n' || point == '\t') {
                    visible.append(point == '\n' ? "\\n" : "\\t");
                } else {
                    appendEscaped(visible, point);
                }
            } else {
                visible.appendCodePoint(point);
            }
        });
        return visible.length() > max ? visible.substring(0, max) + "…" : visible.toString();
    }

    static String visible(Path path) {
        return visible(path.toString(), Integer.MAX_VALUE);
    }

    /// Likewise a whole message of several lines.
    static String visibleLines(String text) {
        return Stream.of(text.split("\n", -1))
                .map(line -> visible(line, Integer.MAX_VALUE))
                .collect(Collectors.joining("\n"));
    }

    /// The same JSON on one line, in which nothing is hidden: what could steer a terminal is escaped.
    static String visibleJson(String json) {
        StringBuilder visible = new StringBuilder(json.length());
        json.codePoints().forEach(point -> {
            if (point == '\n' || point == '\r' || point == '\t') {
                visible.append(' '); // Between values: in a string none of them stands as it is.
            } else if (JsonString.isHidden(point)) {
                appendEscaped(visible, point);
            } else {
                visible.appendCodePoint(point);
            }
        });
        return visible.toString();
    }

    /// As JSON escapes it.
    static void appendEscaped(StringBuilder out, int point) {
        for (char unit : Character.toChars(point)) {
            out.append(String.format("\\u%04x", (int) unit));
        }
    }
}
