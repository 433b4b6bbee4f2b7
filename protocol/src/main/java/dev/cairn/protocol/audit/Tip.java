package dev.cairn.protocol.audit;

import org.jspecify.annotations.Nullable;

/// Where a chain stands: its last record's hash, `null` while it is empty, and how many records it has.
public record Tip(@Nullable Hash hash, long count) {

    public static final Tip EMPTY = new Tip(null, 0);

    public Tip {
        if ((hash == null) != (count == 0)) {
            throw new IllegalArgumentException("a chain of " + count + " records with tip " + hash);
        }
    }
}
