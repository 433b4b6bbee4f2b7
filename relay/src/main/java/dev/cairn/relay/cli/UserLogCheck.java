package dev.cairn.relay.cli;

import dev.cairn.protocol.audit.UserLogReport;
import dev.cairn.protocol.audit.UserLogReport.Failure;
import dev.cairn.protocol.audit.UserLogVerifier;
import dev.cairn.protocol.json.JsonText;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// What the check of a user's own log found.
///
/// @param report of the log itself
record UserLogCheck(Path file, UserLogReport report) {

    private static final int LINES_LOOKED_AT = 5;
    private static final int LINE_CHARS_MAX = 1 << 16;

    /// Verifies a user's log.
    ///
    /// @param strict an event without a hash is a failure
    static UserLogCheck of(Surroundings surroundings, Path file, boolean strict) {
        Progress progress = new Progress(surroundings, "events of the user's log");
        try {
            return new UserLogCheck(
                    file, UserLogVerifier.verify(file, new UserLogVerifier.Options(strict, true), progress::at));
        } catch (IOException e) {
            throw NamedFile.refusal(file, e);
        } finally {
            progress.end();
        }
    }

    /// Whether a file looks like a user's log: it has events, and nothing in its first lines is a relay's.
    static boolean isUserLog(Path file) {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            char[] start = new char[LINE_CHARS_MAX];
            int length = Math.max(0, lines.read(start));
            return new String(start, 0, length)
                    .lines()
                    .limit(LINES_LOOKED_AT)
                    .anyMatch(line -> line.contains("\"id\"")
                            && !line.contains("\"_relay\"")
                            && !line.contains("\"_relay_hash\""));
        } catch (IOException _) {
            return false; // The check itself will say why.
        }
    }

    /// Whether there are events, and they hold.
    boolean isGood() {
        return report.isValid() && report.totalEvents() > 0;
    }

    /// What is wrong, in a few words.
    String error() {
        Failure failure = report.firstFailure();
        return failure == null || isUnprotected(report)
                ? "the user's log: " + verdict(report).replace('_', ' ')
                : "the user's log, event " + (failure.index() + 1) + ": " + words(failure);
    }

    void print(Surroundings surroundings) {
        Style style = surroundings.style();
        surroundings.out().println(headline(style));
        line(surroundings, "user log", Human.visible(file) + ", " + form(report));
        line(
                surroundings,
                "events",
                Human.count(report.totalEvents()) + ", " + Human.count(report.chainedEvents()) + " with a hash");
        if (report.chainAnchorHash() != null) {
            String anchor = Human.shortHash(Human.visible(report.chainAnchorHash(), 80));
            line(surroundings, "anchor", "continues an older log after " + anchor);
        }
        Failure failure = report.firstFailure();
        if (failure != null && !isUnprotected(report)) {
            line(surroundings, "first", style.bad("event " + Human.count(failure.index() + 1)) + ": " + words(failure));
            line(surroundings, "expected", Human.visible(failure.expected(), 200));
            line(surroundings, "found", Human.visible(failure.found(), 200));
        }
    }

    private static String form(UserLogReport report) {
        return switch (report.form()) {
            case NONE -> "without hashes";
            case EVENT_HASH -> "hashes in event_hash";
            case DOCUMENTED -> "hashes in hash, as documented";
        };
    }

    private static String words(Failure failure) {
        return switch (failure.kind()) {
            case UNREADABLE -> "the line is no JSON";
            case SCHEMA -> "it is no event";
            case UNPROTECTED -> "it has no hash";
            case HASH_MISMATCH -> "it was changed: its content does not have its hash";
            case PREV_LINK_MISMATCH -> "events were removed, added or moved: it does not follow the one before it";
            case MIXED_FORM -> "its hash is of another form than the first one's";
        };
    }

    static void line(Surroundings surroundings, String label, String text) {
        Style style = surroundings.style();
        surroundings.out().println("  " + style.faint(String.format("%-10s", label)) + " " + text);
    }

    private String headline(Style style) {
        return switch (verdict(report)) {
            case "intact" -> style.good("INTACT") + "  every hash and every link of the user's log holds";
            case "no_records" -> style.bad("NO RECORDS");
            case "unprotected" ->
                style.bad("UNPROTECTED") + "  no event has a hash: nothing shows whether it was changed";
            default -> style.bad("BROKEN") + "  this user's log is not what its clients wrote";
        };
    }

    private static String verdict(UserLogReport report) {
        if (report.isValid()) {
            return report.totalEvents() == 0 ? "no_records" : "intact";
        }
        return isUnprotected(report) ? "unprotected" : "broken";
    }

    /// Nothing is wrong but that there is nothing to go by (3.5).
    private static boolean isUnprotected(UserLogReport report) {
        return report.legacyOnly() && report.unreadableLines() == 0;
    }

    JsonText toJson() {
        JsonText text = JsonText.object()
                .put("ok", isGood())
                .put("verdict", verdict(report))
                .put("user_log", file.toString())
                .put("form", report.form().name().toLowerCase(Locale.ROOT))
                .put("events", report.totalEvents())
                .put("chained_events", report.chainedEvents())
                .put("legacy_events", report.legacyEvents())
                .put("invalid_schema_events", report.invalidSchemaEvents())
                .put("hash_mismatches", report.hashMismatches())
                .put("prev_link_mismatches", report.prevLinkMismatches())
                .put("unreadable_lines", report.unreadableLines());
        Failure failure = report.firstFailure();
        if (failure != null) {
            text.put(
                    "first_failure",
                    JsonText.object()
                            .put("index", failure.index())
                            .put("kind", failure.kind().name().toLowerCase(Locale.ROOT))
                            .put("expected", failure.expected())
                            .put("found", failure.found()));
        }
        return text;
    }
}
