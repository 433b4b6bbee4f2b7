package dev.cairn.relay.cli;

import dev.cairn.protocol.proof.ProofReport;
import dev.cairn.protocol.proof.Testimony;
import dev.cairn.protocol.proof.WitnessReport;

/// What seals and witnesses prove of a log or a store, as it is told.
///
/// @param evidence what it was to be proven by
/// @param count records of it, or receipts
record ProofView(ProofSubject subject, Evidence evidence, ProofReport proof, long count) {

    /// Whether nothing is wrong with seals and replies.
    boolean isSound() {
        return proof.isSound() && !areSealsMissing();
    }

    /// There are replies of witnesses and no seals that they could be of: those were taken away.
    boolean areSealsMissing() {
        WitnessReport witnesses = proof.witnesses();
        return proof.seals() == null
                && witnesses != null
                && witnesses.records() + witnesses.faults().size() > 0;
    }

    /// Whether as many witnesses have confirmed a seal as the user demands.
    boolean hasQuorum() {
        WitnessReport witnesses = proof.witnesses();
        Testimony least = evidence.trust().keys().isEmpty() ? Testimony.STATED : Testimony.PINNED;
        return evidence.quorum() == 0
                || (witnesses != null && witnesses.witnessed().containsKey(least));
    }

    /// Whether there is anything to tell: a file of seals or of replies, or a demand that they be there.
    boolean isOfInterest() {
        return proof.seals() != null || proof.witnesses() != null || evidence.quorum() > 0;
    }
}
