package dev.cairn.protocol.emitter;

import dev.cairn.protocol.json.JsonString;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.random.RandomGenerator;

/// An event as the host sends it: the text of a JSON object (`specs/audit-relay.md` 2.1). The relay is the
/// one that checks it.
public record Event(String json) {

    private static final String CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private static final int RANDOM_DIGITS = 16;

    /// @param json one JSON object, on any number of lines
    public Event {
        json = json.strip()
                .replace('\n', ' ')
                .replace('\r', ' '); // In JSON a newline is white space between values, no more.
        if (!json.startsWith("{") || !json.endsWith("}")) {
            throw new IllegalArgumentException("an event is a JSON object");
        }
    }

    /// An event with the members that every event must have; [#with] adds more.
    ///
    /// @param id unique; see [#newId]
    /// @param agent `claude-code`, `codex`, `cursor`, `copilot` or `custom`
    /// @param action for instance `file_read` or `command_execute`
    /// @param risk `none`, `low`, `medium`, `high` or `critical`
    public static Event of(String id, String sessionId, Instant timestamp, String agent, String action, String risk) {
        String json = "{\"id\":" + JsonString.quote(id)
                + ",\"session_id\":" + JsonString.quote(sessionId)
                + ",\"timestamp\":"
                + JsonString.quote(timestamp.truncatedTo(ChronoUnit.MILLIS).toString())
                + ",\"agent\":" + JsonString.quote(agent)
                + ",\"action\":" + JsonString.quote(action)
                + ",\"risk\":{\"level\":" + JsonString.quote(risk) + "}}";
        return new Event(json);
    }

    /// The same event with a further member of text.
    public Event with(String name, String text) {
        return withJson(name, JsonString.quote(text));
    }

    /// The same event with a further member.
    ///
    /// @param value JSON text
    public Event withJson(String name, String value) {
        String members = json.substring(1, json.length() - 1).strip();
        return new Event("{" + members + (members.isEmpty() ? "" : ",") + JsonString.quote(name) + ":" + value + "}");
    }

    /// A fresh event id: `evt_` and a ULID, which sorts by time.
    public static String newId(Instant now, RandomGenerator random) {
        StringBuilder id = new StringBuilder("evt_");
        long millis = now.toEpochMilli();
        for (int shift = 45; shift >= 0; shift -= 5) {
            id.append(CROCKFORD.charAt((int) (millis >>> shift) & 31));
        }
        for (int i = 0; i < RANDOM_DIGITS; i++) {
            id.append(CROCKFORD.charAt(random.nextInt(32)));
        }
        return id.toString();
    }
}
