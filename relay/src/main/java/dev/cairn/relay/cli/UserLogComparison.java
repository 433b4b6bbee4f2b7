package dev.cairn.relay.cli;

import dev.cairn.protocol.audit.Divergence;
import dev.cairn.protocol.json.JsonText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a user's log is worth, and what it and the relay's do not have in common.
///
/// @param user the check of the user's log by itself
/// @param missing events that either side lacks, the first ones
/// @param differing events of one id that have different contents in the two logs, the first ones
record UserLogComparison(
        UserLogCheck user, Divergence.Report report, List<Missing> missing, List<Divergence.Event> differing) {

    private static final int KEPT = 1_000;
    private static final int CHARS_KEPT = 1024 * 1024;
    private static final int SHOWN = 20;

    /// An event that one log has and the other lacks.
    ///
    /// @param side which lacks it: `relay` or `user log`
    record Missing(String side, Divergence.Event event) {

        JsonText toJson() {
            return addTo(JsonText.object().put("missing_in", side.replace(' ', '_')), event);
        }
    }

    /// Verifies a user's log and compares it with a relay's.
    ///
    /// @param strict an event without a hash is a failure
    static UserLogComparison of(Surroundings surroundings, Path userLog, boolean strict, Path relayLog) {
        UserLogCheck user = UserLogCheck.of(surroundings, userLog, strict);
        var found = new Collector();
        Progress progress = new Progress(surroundings, "lines compared");
        try {
            Divergence.Report report = Divergence.between(userLog, relayLog, found, progress::at);
            return new UserLogComparison(user, report, List.copyOf(found.missing), List.copyOf(found.differing));
        } catch (IOException e) {
            throw CommandFailedException.usage(
                    "cannot compare " + userLog + " with " + relayLog + ": " + NamedFile.reason(e));
        } finally {
            progress.end();
        }
    }

    /// Whether the user's log holds and the relay has all of it as it is.
    boolean isGood() {
        return user.isGood() && report.missingInRelay() == 0 && report.differing() == 0;
    }

    /// What is wrong, in a few words.
    String error() {
        List<String> wrong = new ArrayList<>();
        if (!user.isGood()) {
            wrong.add(user.error());
        }
        if (report.missingInRelay() > 0) {
            wrong.add("the relay lacks " + Human.count(report.missingInRelay(), "event") + " that the user's log has");
        }
        if (report.differing() > 0) {
            wrong.add(Human.count(report.differing(), "id") + " with different contents in the two logs");
        }
        return String.join("; ", wrong);
    }

    void print(Surroundings surroundings) {
        user.print(surroundings);
        differing.stream()
                .limit(SHOWN)
                .forEach(event -> line(surroundings, "", "different contents under one id: " + visible(event)));
        missing.stream()
                .limit(SHOWN)
                .forEach(lacking ->
                        line(surroundings, "", "not in the " + lacking.side() + ": " + visible(lacking.event())));
        if (report.missingInRelay() + report.missingInUserLog() > Math.min(missing.size(), SHOWN)
                || report.differing() > Math.min(differing.size(), SHOWN)) {
            line(surroundings, "", "… and more; --json names up to " + Human.count(KEPT) + " of each kind");
        }
        Style style = surroundings.style();
        String counts = Human.count(report.userEvents(), "event") + " of the user's log, "
                + Human.count(report.relayEvents(), "event") + " of the relay's";
        surroundings.out().println((report.isNone() ? style.good("SAME") : style.warning("DIVERGENT")) + "  " + counts);
        if (report.differing() > 0) {
            line(surroundings, "both", "have different contents under " + Human.count(report.differing(), "id"));
        }
        line(
                surroundings,
                "relay",
                "lacks " + Human.count(report.missingInRelay(), "event") + " that the user's log has");
        line(
                surroundings,
                "user log",
                "lacks " + Human.count(report.missingInUserLog(), "event") + " that the relay has");
        if (report.unreadable() > 0) {
            line(
                    surroundings,
                    "",
                    Human.count(report.unreadable(), "line")
                            + " could not be compared: no JSON, no id, too long or too deep");
        }
    }

    /// Adds `user_log` and `divergence`.
    JsonText addTo(JsonText json) {
        return json.put("user_log", user.toJson())
                .put(
                        "divergence",
                        JsonText.object()
                                .put("divergent", !report.isNone())
                                .put("user_events", report.userEvents())
                                .put("relay_events", report.relayEvents())
                                .put("missing_in_relay", report.missingInRelay())
                                .put("missing_in_user_log", report.missingInUserLog())
                                .put("differing", report.differing())
                                .put("unreadable", report.unreadable())
                                .putRaw("missing", array(missing.stream().map(Missing::toJson)))
                                .putRaw(
                                        "differing_events",
                                        array(differing.stream().map(event -> addTo(JsonText.object(), event)))));
    }

    private static JsonText addTo(JsonText json, Divergence.Event event) {
        return json.put("id", event.id()).put("timestamp", event.timestamp());
    }

    private static String array(Stream<JsonText> items) {
        return items.map(JsonText::toString).collect(Collectors.joining(",", "[", "]"));
    }

    private static String visible(Divergence.Event event) {
        return Human.visible(event.id(), 60) + "  " + Human.visible(event.timestamp(), 40);
    }

    private static void line(Surroundings surroundings, String label, String text) {
        UserLogCheck.line(surroundings, label, text);
    }

    /// Keeps the first ones, as far as a hostile log's longest ids leave room.
    private static final class Collector implements Divergence.Listener {

        private final List<Missing> missing = new ArrayList<>();
        private final List<Divergence.Event> differing = new ArrayList<>();
        private int room = CHARS_KEPT;

        @Override
        public void missingInRelay(Divergence.Event event) {
            if (fits(missing, event)) {
                missing.add(new Missing("relay", event));
            }
        }

        @Override
        public void missingInUserLog(Divergence.Event event) {
            if (fits(missing, event)) {
                missing.add(new Missing("user log", event));
            }
        }

        @Override
        public void differing(Divergence.Event event) {
            if (fits(differing, event)) {
                differing.add(event);
            }
        }

        private boolean fits(List<?> kept, Divergence.Event event) {
            int length = event.id().length() + event.timestamp().length();
            if (kept.size() == KEPT || length > room) {
                return false;
            }
            room -= length;
            return true;
        }
    }
}
