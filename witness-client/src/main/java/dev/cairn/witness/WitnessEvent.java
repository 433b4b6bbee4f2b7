package dev.cairn.witness;

import dev.cairn.protocol.witness.Contradiction;
import dev.cairn.protocol.witness.SealedTip;
import dev.cairn.protocol.witness.WitnessRecord;
import java.time.Duration;
import java.util.Objects;

/// What a [WitnessPublisher] tells.
public sealed interface WitnessEvent {

    /// A round ended, or a seal was given up: append the record to `witnesses.relay.jsonl`.
    record RoundFinished(WitnessRecord record) implements WitnessEvent {}

    /// As many distinct witnesses confirmed the seal as must. Told once per seal and at once, while others
    /// may still be asked.
    record QuorumReached(SealedTip seal, int confirmed, int quorum, Duration after) implements WitnessEvent {}

    /// A witness says something against the seal: it confirmed something else, or holds another tip of that
    /// count. Told once for each witness and seal, at once; it is not asked for this seal again, and its
    /// reply is in the round's record.
    record SealContradicted(SealedTip seal, WitnessEndpoint witness, Contradiction what) implements WitnessEvent {

        /// Whether the witness itself said so, by its key that is known from elsewhere.
        public boolean isByKnownKey() {
            return what.isSigned() && Objects.equals(what.signer(), witness.publicKey());
        }
    }

    /// Every witness had its turn and too few confirmed the seal; they will be asked again. Told once until
    /// the quorum holds again.
    record QuorumLost(SealedTip seal, int confirmed, int quorum) implements WitnessEvent {}

    /// For this long no seal has had its quorum. Told once until one has.
    record QuorumOverdue(SealedTip seal, Duration unmetFor) implements WitnessEvent {}
}
