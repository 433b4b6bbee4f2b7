package dev.cairn.protocol.audit;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonTape;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads what a linked heartbeat line says from a tape. Every complaint is an [IllegalArgumentException] that
/// names the member.
final class HeartbeatReader {

    private static final double EXACT_MAX = 0x1p53;

    private final JsonTape tape;

    HeartbeatReader(JsonTape tape) {
        this.tape = tape;
    }

    Heartbeat read() {
        if (!tape.is(0, JsonKind.OBJECT) || tape.depth() > JsonTape.DEPTH_MAX) {
            throw new IllegalArgumentException("expected a heartbeat object");
        }
        if (!string(0, "type").equals("heartbeat")) {
            throw new IllegalArgumentException("type: expected heartbeat");
        }
        int link = object(0, "_heartbeat");
        int repair = tape.member(link, "repair");
        int salt = tape.member(link, "salt");
        return new Heartbeat(
                instant(0, "timestamp"),
                tip(),
                integer(0, "uptime_ms"),
                integer(link, "seq"),
                nullableHash(link, "prev_hash"),
                kind(string(link, "kind")),
                integer(link, "due_ms"),
                salt < 0 ? "" : string(link, "salt"),
                repair < 0 ? null : repair(object(link, "repair")),
                notes(link));
    }

    static Hash storedHash(JsonTape tape) {
        return new HeartbeatReader(tape).hash(0, LineHasher.HEARTBEAT_HASH);
    }

    private Tip tip() {
        return new Tip(nullableHash(0, "relay_chain_tip"), integer(0, "relay_event_count"));
    }

    private static HeartbeatKind kind(String name) {
        for (HeartbeatKind kind : HeartbeatKind.values()) {
            if (kind.wireName().equals(name)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("kind: expected start, beat, repair, note or stop");
    }

    private RepairedRange repair(int repair) {
        return new RepairedRange(integer(repair, "offset"), integer(repair, "bytes"), hash(repair, "sha256"));
    }

    private List<HeartbeatNote> notes(int link) {
        int array = tape.member(link, "notes");
        if (array < 0) {
            return List.of();
        }
        if (!tape.is(array, JsonKind.ARRAY)) {
            throw new IllegalArgumentException("notes: expected an array");
        }
        List<HeartbeatNote> notes = new ArrayList<>();
        for (int item = tape.firstChild(array); item < tape.next(array); item = tape.next(item)) {
            HeartbeatNote note = note(item);
            if (note != null) {
                notes.add(note);
            }
        }
        return notes;
    }

    /// `null` for a note of a kind that a later relay may write.
    private @Nullable HeartbeatNote note(int note) {
        if (!tape.is(note, JsonKind.OBJECT)) {
            throw new IllegalArgumentException("notes: expected objects");
        }
        return switch (string(note, "what")) {
            case "drops" -> new HeartbeatNote.Drops(peer(note), counts(object(note, "reasons")));
            case "key_rotated" -> new HeartbeatNote.KeyRotated(string(note, "old_key_id"), string(note, "new_key_id"));
            case "clock_step" -> new HeartbeatNote.ClockStep(integer(note, "ms"));
            case "damage_accepted" ->
                new HeartbeatNote.DamageAccepted(
                        integer(note, "line"),
                        integer(note, "offset"),
                        string(note, "expected"),
                        string(note, "found"));
            default -> null;
        };
    }

    private Peer peer(int note) {
        if (tape.member(note, "peer") < 0) {
            return Peer.NOBODY;
        }
        int peer = object(note, "peer");
        String exe = tape.member(peer, "exe") < 0 ? "" : string(peer, "exe");
        return new Peer(
                integerOr(peer, "pid", Peer.UNKNOWN),
                integerOr(peer, "uid", Peer.UNKNOWN),
                integerOr(peer, "gid", Peer.UNKNOWN),
                exe);
    }

    private DropCounts counts(int reasons) {
        return new DropCounts(
                integerOr(reasons, "invalid", 0),
                integerOr(reasons, "oversize", 0),
                integerOr(reasons, "fragment", 0),
                integerOr(reasons, "shed", 0),
                integerOr(reasons, "store", 0));
    }

    private int object(int parent, String name) {
        return value(parent, name, JsonKind.OBJECT, "an object");
    }

    private String string(int parent, String name) {
        return tape.text(value(parent, name, JsonKind.STRING, "a string"));
    }

    private long integerOr(int parent, String name, long absent) {
        return tape.member(parent, name) < 0 ? absent : integer(parent, name);
    }

    private long integer(int parent, String name) {
        double value = tape.number(value(parent, name, JsonKind.NUMBER, "an integer"));
        if (value != Math.rint(value) || Math.abs(value) > EXACT_MAX) {
            throw new IllegalArgumentException(name + ": expected an integer");
        }
        return (long) value;
    }

    private Instant instant(int parent, String name) {
        try {
            return Instant.parse(string(parent, name));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(name + ": expected a time", e);
        }
    }

    private @Nullable Hash nullableHash(int parent, String name) {
        int value = tape.member(parent, name);
        return value >= 0 && tape.is(value, JsonKind.NULL) ? null : hash(parent, name);
    }

    private Hash hash(int parent, String name) {
        String text = string(parent, name);
        if (!Hash.isHash(text)) {
            throw new IllegalArgumentException(name + ": expected sha256: and 64 lower-case hex digits");
        }
        return new Hash(text);
    }

    private int value(int parent, String name, JsonKind kind, String what) {
        int value = tape.member(parent, name);
        if (value < 0 || !tape.is(value, kind)) {
            throw new IllegalArgumentException(name + ": expected " + what);
        }
        return value;
    }
}
