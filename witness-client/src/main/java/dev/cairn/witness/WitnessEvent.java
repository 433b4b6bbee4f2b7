package dev.cairn.witness;

import dev.cairn.protocol.witness.SealedTip;
import dev.cairn.protocol.witness.WitnessRecord;
import java.time.Duration;

/// What a [WitnessPublisher] tells.
public sealed interface WitnessEvent {

    /// A round ended, or a seal was given up: append the record to `witnesses.relay.jsonl`.
    record RoundFinished(WitnessRecord record) implements WitnessEvent {}

    /// As many distinct witnesses confirmed the seal as must. Told once per seal and at once, while others
    /// may still be asked.
    record QuorumReached(SealedTip seal, int confirmed, int quorum, Duration after) implements WitnessEvent {}

    /// Every witness had its turn and too few confirmed the seal; they will be asked again. Told once until
    /// the quorum holds again.
    record QuorumLost(SealedTip seal, int confirmed, int quorum) implements WitnessEvent {}

    /// For this long no seal has had its quorum. Told once until one has.
    record QuorumOverdue(SealedTip seal, Duration unmetFor) implements WitnessEvent {}
}
