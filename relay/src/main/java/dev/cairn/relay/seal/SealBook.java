package dev.cairn.relay.seal;

import dev.cairn.protocol.audit.AuditAnswer.LastSeal;
import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealChain;
import dev.cairn.protocol.seal.SealKey;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.SealState;
import java.io.IOException;
import java.time.Instant;

/// The seals file and where it stands: the state follows the line, once that is durable. Blocking; one thread
/// at a time.
final class SealBook implements AutoCloseable {

    private final LineFile file;
    private final Latest<SealState> state;
    private final boolean hasWitnesses;
    private SealChain chain;

    /// @param state begun with [RecoveredSeals#state]
    SealBook(RecoveredSeals found, Latest<SealState> state, boolean hasWitnesses) {
        this.file = found.file();
        this.chain = found.chain();
        this.state = state;
        this.hasWitnesses = hasWitnesses;
    }

    /// Records that are sealed.
    long sealedCount() {
        return chain.count();
    }

    /// Seals `count` records with that tip, whose last line ends at `logOffset`, and returns when the seal is
    /// durable.
    ///
    /// @throws IOException if it is not
    Seal add(Hash tip, long count, long logOffset, Instant now, SealKey key) throws IOException {
        Seal seal = chain.next(tip, count, logOffset, now, key);
        file.append(seal.line());
        chain = SealTail.chainBehind(chain, seal.line());
        long total = state.get().total() + 1;
        state.set(
                new SealState(new LastSeal(seal.payload().sealedAt(), tip, count), total, hasWitnesses ? false : null));
        return seal;
    }

    /// Enough witnesses have confirmed the newest seal.
    void confirmed() {
        SealState now = state.get();
        state.set(new SealState(now.last(), now.total(), true));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
