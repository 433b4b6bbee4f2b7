package dev.cairn.protocol.audit;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonTape;
import java.util.regex.Pattern;

/// The hash that a client may put into its event: `event_hash` (`specs/audit-relay.md` 3.2), or `hash` in the
/// documented form (13).
///
/// Reusable; not thread-safe.
final class EventHash {

    private static final Pattern DOCUMENTED = Pattern.compile("(?:sha256:)?([0-9a-f]{64})");

    private final LineHasher hasher = new LineHasher();

    /// Whether the event's non-empty `event_hash` is the SHA-256 of its canonical text without that member.
    boolean agrees(JsonTape tape, int event, int eventHash) {
        return tape.textEquals(eventHash, hasher.hash(tape, event, "event_hash").text());
    }

    /// Whether the event's `hash` is no hash at all, and so an ordinary member, or the SHA-256 of its
    /// canonical text without `hash` and `prev_hash`.
    boolean agreesAsDocumented(JsonTape tape, int event, int hash) {
        if (!tape.is(hash, JsonKind.STRING)) {
            return true;
        }
        var form = DOCUMENTED.matcher(tape.text(hash));
        return !form.matches()
                || hasher.hash(tape, event, "hash", "prev_hash").text().endsWith(form.group(1));
    }
}
