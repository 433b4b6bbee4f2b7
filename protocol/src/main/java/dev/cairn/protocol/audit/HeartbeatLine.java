package dev.cairn.protocol.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.json.JsonString;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A linked heartbeat line of the log: its text, without the newline, and its hash (`specs/audit-relay.md` 4.2).
///
/// The five members that the peer writes come first, in the peer's order.
public record HeartbeatLine(Heartbeat heartbeat, String text, Hash hash) {

    /// The line that says `heartbeat`.
    public static HeartbeatLine of(Heartbeat heartbeat) {
        StringBuilder text = new StringBuilder(512);
        appendPeersMembers(text, heartbeat);
        text.append(",\"_heartbeat\":{\"seq\":").append(heartbeat.seq()).append(",\"prev_hash\":");
        appendNullable(text, heartbeat.prevHash());
        text.append(",\"kind\":\"").append(heartbeat.kind().wireName());
        text.append("\",\"due_ms\":").append(heartbeat.dueMillis());
        if (heartbeat.repair() != null) {
            appendRepair(text, heartbeat.repair());
        }
        if (!heartbeat.notes().isEmpty()) {
            appendNotes(text, heartbeat.notes());
        }
        if (!heartbeat.salt().isEmpty()) {
            JsonString.append(text.append(",\"salt\":"), heartbeat.salt());
        }
        Hash hash = hash(text + "}}");
        text.append("},\"_heartbeat_hash\":\"").append(hash.text()).append("\"}");
        return new HeartbeatLine(heartbeat, text.toString(), hash);
    }

    /// Reads a linked heartbeat line back; members that are not known here are kept in the text and in its
    /// hash.
    ///
    /// @param text with or without its newline
    /// @throws IllegalArgumentException if it is no linked heartbeat line, or its hash is not that of its
    /// content;
    ///     the message says which
    public static HeartbeatLine read(String text) {
        byte[] bytes = text.strip().getBytes(UTF_8);
        JsonTape tape = new JsonTape();
        try {
            tape.parse(bytes, 0, bytes.length);
        } catch (JsonSyntaxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        Heartbeat heartbeat = new HeartbeatReader(tape).read();
        Hash stored = HeartbeatReader.storedHash(tape);
        Hash computed = new LineHasher().hash(tape, LineHasher.HEARTBEAT_HASH);
        if (!computed.equals(stored)) {
            throw new IllegalArgumentException("_heartbeat_hash: expected " + computed + ", found " + stored);
        }
        return new HeartbeatLine(heartbeat, new String(bytes, UTF_8), stored);
    }

    /// What the next heartbeat must know of this one.
    public LinkedHeartbeat link() {
        return new LinkedHeartbeat(heartbeat.seq(), hash, heartbeat.at(), heartbeat.kind(), heartbeat.dueMillis());
    }

    /// The line as it is stored, its newline included.
    public byte[] toBytes() {
        return (text + "\n").getBytes(UTF_8);
    }

    /// `YYYY-MM-DDTHH:MM:SS.sssZ`, the one form of time that the relay writes.
    public static String isoMillis(Instant at) {
        return new UtcClockText().text(at.toEpochMilli());
    }

    private static Hash hash(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        JsonTape tape = new JsonTape();
        tape.parse(bytes, 0, bytes.length);
        return new LineHasher().hash(tape);
    }

    private static void appendPeersMembers(StringBuilder text, Heartbeat heartbeat) {
        text.append("{\"type\":\"heartbeat\",\"timestamp\":\"").append(isoMillis(heartbeat.at()));
        text.append("\",\"relay_chain_tip\":");
        appendNullable(text, heartbeat.tip().hash());
        text.append(",\"relay_event_count\":").append(heartbeat.tip().count());
        text.append(",\"uptime_ms\":").append(heartbeat.uptimeMillis());
    }

    private static void appendNullable(StringBuilder text, @Nullable Hash hash) {
        if (hash == null) {
            text.append("null");
        } else {
            text.append('"').append(hash.text()).append('"');
        }
    }

    private static void appendRepair(StringBuilder text, RepairedRange repair) {
        text.append(",\"repair\":{\"offset\":").append(repair.offset());
        text.append(",\"bytes\":").append(repair.bytes());
        text.append(",\"sha256\":\"").append(repair.sha256().text()).append("\"}");
    }

    private static void appendNotes(StringBuilder text, List<HeartbeatNote> notes) {
        String separator = ",\"notes\":[";
        for (HeartbeatNote note : notes) {
            text.append(separator);
            appendNote(text, note);
            separator = ",";
        }
        text.append(']');
    }

    private static void appendNote(StringBuilder text, HeartbeatNote note) {
        switch (note) {
            case HeartbeatNote.Drops drops -> appendDrops(text, drops);
            case HeartbeatNote.KeyRotated rotated -> {
                JsonString.append(text.append("{\"what\":\"key_rotated\",\"old_key_id\":"), rotated.oldKeyId());
                JsonString.append(text.append(",\"new_key_id\":"), rotated.newKeyId())
                        .append('}');
            }
            case HeartbeatNote.ClockStep step ->
                text.append("{\"what\":\"clock_step\",\"ms\":")
                        .append(step.millis())
                        .append('}');
            case HeartbeatNote.DamageAccepted damage -> {
                text.append("{\"what\":\"damage_accepted\",\"line\":").append(damage.line());
                text.append(",\"offset\":").append(damage.offset());
                JsonString.append(text.append(",\"expected\":"), damage.expected());
                JsonString.append(text.append(",\"found\":"), damage.found()).append('}');
            }
        }
    }

    private static void appendDrops(StringBuilder text, HeartbeatNote.Drops drops) {
        text.append("{\"what\":\"drops\"");
        if (drops.peer().isKnown()) {
            appendPeer(text, drops.peer());
        }
        text.append(",\"reasons\":{");
        int empty = text.length();
        DropCounts counts = drops.counts();
        appendCount(text, empty, "invalid", counts.invalid());
        appendCount(text, empty, "oversize", counts.oversize());
        appendCount(text, empty, "fragment", counts.fragment());
        appendCount(text, empty, "shed", counts.shed());
        appendCount(text, empty, "store", counts.store());
        text.append("}}");
    }

    private static void appendPeer(StringBuilder text, Peer peer) {
        text.append(",\"peer\":{");
        int empty = text.length();
        appendId(text, empty, "pid", peer.pid());
        appendId(text, empty, "uid", peer.uid());
        appendId(text, empty, "gid", peer.gid());
        if (!peer.exe().isEmpty()) {
            JsonString.append(text.append(text.length() == empty ? "" : ",").append("\"exe\":"), peer.exe());
        }
        text.append('}');
    }

    private static void appendId(StringBuilder text, int empty, String name, long id) {
        if (id != Peer.UNKNOWN) {
            appendMember(text, empty, name, id);
        }
    }

    private static void appendCount(StringBuilder text, int empty, String reason, long count) {
        if (count != 0) {
            appendMember(text, empty, reason, count);
        }
    }

    private static void appendMember(StringBuilder text, int empty, String name, long value) {
        text.append(text.length() == empty ? "\"" : ",\"")
                .append(name)
                .append("\":")
                .append(value);
    }
}
