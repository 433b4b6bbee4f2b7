package dev.cairn.relay.seal;

import dev.cairn.protocol.audit.AuditAnswer.LastSeal;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealChain;
import dev.cairn.protocol.seal.SealForm;
import dev.cairn.protocol.seal.SealKey;
import dev.cairn.protocol.seal.SealPayload;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.SealState;
import dev.cairn.relay.bus.Sealable.Draft;
import java.io.IOException;
import java.time.Instant;

/// The seals file and where it stands: the state follows the line, once that is durable. Blocking; one thread
/// at a time.
final class SealBook implements AutoCloseable {

    private final LineFile file;
    private final SealForm form;
    private final Latest<SealState> state;
    private final boolean hasWitnesses;
    private SealChain chain;

    /// @param state begun with [RecoveredSeals#state]
    SealBook(RecoveredSeals found, Latest<SealState> state, boolean hasWitnesses) {
        this.file = found.file();
        this.form = found.form();
        this.chain = found.chain();
        this.state = state;
        this.hasWitnesses = hasWitnesses;
    }

    /// Records that are sealed.
    long sealedCount() {
        return chain.count();
    }

    /// Seals what the draft says, and returns when the seal is durable.
    ///
    /// @throws IOException if it is not
    Seal add(Draft draft, Instant now, SealKey key) throws IOException {
        Seal seal = draft.sign(chain, now, key);
        file.append(seal.line());
        chain = SealTail.chainBehind(chain, seal.line(), form);
        long total = state.get().total() + 1;
        SealPayload payload = seal.payload();
        state.set(new SealState(
                new LastSeal(payload.sealedAt(), payload.tip(), payload.count()), total, hasWitnesses ? false : null));
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
