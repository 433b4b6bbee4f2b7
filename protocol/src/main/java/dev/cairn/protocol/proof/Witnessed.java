package dev.cairn.protocol.proof;

import dev.cairn.protocol.seal.Seal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A seal that as many distinct witnesses as needed have confirmed.
///
/// @param testimony what there is of each of them at least
/// @param witnesses the names of their endpoints
/// @param since when the last one that was needed says that it saw the seal; `null` where too few say when
public record Witnessed(
        Seal seal,
        Testimony testimony,
        int quorum,
        List<String> witnesses,
        @Nullable Instant since) {

    public Witnessed {
        witnesses = List.copyOf(witnesses);
    }

    /// Records up to the seal.
    public long count() {
        return seal.payload().count();
    }
}
