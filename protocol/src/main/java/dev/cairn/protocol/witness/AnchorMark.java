package dev.cairn.protocol.witness;

/// What a witness adds to an anchor that does not fit what it has seen of the lineage (`specs/audit-relay.md` 6.4).
public enum AnchorMark {
    /// The count is lower than one that was anchored before.
    OUT_OF_ORDER("out_of_order"),
    /// Another tip was anchored with the same count.
    CONFLICT("conflict");

    private final String wireName;

    AnchorMark(String wireName) {
        this.wireName = wireName;
    }

    public String wireName() {
        return wireName;
    }
}
