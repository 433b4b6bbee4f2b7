package dev.cairn.relay.seal;

import com.sun.security.auth.module.UnixSystem;
import dev.cairn.protocol.audit.AuditAnswer.NotSealed;
import dev.cairn.protocol.audit.AuditAnswer.NotSealed.Why;
import dev.cairn.protocol.audit.AuditAnswer.SealMade;
import dev.cairn.protocol.audit.AuditAnswer.ToSeal;
import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.relay.seal.Outcome.Failed;
import dev.cairn.relay.seal.Outcome.Made;
import dev.cairn.relay.seal.Outcome.Postponed;
import dev.cairn.relay.seal.Outcome.Skipped;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Who may have the chain sealed on demand, how often, and what they are told.
final class Demands {

    static final NotSealed STOPPING = new NotSealed(Why.STOPPING, "Not sealed: the relay is stopping");

    private static final NotSealed NOT_ALLOWED =
            new NotSealed(Why.NOT_ALLOWED, "Not sealed: only the relay's own user may ask for it");
    private static final NotSealed TOO_OFTEN =
            new NotSealed(Why.TOO_OFTEN, "Not sealed: asked too often; wait a second");

    private static final int PER_SECOND = 1;
    private static final int AT_ONCE = 5;
    private static final long SUPERUSER = 0;

    private final UserRates rates;
    private final long ourUid = new UnixSystem().getUid();

    Demands(LongSupplier nanoTime) {
        this.rates = new UserRates(PER_SECOND, AT_ONCE, nanoTime);
    }

    /// Why `peer` gets no seal now, whatever the chain is like.
    Optional<NotSealed> refusal(Peer peer) {
        if (peer.uid() != SUPERUSER && peer.uid() != ourUid) {
            return Optional.of(NOT_ALLOWED);
        }
        boolean isTooOften = !rates.admits(ourUid); // Whoever of the two asks.
        return isTooOften ? Optional.of(TOO_OFTEN) : Optional.empty();
    }

    static ToSeal answer(Outcome outcome) {
        return switch (outcome) {
            case Made(Seal seal) -> new SealMade(seal.publicLine());
            case Skipped(String why) -> new NotSealed(Why.EMPTY, "Not sealed: " + why);
            case Postponed(String why) -> new NotSealed(Why.FAILED, "Not sealed: " + why);
            case Failed(String why) -> new NotSealed(Why.FAILED, "Not sealed: " + why);
        };
    }
}
