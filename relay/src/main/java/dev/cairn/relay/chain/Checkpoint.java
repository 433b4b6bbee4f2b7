package dev.cairn.relay.chain;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.HeartbeatLine;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import java.nio.charset.StandardCharsets;

/// How far a log is durable and where it stands there, so that a start need not read what lies before
/// (`specs/audit-relay.md` 4.3).
///
/// @param state of its counts only records and lines are kept
/// @param lastLine how many bytes the last line before its offset has, its newline included
/// @param lastLineHash of those bytes: whether this checkpoint belongs to the log it is found beside
record Checkpoint(LogState state, int lastLine, Hash lastLineHash) {

    /// The checkpoint of a log whose last line is `last`.
    static Checkpoint of(LogState state, byte[] last) {
        return new Checkpoint(state, last.length, Hash.of(last, 0, last.length));
    }

    /// Whether it belongs to a log where `last` ends at its offset.
    boolean agreesWith(byte[] last) {
        return Hash.of(last, 0, last.length).equals(lastLineHash) && standsAt(last);
    }

    /// Whether the line itself says where the chain stands behind it.
    private boolean standsAt(byte[] last) {
        try {
            JsonTape tape = new JsonTape();
            tape.parse(last, 0, last.length);
            int hash = tape.member(0, "_relay_hash");
            if (hash >= 0) {
                return tape.is(hash, JsonKind.STRING)
                        && tape.text(hash).equals(String.valueOf(state.tip().hash()));
            }
            HeartbeatLine line = HeartbeatLine.read(new String(last, StandardCharsets.UTF_8));
            return line.heartbeat().tip().equals(state.tip()) && line.link().equals(state.last());
        } catch (JsonSyntaxException | IllegalArgumentException _) {
            return false;
        }
    }
}
