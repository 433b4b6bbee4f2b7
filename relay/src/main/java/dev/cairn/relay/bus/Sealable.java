package dev.cairn.relay.bus;

import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealChain;
import dev.cairn.protocol.seal.SealKey;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.Optional;

/// What can be sealed, as whoever seals it sees it: a store whose records are durable, and what a seal says of them.
///
/// All but [#draft] answers at once and may be asked by anyone at any time.
public interface Sealable {

    SealedStore store();

    /// Records that are durable.
    long count();

    /// Why nothing may be sealed now; empty if it may.
    Optional<String> refusal();

    /// Whether a seal over what is sealed already says something: that nothing was added until then.
    boolean mayRepeat();

    /// Whether it should be sealed soon, whatever the schedule says: what has changed is more than it
    /// remembers.
    boolean isPressing();

    /// Looks at what the store holds now, so that only that is sealed; fails if it is not what was written.
    /// Blocks, for whoever seals.
    Future<Draft> draft();

    /// That seal is durable.
    void sealed(Seal seal);

    /// What a seal is to say.
    interface Draft {

        /// The seal that follows those before it.
        Seal sign(SealChain before, Instant now, SealKey key);
    }
}
