package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.Composer;
import dev.cairn.protocol.receipt.PreparedReceipt;
import dev.cairn.protocol.receipt.ReceiptPeer;
import dev.cairn.relay.bus.BusMessage.AppendReceipts;
import dev.cairn.relay.bus.BusMessage.FrameDrops;
import java.util.List;

/// Events that are in no chain one by one: counted per peer, and told in receipts of their own (`specs/receipts.md` 2).
/// The single writer's context owns it.
final class Losses {

    private final ReceiptsSetup setup;
    private final Composer composer;
    private final OwedDrops owed = new OwedDrops();

    Losses(ReceiptsSetup setup, Composer composer) {
        this.setup = setup;
        this.composer = composer;
    }

    void count(FrameDrops drops) {
        owed.add(drops, setup.uptimeMillis());
    }

    /// Counts receipts that no chain takes. What they were to tell of losses stays owed, beside the frame.
    void count(ReceiptPeer peer, List<PreparedReceipt> unit) {
        LostReceipts lost = LostReceipts.of(List.of(unit));
        setup.metrics().dropped(lost.measured());
        count(new FrameDrops(peer, "", lost.reasons(), false));
    }

    /// How many events no receipt tells of.
    long untold() {
        return owed.total();
    }

    /// What is due to be told, each as a receipt to be appended.
    List<AppendReceipts> due() {
        return owed.due(setup.uptimeMillis()).stream().map(this::told).toList();
    }

    /// All that is to be told; likewise.
    List<AppendReceipts> all() {
        return owed.all(setup.uptimeMillis()).stream().map(this::told).toList();
    }

    private AppendReceipts told(OwedDrops.Owed drops) {
        PreparedReceipt receipt = composer.relayDrops(
                drops.reasons(),
                drops.sessionId().isEmpty() ? null : drops.sessionId(),
                drops.peer(),
                setup.principals().of(drops.peer()),
                setup.now());
        return new AppendReceipts(drops.peer(), List.of(List.of(receipt)));
    }
}
