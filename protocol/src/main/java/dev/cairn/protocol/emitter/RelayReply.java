package dev.cairn.protocol.emitter;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;

/// What became of one request.
sealed interface RelayReply {

    /// The relay did it.
    record Done(JsonTape answer) implements RelayReply {

        /// A member's text, empty if it has none.
        String text(String member) {
            return RelayReply.text(answer, member);
        }

        boolean flag(String member) {
            int value = answer.member(0, member);
            return value >= 0 && answer.is(value, JsonKind.TRUE);
        }
    }

    /// The relay does not do it.
    record Refused(String error) implements RelayReply {}

    /// The request was written, but no answer that can be read came in time.
    record Silent() implements RelayReply {}

    /// The request never reached the relay.
    record Failed(String error) implements RelayReply {}

    /// No relay is installed here: its socket does not exist.
    record NoRelay() implements RelayReply {}

    /// What the relay said, which may be anything.
    static RelayReply of(byte[] answer) {
        JsonTape tape = new JsonTape();
        try {
            tape.parse(answer, 0, answer.length);
        } catch (JsonSyntaxException _) {
            return new Silent();
        }
        int ok = tape.is(0, JsonKind.OBJECT) ? tape.member(0, "ok") : -1;
        if (ok < 0) {
            return new Silent();
        }
        return tape.is(ok, JsonKind.TRUE) ? new Done(tape) : new Refused(text(tape, "error"));
    }

    private static String text(JsonTape tape, String member) {
        int value = tape.member(0, member);
        return value >= 0 && tape.is(value, JsonKind.STRING) ? tape.text(value) : "";
    }
}
