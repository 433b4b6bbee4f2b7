package dev.cairn.relay.bus;

import dev.cairn.relay.bus.BusMessage.Append;
import dev.cairn.relay.bus.BusMessage.AppendReceipts;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.Beat;
import dev.cairn.relay.bus.BusMessage.Note;
import dev.cairn.relay.bus.BusMessage.RotateReceiptsKey;
import dev.cairn.relay.bus.BusMessage.RotateReply;
import dev.cairn.relay.bus.BusMessage.SealNow;
import dev.cairn.relay.bus.BusMessage.SealReply;

/// A point-to-point address that knows what is asked there and what comes back.
@SuppressWarnings("UnusedTypeParameter") // They type the traffic, not the address.
public record Address<Q extends BusMessage, A extends BusMessage>(String name) {

    public static final Address<Append, AppendReply> APPEND_AUDIT = new Address<>("chain.append.audit");

    public static final Address<Beat, AppendReply> BEAT_AUDIT = new Address<>("chain.beat.audit");

    public static final Address<Note, AppendReply> NOTE_AUDIT = new Address<>("chain.note.audit");

    public static final Address<AppendReceipts, AppendReply> APPEND_RECEIPTS = new Address<>("chain.append.receipts");

    public static final Address<SealNow, SealReply> SEAL_AUDIT = new Address<>("seal.audit");

    public static final Address<SealNow, SealReply> SEAL_RECEIPTS = new Address<>("seal.receipts");

    public static final Address<RotateReceiptsKey, RotateReply> ROTATE_RECEIPTS_KEY = new Address<>("rotate.receipts");
}
