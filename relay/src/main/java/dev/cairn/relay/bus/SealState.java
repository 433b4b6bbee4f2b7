package dev.cairn.relay.bus;

import dev.cairn.protocol.audit.AuditAnswer.LastSeal;
import org.jspecify.annotations.Nullable;

/// What is sealed, durably.
///
/// @param last `null` while there is no seal
/// @param total seals in the file, whoever made them
/// @param quorumMet whether enough witnesses have confirmed the newest seal; `null` while there are no witnesses or no
///     seal
/// @param quorumOverdue whether no seal has had its quorum for longer than may be
/// @param contradictions how often a witness said something against a seal since the relay started
public record SealState(
        @Nullable LastSeal last, long total, @Nullable Boolean quorumMet, boolean quorumOverdue, long contradictions) {

    /// Of witnesses, nothing is known yet.
    public SealState(@Nullable LastSeal last, long total, @Nullable Boolean quorumMet) {
        this(last, total, quorumMet, false, 0);
    }

    /// With another one, which nobody has confirmed.
    ///
    /// @param hasWitnesses whether somebody is asked
    public SealState behind(LastSeal newest, boolean hasWitnesses) {
        return new SealState(newest, total + 1, hasWitnesses ? false : null, quorumOverdue, contradictions);
    }

    /// Enough witnesses have confirmed the newest seal.
    public SealState confirmed() {
        return new SealState(last, total, true, quorumOverdue, contradictions);
    }

    public SealState overdue(boolean isOverdue) {
        return new SealState(last, total, quorumMet, isOverdue, contradictions);
    }

    public SealState contradicted() {
        return new SealState(last, total, quorumMet, quorumOverdue, contradictions + 1);
    }

    /// Nothing is known yet.
    public static final SealState NONE = new SealState(null, 0, null);

    /// Records that the newest seal covers.
    public long sealedCount() {
        return last == null ? 0 : last.events();
    }
}
