package dev.cairn.relay.bus;

import dev.cairn.relay.bus.BusMessage.Control;
import dev.cairn.relay.bus.BusMessage.Drops;
import dev.cairn.relay.bus.BusMessage.FrameDrops;
import dev.cairn.relay.bus.BusMessage.HeartbeatAppended;
import dev.cairn.relay.bus.BusMessage.ReceiptsAppended;
import dev.cairn.relay.bus.BusMessage.RecordsAppended;

/// Something that is told to everybody who listens.
@SuppressWarnings("UnusedTypeParameter") // It types the traffic, not the topic.
public record Topic<E extends BusMessage>(String name) {

    public static final Topic<Drops> DROPS = new Topic<>("drops");

    public static final Topic<RecordsAppended> RECORDS_APPENDED = new Topic<>("audit.records");

    public static final Topic<HeartbeatAppended> HEARTBEAT_APPENDED = new Topic<>("audit.heartbeat");

    public static final Topic<FrameDrops> FRAME_DROPS = new Topic<>("drops.receipts");

    public static final Topic<ReceiptsAppended> RECEIPTS_APPENDED = new Topic<>("receipts.receipts");

    public static final Topic<Control> CONTROL = new Topic<>("control");
}
