package dev.cairn.relay.bus;

import dev.cairn.protocol.audit.AuditAnswer;
import dev.cairn.protocol.audit.HeartbeatNote;
import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.audit.ReceiptsAnswer;
import dev.cairn.protocol.audit.RecordBatch;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.protocol.receipt.DropReasons;
import dev.cairn.protocol.receipt.PreparedReceipt;
import dev.cairn.protocol.receipt.ReceiptPeer;
import dev.cairn.protocol.witness.Contradiction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What verticles say to each other: immutable records, passed by reference. The one exception is a
/// [RecordBatch], which changes owner with its message: the sender never touches it again, and nobody does
/// once it is durable.
public sealed interface BusMessage {

    /// Append these records; answered when they are durable.
    record Append(RecordBatch batch) implements BusMessage {}

    sealed interface AppendReply extends BusMessage {}

    /// All records of the batch are durable, its answers are filled in.
    record Appended() implements AppendReply {}

    /// Nothing of the batch may be acknowledged; `reason` is the text behind `Write failed: `.
    ///
    /// @param stored how many of its first records are in the chain all the same: a full disk took them,
    ///     and no more
    record NotAppended(String reason, int stored) implements AppendReply {

        /// Nothing of it is in the chain.
        public NotAppended(String reason) {
            this(reason, 0);
        }
    }

    /// Append a heartbeat line now; answered when it is durable, or refused.
    record Beat() implements BusMessage {}

    /// Tell this in a heartbeat line of kind `note`; answered when it is durable, or refused. What is asked
    /// for again while it is still owed is told once.
    record Note(HeartbeatNote note) implements BusMessage {}

    /// Seal the store now, as `peer` wishes.
    record SealNow(Peer peer) implements BusMessage {}

    record SealReply(AuditAnswer.ToSeal answer) implements BusMessage {}

    /// Sign receipts with a new key from now on, as `peer` wishes.
    record RotateReceiptsKey(Peer peer) implements BusMessage {}

    record RotateReply(ReceiptsAnswer.ToRotate answer) implements BusMessage {}

    /// Events of `peer` that are in no chain: counted, and noted in a heartbeat line within ten seconds.
    record Drops(Peer peer, DropReason reason, long count) implements BusMessage {}

    /// Append these receipts of `peer`'s frames, in order; answered when all are durable, or none will be.
    /// Those of a unit belong to one chain, stand there side by side, and are stored together.
    record AppendReceipts(ReceiptPeer peer, List<List<PreparedReceipt>> units) implements BusMessage {}

    /// Events of `peer` that no receipt tells of: recorded in a receipt within ten seconds, or as soon as it is
    /// `leaving`.
    ///
    /// @param sessionId of the last frame that was accepted on the connection; empty if there was none
    record FrameDrops(ReceiptPeer peer, String sessionId, DropReasons reasons, boolean leaving) implements BusMessage {}

    /// Receipts that have just become durable.
    ///
    /// @param tips the newest sequence of each chain they are of
    /// @param receipts in the order in which they were stored; empty when who listens has to read the store
    record ReceiptsAppended(Map<String, Long> tips, List<SignedReceipt> receipts) implements BusMessage {

        /// Those of `receipts` and their tips.
        public static ReceiptsAppended of(List<SignedReceipt> receipts) {
            Map<String, Long> tips = new HashMap<>();
            receipts.forEach(receipt -> tips.put(receipt.chainId(), receipt.sequence()));
            return new ReceiptsAppended(tips, receipts);
        }

        public ReceiptsAppended withoutContent() {
            return new ReceiptsAppended(tips, List.of());
        }

        /// Of the content, in memory.
        public long bytes() {
            return receipts.stream().mapToLong(receipt -> receipt.text().length).sum();
        }
    }

    /// Records that have just become durable, in order: `count` of them, `firstSeq` the first one's sequence.
    ///
    /// @param batches the records; empty when who listens has to read the log
    record RecordsAppended(long firstSeq, int count, List<RecordBatch> batches) implements BusMessage {

        public RecordsAppended withoutContent() {
            return new RecordsAppended(firstSeq, count, List.of());
        }

        /// Of the content, in memory.
        public long bytes() {
            return batches.stream().mapToLong(RecordBatch::length).sum();
        }
    }

    /// A heartbeat line that has just become durable, verbatim without its newline.
    record HeartbeatAppended(String line) implements BusMessage {}

    /// What the relay says unasked to whoever listens.
    sealed interface Control extends BusMessage {}

    /// A part cannot do its work until [Recovered] names it: `chain` refuses events, `seal` seals or signs
    /// nothing, `receipts` keeps frames waiting, `receipts-seal` does not seal them.
    record Degraded(String part, String reason) implements Control {}

    record Recovered(String part) implements Control {}

    record Stopping() implements Control {}

    /// The store is sealed up to `tip`, durably.
    record Sealed(SealedStore store, Tip tip, String sealedAt) implements Control {}

    /// So many distinct witnesses have confirmed the seal of `tip`, which is enough.
    record QuorumMet(SealedStore store, Tip tip, int confirmed, int quorum) implements Control {}

    /// Every witness had its turn, and too few have confirmed the seal of `tip`; they are asked again.
    record QuorumLost(SealedStore store, Tip tip, int confirmed, int quorum) implements Control {}

    /// A witness says something against the seal of `tip`: it confirmed something else, or holds another
    /// tip of that count.
    ///
    /// @param witness the name of its endpoint
    /// @param what what it says, and by whose signature
    record WitnessContradiction(SealedStore store, Tip tip, String witness, Contradiction what) implements Control {}

    /// No seal has had its quorum for so long; `tip` is that of the newest.
    record QuorumOverdue(SealedStore store, Tip tip, long seconds) implements Control {}
}
