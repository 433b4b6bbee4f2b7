package dev.cairn.relay.bus;

import dev.cairn.protocol.audit.AuditAnswer.LastSeal;
import org.jspecify.annotations.Nullable;

/// What is sealed, durably.
///
/// @param last `null` while there is no seal
/// @param total seals in the file, whoever made them
/// @param quorumMet whether enough witnesses have confirmed the newest seal; `null` while there are no witnesses or no
///     seal
public record SealState(
        @Nullable LastSeal last, long total, @Nullable Boolean quorumMet) {

    /// Nothing is known yet.
    public static final SealState NONE = new SealState(null, 0, null);

    /// Records that the newest seal covers.
    public long sealedCount() {
        return last == null ? 0 : last.events();
    }
}
