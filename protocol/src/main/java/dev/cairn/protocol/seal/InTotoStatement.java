package dev.cairn.protocol.seal;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonTape;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The one form of in-toto statement that is signed (`specs/audit-relay.md` 5.3 B): what an agent did in the
/// session that led to a commit. Its predicate is closed, so that no text of a client's own choosing is
/// signed in it but in the few members that hold names.
///
/// Reads the root object on the tape; not thread-safe.
final class InTotoStatement {

    private static final String STATEMENT = "https://in-toto.io/Statement/v1";
    private static final String PREDICATE = "https://patchwork-audit.dev/ai-agent-session/v1";
    private static final Pattern FIRST_SUBJECT =
            Pattern.compile("git\\+[A-Za-z0-9._/-]{1,256}:([0-9a-f]{40}|[0-9a-f]{64})");
    private static final Pattern ALGORITHM = Pattern.compile("[A-Za-z0-9_-]{1,32}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-fA-F]{32,128}");
    private static final int COUNT_MAX = 1_000_000_000;
    private static final int REASONS_MAX = 64;
    private static final int TEXT_MAX = 256;
    private static final int SHORT_MAX = 64;
    private static final int PATH_MAX = 4096;

    private final JsonTape tape;
    private final ClosedObject predicate;

    InTotoStatement(JsonTape tape) {
        this.tape = tape;
        ClosedObject risks = new ClosedObject(tape)
                .required("critical", this::isCount)
                .required("high", this::isCount)
                .required("medium", this::isCount)
                .required("low", this::isCount)
                .required("none", this::isCount)
                .required("denials", this::isCount)
                .optional("denials_high_risk_since_last_commit", this::isCount);
        predicate = new ClosedObject(tape)
                .required("schema_version", node -> isNumber(node) && tape.number(node) == 1)
                .required("generated_at", text(SHORT_MAX))
                .required("tool_version", text(SHORT_MAX))
                .required("project_root", text(PATH_MAX))
                .required("policy_source", text(PATH_MAX))
                .required("session_id", text(TEXT_MAX))
                .required("session_events_count", this::isCount)
                .required("session_events_since_last_commit", this::isCount)
                .required("chain_chained_events", this::isCount)
                .required("chain_tip_hash", node -> tape.is(node, JsonKind.NULL) || isText(node, TEXT_MAX))
                .required("chain_valid", this::isBoolean)
                .required("pass", this::isBoolean)
                .required("risk_summary", risks::matches)
                .required("failure_reasons", this::areReasons);
    }

    /// Whether the object on the tape has that form.
    boolean isSigned() {
        int subjects = tape.member(0, "subject");
        int content = tape.member(0, "predicate");
        return isExactly("_type", STATEMENT)
                && isExactly("predicateType", PREDICATE)
                && subjects >= 0
                && areSubjects(subjects)
                && content >= 0
                && predicate.matches(content);
    }

    private boolean isExactly(String member, String text) {
        int value = tape.member(0, member);
        return value >= 0 && tape.is(value, JsonKind.STRING) && tape.textEquals(value, text);
    }

    private boolean areSubjects(int array) {
        if (!tape.is(array, JsonKind.ARRAY) || tape.firstChild(array) == tape.next(array)) {
            return false;
        }
        for (int entry = tape.firstChild(array); entry < tape.next(array); entry = tape.next(entry)) {
            if (!isSubject(entry)) {
                return false;
            }
        }
        return isCommit(tape.firstChild(array));
    }

    private boolean isSubject(int entry) {
        if (!tape.is(entry, JsonKind.OBJECT)) {
            return false;
        }
        int name = tape.member(entry, "name");
        int digest = tape.member(entry, "digest");
        return name >= 0 && isText(name, Integer.MAX_VALUE) && digest >= 0 && isDigest(digest);
    }

    private boolean isDigest(int object) {
        if (!tape.is(object, JsonKind.OBJECT) || tape.firstChild(object) == tape.next(object)) {
            return false;
        }
        for (int key = tape.firstChild(object); key < tape.next(object); key = tape.next(key + 1)) {
            boolean good = ALGORITHM.matcher(tape.text(key)).matches()
                    && tape.is(key + 1, JsonKind.STRING)
                    && DIGEST.matcher(tape.text(key + 1)).matches();
            if (!good) {
                return false;
            }
        }
        return true;
    }

    /// Whether a subject, which has the form of one, is a commit: named by its id, which is its digest too.
    private boolean isCommit(int subject) {
        Matcher name = FIRST_SUBJECT.matcher(tape.text(tape.member(subject, "name")));
        int commit = tape.member(tape.member(subject, "digest"), "gitCommit");
        return name.matches() && commit >= 0 && tape.textEquals(commit, name.group(1));
    }

    private boolean areReasons(int array) {
        if (!tape.is(array, JsonKind.ARRAY)) {
            return false;
        }
        int count = 0;
        for (int reason = tape.firstChild(array); reason < tape.next(array); reason = tape.next(reason)) {
            count++;
            if (count > REASONS_MAX || !isText(reason, TEXT_MAX)) {
                return false;
            }
        }
        return true;
    }

    private IntPredicate text(int max) {
        return node -> isText(node, max);
    }

    /// Whether a node is a text, not empty and of at most `max` UTF-16 units.
    private boolean isText(int node, int max) {
        if (!tape.is(node, JsonKind.STRING)) {
            return false;
        }
        int length = tape.text(node).length();
        return length > 0 && length <= max;
    }

    private boolean isCount(int node) {
        if (!isNumber(node)) {
            return false;
        }
        double number = tape.number(node);
        return number >= 0 && number <= COUNT_MAX && number == Math.rint(number);
    }

    private boolean isNumber(int node) {
        return tape.is(node, JsonKind.NUMBER);
    }

    private boolean isBoolean(int node) {
        return tape.is(node, JsonKind.TRUE) || tape.is(node, JsonKind.FALSE);
    }
}
