package dev.cairn.relay.chain;

import dev.cairn.protocol.audit.Heartbeat;
import dev.cairn.protocol.audit.HeartbeatNote.DamageAccepted;
import dev.cairn.protocol.audit.LogListener;

/// Looks, while a log is verified, for the note with which the operator accepted a finding (`specs/audit-relay.md`
/// 4.3).
final class AcceptedFinding implements LogListener {

    private final String expected;
    private boolean found;

    AcceptedFinding(String expected) {
        this.expected = expected;
    }

    boolean isFound() {
        return found;
    }

    @Override
    public void heartbeat(Heartbeat heartbeat, long offset) {
        found |= heartbeat.notes().stream()
                .anyMatch(note -> note instanceof DamageAccepted accepted
                        && accepted.expected().equals(expected));
    }
}
