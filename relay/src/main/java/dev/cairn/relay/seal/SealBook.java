package dev.cairn.relay.seal;

import dev.cairn.protocol.audit.AuditAnswer.LastSeal;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealChain;
import dev.cairn.protocol.seal.SealForm;
import dev.cairn.protocol.seal.SealKey;
import dev.cairn.protocol.seal.SealPayload;
import dev.cairn.protocol.witness.SealedTip;
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
        SealPayload payload = seal.payload();
        LastSeal newest = new LastSeal(payload.sealedAt(), payload.tip(), payload.count());
        state.set(state.get().behind(newest, hasWitnesses));
        return seal;
    }

    /// Enough witnesses have confirmed a seal that was published; there may be a newer one already.
    void confirmed(SealedTip seal) {
        LastSeal last = state.get().last();
        if (last != null && last.tip().equals(seal.tip()) && last.events() == seal.count()) {
            state.set(state.get().confirmed());
        }
    }

    /// No seal has had its quorum for too long, or one has it again.
    void overdue(boolean isOverdue) {
        state.set(state.get().overdue(isOverdue));
    }

    /// A witness says something against a seal.
    void contradicted() {
        state.set(state.get().contradicted());
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
