package dev.cairn.relay.cli;

import dev.cairn.protocol.audit.Divergence;
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

/// The check of a user's own log, and of what it and the relay's log do not have in common.
final class UserLogCheck {

    private static final int MISSING_SHOWN = 20;
    private static final int LINES_LOOKED_AT = 5;
    private static final int LINE_CHARS_MAX = 1 << 16;

    private final Surroundings surroundings;
    private final Style style;
    private final boolean json;

    UserLogCheck(Surroundings surroundings, boolean json) {
        this.surroundings = surroundings;
        this.style = surroundings.style();
        this.json = json;
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

    /// Verifies a user's log and prints the verdict; whether it holds.
    ///
    /// @param strict an event without a hash is a failure
    boolean verify(Path file, boolean strict) {
        UserLogReport report = read(file, strict);
        boolean good = report.isValid() && report.totalEvents() > 0;
        if (json) {
            surroundings.out().println(toJson(file, report));
            return good;
        }
        surroundings.out().println(headline(report));
        line("user log", file + ", " + form(report));
        line("events", Human.count(report.totalEvents()) + ", " + Human.count(report.chainedEvents()) + " with a hash");
        if (report.chainAnchorHash() != null) {
            line(
                    "anchor",
                    "continues an older log after " + Human.shortHash(Human.visible(report.chainAnchorHash(), 80)));
        }
        Failure failure = report.firstFailure();
        if (failure != null && !isUnprotected(report)) {
            line("first", style.bad("event " + Human.count(failure.index() + 1)) + ": " + words(failure));
            line("expected", Human.visible(failure.expected(), 200));
            line("found", Human.visible(failure.found(), 200));
        }
        return good;
    }

    /// Tells what either log lacks; whether nothing is missing in the relay's.
    boolean compare(Path userLog, Path relayLog) {
        MissingEvents missing = new MissingEvents();
        try {
            Divergence.Report report = Divergence.between(userLog, relayLog, missing);
            if (json) {
                surroundings.out().println(toJson(report));
            } else {
                print(report);
            }
            return report.missingInRelay() == 0;
        } catch (IOException e) {
            throw CommandFailedException.usage(
                    "cannot compare " + userLog + " with " + relayLog + ": " + NamedFile.reason(e));
        }
    }

    private void print(Divergence.Report report) {
        String counts = Human.count(report.userEvents(), "event") + " of the user's log, "
                + Human.count(report.relayEvents(), "event") + " of the relay's";
        surroundings.out().println((report.isNone() ? style.good("SAME") : style.warning("DIVERGENT")) + "  " + counts);
        line("relay", "lacks " + Human.count(report.missingInRelay(), "event") + " that the user's log has");
        line("user log", "lacks " + Human.count(report.missingInUserLog(), "event") + " that the relay has");
        if (report.unreadable() > 0) {
            line("", Human.count(report.unreadable(), "line") + " could not be compared: no JSON, or no id");
        }
    }

    private static UserLogReport read(Path file, boolean strict) {
        try {
            return UserLogVerifier.verify(file, new UserLogVerifier.Options(strict, true));
        } catch (IOException e) {
            throw NamedFile.refusal(file, e);
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

    private void line(String label, String text) {
        surroundings.out().println("  " + style.faint(String.format("%-10s", label)) + " " + text);
    }

    private String headline(UserLogReport report) {
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

    private static JsonText toJson(Path file, UserLogReport report) {
        JsonText text = JsonText.object()
                .put("ok", report.isValid() && report.totalEvents() > 0)
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

    private static JsonText toJson(Divergence.Report report) {
        return JsonText.object()
                .put("ok", report.missingInRelay() == 0)
                .put("divergent", !report.isNone())
                .put("user_events", report.userEvents())
                .put("relay_events", report.relayEvents())
                .put("missing_in_relay", report.missingInRelay())
                .put("missing_in_user_log", report.missingInUserLog())
                .put("unreadable", report.unreadable());
    }

    /// Prints the first events that one side lacks: all of them as JSON.
    private final class MissingEvents implements Divergence.Listener {

        private long shown;

        @Override
        public void missingInRelay(Divergence.Event event) {
            show("relay", event);
        }

        @Override
        public void missingInUserLog(Divergence.Event event) {
            show("user log", event);
        }

        private void show(String side, Divergence.Event event) {
            if (json) {
                surroundings
                        .out()
                        .println(JsonText.object()
                                .put("missing_in", side.replace(' ', '_'))
                                .put("id", event.id())
                                .put("timestamp", event.timestamp()));
            } else if (shown++ < MISSING_SHOWN) {
                String id = Human.visible(event.id(), 60);
                line("", "not in the " + side + ": " + id + "  " + Human.visible(event.timestamp(), 40));
            } else if (shown == MISSING_SHOWN + 1) {
                line("", "… and more; --json lists all");
            }
        }
    }
}
