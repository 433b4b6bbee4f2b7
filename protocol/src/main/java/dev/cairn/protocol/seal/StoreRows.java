package dev.cairn.protocol.seal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The rows of a store of receipts, as far as its seals tell of them (`specs/receipts.md` 5, 6.7).
public interface StoreRows {

    /// A receipt that is in the store.
    ///
    /// @param place grows with the order in which receipts were stored
    /// @param hash what the store says; `null` if it says nothing
    record Row(long place, @Nullable String hash) {}

    /// The receipt of that chain and sequence, whatever its hash; `null` if there is none.
    @Nullable
    Row find(ChainHead head) throws IOException;

    /// How many receipts there are behind the place `after`, `upTo` included.
    long count(long after, long upTo) throws IOException;
}
