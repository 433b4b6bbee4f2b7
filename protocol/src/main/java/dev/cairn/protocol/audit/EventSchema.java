package dev.cairn.protocol.audit;

import static dev.cairn.protocol.audit.Shape.optional;
import static dev.cairn.protocol.audit.Shape.required;

import dev.cairn.protocol.audit.Shape.Member;
import dev.cairn.protocol.audit.Shape.Rule;
import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonTape;
import dev.cairn.protocol.json.Words;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What an event must look like (`specs/audit-relay.md` 2.1), and which members it must not have (2.2).
///
/// Only checks: unknown members are accepted, and nothing is filled in. Keeps the top-level members it met
/// for whoever goes on with the event. Reusable; not thread-safe.
final class EventSchema {

    private static final Words AGENTS = words(EventWords.AGENTS);
    private static final Words STATUSES = words(EventWords.STATUSES);
    private static final Words TARGETS = words(EventWords.TARGETS);
    private static final Words RISKS = words(EventWords.RISKS);
    private static final Words ACTIONS = words(EventWords.ACTIONS);

    private static final Shape TARGET = new Shape(
            "target.",
            required("type", TARGETS),
            optional("path", Rule.STRING),
            optional("abs_path", Rule.STRING),
            optional("command", Rule.STRING),
            optional("url", Rule.STRING),
            optional("tool_name", Rule.STRING));

    private static final Shape PROJECT = new Shape(
            "project.", required("root", Rule.STRING), required("name", Rule.STRING), optional("git_ref", Rule.STRING));

    private static final Shape RISK = new Shape(
            "risk.", required("level", RISKS), optional("flags", Rule.STRINGS), optional("policy_match", Rule.STRING));

    private static final Shape CONTENT = new Shape(
            "content.",
            required("hash", Rule.STRING),
            optional("summary", Rule.STRING),
            optional("before_hash", Rule.STRING),
            optional("size_bytes", Rule.NUMBER),
            optional("redacted", Rule.BOOLEAN));

    private static final Shape PROVENANCE = new Shape(
            "provenance.",
            required("hook_event", Rule.STRING),
            optional("tool_name", Rule.STRING),
            optional("raw_input", Rule.OBJECT),
            optional("raw_output", Rule.OBJECT));

    private static final Shape EVENT = new Shape(
            "",
            optional("schema_version", Rule.THE_NUMBER_ONE),
            required("id", Rule.STRING),
            required("session_id", Rule.STRING),
            required("timestamp", Rule.DATETIME),
            optional("idempotency_key", Rule.STRING),
            required("agent", AGENTS),
            optional("agent_version", Rule.STRING),
            required("action", ACTIONS),
            optional("status", STATUSES),
            optional("duration_ms", Rule.NUMBER),
            optional("target", TARGET),
            optional("project", PROJECT),
            required("risk", RISK),
            optional("content", CONTENT),
            optional("provenance", PROVENANCE),
            optional("prev_hash", Rule.STRING_OR_NULL),
            optional("event_hash", Rule.STRING),
            optional("hash", Rule.ANYTHING),
            optional("_relay", Rule.RESERVED),
            optional("_relay_hash", Rule.RESERVED),
            optional("type", Rule.NOT_HEARTBEAT));

    private static final int EVENT_HASH = EVENT.indexOf("event_hash");
    private static final int HASH = EVENT.indexOf("hash");

    private final SchemaIssues issues = new SchemaIssues();
    private final int[] values = new int[EVENT.size()];
    private final int[] nestedValues = new int[TARGET.size()]; // The largest of the nested shapes.
    private JsonTape tape = new JsonTape();
    private long present;

    /// Checks the value at `payload` and returns what is wrong, in schema order: `path: text, path: text…`;
    /// empty if it is an event.
    String check(JsonTape tape, int payload) {
        this.tape = tape;
        present = 0;
        if (tape.is(payload, JsonKind.OBJECT)) {
            present = find(EVENT, payload, values);
            checkMembers(EVENT, present, values);
        } else {
            issues.expected("", "object", ClientText.type(tape, payload));
        }
        return issues.take();
    }

    /// The value of the checked event's `event_hash`, or -1.
    int eventHash() {
        return valueOf(EVENT_HASH);
    }

    /// The value of the checked event's `hash`, or -1.
    int hash() {
        return valueOf(HASH);
    }

    private int valueOf(int member) {
        return (present >> member & 1) == 0 ? -1 : values[member];
    }

    /// Notes the value of each member that the shape knows, of duplicates the last, and returns which of them
    /// there are.
    private long find(Shape shape, int object, int[] into) {
        long bits = 0;
        int end = tape.next(object);
        for (int key = tape.firstChild(object); key < end; key = tape.next(key + 1)) {
            int member = shape.names.indexOf(tape, key);
            if (member >= 0) {
                into[member] = key + 1;
                bits |= 1L << member;
            }
        }
        return bits;
    }

    private void checkMembers(Shape shape, long there, int[] found) {
        for (long open = there | shape.required; open != 0; open &= open - 1) {
            int index = Long.numberOfTrailingZeros(open);
            if ((there >> index & 1) == 0) {
                issues.missing(shape.path + shape.member(index).name());
                continue;
            }
            JsonKind simple = shape.simple[index];
            if (simple == null || !tape.is(found[index], simple)) {
                checkMember(shape, shape.member(index), found[index]);
            }
        }
    }

    private void checkMember(Shape shape, Member member, int value) {
        if (!isRight(member, value)) {
            report(shape.path + member.name(), member, value);
        }
    }

    /// Whether the value is as it should be; what is nested reports for itself.
    private boolean isRight(Member member, int value) {
        return switch (member.rule()) {
            case STRING -> tape.is(value, JsonKind.STRING);
            case NUMBER -> tape.is(value, JsonKind.NUMBER);
            case BOOLEAN -> tape.is(value, JsonKind.TRUE) || tape.is(value, JsonKind.FALSE);
            case OBJECT -> tape.is(value, JsonKind.OBJECT);
            case STRING_OR_NULL -> tape.is(value, JsonKind.STRING) || tape.is(value, JsonKind.NULL);
            case STRINGS -> isArrayOfStrings(value);
            case THE_NUMBER_ONE -> tape.is(value, JsonKind.NUMBER) && tape.number(value) == 1;
            case DATETIME -> tape.is(value, JsonKind.STRING) && isDatetime(value);
            case CHOICE -> tape.is(value, JsonKind.STRING) && member.choices().indexOf(tape, value) >= 0;
            case SHAPE -> tape.is(value, JsonKind.OBJECT) && checkNested(member.shape(), value);
            case ANYTHING -> true;
            case RESERVED -> false;
            case NOT_HEARTBEAT -> !(tape.is(value, JsonKind.STRING) && tape.textEquals(value, "heartbeat"));
        };
    }

    private boolean checkNested(Shape shape, int object) {
        checkMembers(shape, find(shape, object, nestedValues), nestedValues);
        return true;
    }

    private boolean isArrayOfStrings(int value) {
        if (!tape.is(value, JsonKind.ARRAY)) {
            return false;
        }
        int end = tape.next(value);
        for (int item = tape.firstChild(value); item < end; item = tape.next(item)) {
            if (!tape.is(item, JsonKind.STRING)) {
                return false;
            }
        }
        return true;
    }

    private boolean isDatetime(int value) {
        if (!tape.isEscaped(value)) {
            return UtcDatetime.isValid(tape.source(), tape.start(value) + 1, tape.end(value) - 1);
        }
        byte[] text = tape.text(value).getBytes(StandardCharsets.UTF_8);
        return UtcDatetime.isValid(text, 0, text.length);
    }

    private void report(String path, Member member, int value) {
        String received = ClientText.type(tape, value);
        boolean string = tape.is(value, JsonKind.STRING);
        switch (member.rule()) {
            case STRING, STRING_OR_NULL -> issues.expected(path, "string", received);
            case NUMBER -> issues.expected(path, "number", received);
            case BOOLEAN -> issues.expected(path, "boolean", received);
            case OBJECT, SHAPE -> issues.expected(path, "object", received);
            case STRINGS -> reportItems(path, value);
            case THE_NUMBER_ONE -> issues.add(path, "Invalid literal value, expected 1");
            case DATETIME -> {
                if (string) {
                    issues.add(path, "Invalid datetime");
                } else {
                    issues.expected(path, "string", received);
                }
            }
            case CHOICE -> {
                if (string) {
                    issues.notAChoice(path, member.choices(), ClientText.show(tape.text(value)));
                } else {
                    issues.expectedChoice(path, member.choices(), received);
                }
            }
            case RESERVED -> issues.add(path, "Reserved member");
            case NOT_HEARTBEAT -> issues.add(path, "Reserved value");
            case ANYTHING -> throw new IllegalStateException(path);
        }
    }

    private void reportItems(String path, int value) {
        if (!tape.is(value, JsonKind.ARRAY)) {
            issues.expected(path, "array", ClientText.type(tape, value));
            return;
        }
        int end = tape.next(value);
        int index = 0;
        for (int item = tape.firstChild(value); item < end && !issues.isFull(); item = tape.next(item)) {
            if (!tape.is(item, JsonKind.STRING)) {
                issues.expected(path + '.' + index, "string", ClientText.type(tape, item));
            }
            index++;
        }
    }

    private static Words words(List<String> words) {
        return Words.of(words.toArray(String[]::new));
    }
}
