package dev.cairn.protocol.witness;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.UtcDatetime;
import java.util.Set;
import java.util.regex.Pattern;

/// What a witness confirms, and signs in its [AnchorReceipt] (`specs/audit-relay.md` 6.4).
///
/// @param id the witness's name for it
/// @param witnessedAt when, in UTC
/// @param receiptHash of the request's body as it was received
public record Anchor(String id, String witnessedAt, SealedTip seal, Hash receiptHash, Set<AnchorMark> marks) {

    /// Characters of the longest id.
    public static final int ID_MAX = 128;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1," + ID_MAX + "}");

    public Anchor {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("anchor_id: expected 1 to " + ID_MAX + " of A-Z a-z 0-9 _ -");
        }
        if (!UtcDatetime.isValid(witnessedAt)) {
            throw new IllegalArgumentException("witnessed_at: expected a time in UTC");
        }
        marks = Set.copyOf(marks);
    }
}
