package dev.cairn.relay.cli;

import dev.cairn.protocol.audit.Divergence;
import dev.cairn.protocol.json.JsonText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What a user's log is worth, and what it and the relay's do not have in common.
///
/// @param user the check of the user's log by itself
/// @param missing events that either side lacks, the first ones
record UserLogComparison(UserLogCheck user, Divergence.Report report, List<Missing> missing) {

    private static final int MISSING_KEPT = 1_000;
    private static final int MISSING_SHOWN = 20;

    /// An event that one log has and the other lacks.
    ///
    /// @param side which lacks it: `relay` or `user log`
    record Missing(String side, Divergence.Event event) {

        JsonText toJson() {
            return JsonText.object()
                    .put("missing_in", side.replace(' ', '_'))
                    .put("id", event.id())
                    .put("timestamp", event.timestamp());
        }
    }

    /// Verifies a user's log and compares it with a relay's.
    ///
    /// @param strict an event without a hash is a failure
    static UserLogComparison of(Surroundings surroundings, Path userLog, boolean strict, Path relayLog) {
        UserLogCheck user = UserLogCheck.of(surroundings, userLog, strict);
        List<Missing> missing = new ArrayList<>();
        Progress progress = new Progress(surroundings, "lines compared");
        try {
            Divergence.Report report = Divergence.between(userLog, relayLog, new Collector(missing), progress::at);
            return new UserLogComparison(user, report, List.copyOf(missing));
        } catch (IOException e) {
            throw CommandFailedException.usage(
                    "cannot compare " + userLog + " with " + relayLog + ": " + NamedFile.reason(e));
        } finally {
            progress.end();
        }
    }

    /// Whether the user's log holds and the relay lacks nothing of it.
    boolean isGood() {
        return user.isGood() && report.missingInRelay() == 0;
    }

    /// What is wrong, in a few words.
    String error() {
        return user.isGood()
                ? "the relay lacks " + Human.count(report.missingInRelay(), "event") + " that the user's log has"
                : user.error();
    }

    void print(Surroundings surroundings) {
        user.print(surroundings);
        missing.stream().limit(MISSING_SHOWN).forEach(lacking -> {
            String id = Human.visible(lacking.event().id(), 60);
            String timestamp = Human.visible(lacking.event().timestamp(), 40);
            line(surroundings, "", "not in the " + lacking.side() + ": " + id + "  " + timestamp);
        });
        if (missing.size() > MISSING_SHOWN) {
            line(surroundings, "", "… and more; --json names the first " + Human.count(MISSING_KEPT));
        }
        Style style = surroundings.style();
        String counts = Human.count(report.userEvents(), "event") + " of the user's log, "
                + Human.count(report.relayEvents(), "event") + " of the relay's";
        surroundings.out().println((report.isNone() ? style.good("SAME") : style.warning("DIVERGENT")) + "  " + counts);
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
                    Human.count(report.unreadable(), "line") + " could not be compared: no JSON, or no id");
        }
    }

    /// Adds `user_log` and `divergence`.
    JsonText addTo(JsonText json) {
        String events =
                missing.stream().map(lacking -> lacking.toJson().toString()).collect(Collectors.joining(","));
        return json.put("user_log", user.toJson())
                .put(
                        "divergence",
                        JsonText.object()
                                .put("divergent", !report.isNone())
                                .put("user_events", report.userEvents())
                                .put("relay_events", report.relayEvents())
                                .put("missing_in_relay", report.missingInRelay())
                                .put("missing_in_user_log", report.missingInUserLog())
                                .put("unreadable", report.unreadable())
                                .putRaw("missing", "[" + events + "]"));
    }

    private static void line(Surroundings surroundings, String label, String text) {
        UserLogCheck.line(surroundings, label, text);
    }

    private record Collector(List<Missing> missing) implements Divergence.Listener {

        @Override
        public void missingInRelay(Divergence.Event event) {
            keep("relay", event);
        }

        @Override
        public void missingInUserLog(Divergence.Event event) {
            keep("user log", event);
        }

        private void keep(String side, Divergence.Event event) {
            if (missing.size() < MISSING_KEPT) {
                missing.add(new Missing(side, event));
            }
        }
    }
}
