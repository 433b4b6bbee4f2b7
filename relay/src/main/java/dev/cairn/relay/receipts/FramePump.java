package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.PreparedReceipt;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.AppendReceipts;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.BusMessage.NotAppended;
import io.vertx.core.internal.ContextInternal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Has frames of one event loop read no faster than the writer stores their receipts, as those on their way take
/// most of the memory: what is beyond that waits in its [Lane], and lanes take turns.
///
/// Owned by its event loop.
final class FramePump {

    /// What is held beside the texts of a receipt until it is stored: its proof, and the objects around it.
    private static final int RECEIPT_BYTES = 2_048;

    private static final int FRAMES_PER_TURN = 64;
    private static final int FRAMES_PER_LANE = 32;

    private final Bus bus;
    private final ContextInternal context;
    private final long bytesMax;
    private final Deque<Lane> lanes = new ArrayDeque<>();
    private long bytes;
    private boolean turnComing;

    /// @param bytesMax memory for receipts on their way
    FramePump(Bus bus, ContextInternal context, long bytesMax) {
        this.bus = bus;
        this.context = context;
        this.bytesMax = bytesMax;
    }

    /// Whether there is room for receipts on their way.
    boolean hasRoom() {
        return bytes < bytesMax;
    }

    /// What receipts that belong together are counted as.
    static long priceOf(List<PreparedReceipt> unit) {
        return unit.stream()
                .mapToLong(receipt -> RECEIPT_BYTES + receipt.weight())
                .sum();
    }

    void take(long price) {
        bytes += price;
    }

    /// Gives a lane its turns, as frames wait there now.
    void enter(Lane lane) {
        lanes.add(lane);
        turnLater();
    }

    /// Has receipts stored that the lane has paid for; lets others follow when they are.
    void append(Lane lane, List<List<PreparedReceipt>> units, long price) {
        LostReceipts ifNot = LostReceipts.of(units); // Whoever waits for the answer need not hold the receipts.
        bus.ask(Address.APPEND_RECEIPTS, new AppendReceipts(lane.peer(), units))
                .onComplete(
                        reply -> settle(lane, ifNot, price, reply),
                        _ -> settle(lane, ifNot, price, new NotAppended("nobody answers")));
    }

    private void settle(Lane lane, LostReceipts ifNot, long price, AppendReply reply) {
        bytes -= price;
        turnLater();
        switch (reply) {
            case Appended _ -> {}
            case NotAppended(String reason, int _) -> lane.notStored(ifNot, reason);
        }
    }

    /// Puts a turn behind what the sockets have by now: they are always read. What the loop is merely told to
    /// run it may run before it looks at them again; what it is told to run later, behind.
    private void turnLater() {
        if (!turnComing && !lanes.isEmpty() && hasRoom()) {
            turnComing = true;
            var _ = context.nettyEventLoop().schedule(() -> context.dispatch(this::turn), 1, TimeUnit.NANOSECONDS);
        }
    }

    private void turn() {
        turnComing = false;
        int left = FRAMES_PER_TURN;
        try {
            while (left > 0 && hasRoom() && !lanes.isEmpty()) {
                left -= serve(lanes.remove(), Math.min(left, FRAMES_PER_LANE));
            }
        } finally {
            turnLater();
        }
    }

    private int serve(Lane lane, int max) {
        try {
            return lane.serve(max);
        } finally {
            if (lane.hasWork()) {
                lanes.add(lane);
            } else {
                lane.rest();
            }
        }
    }
}
