package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.LinkedReceipt;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.Appended;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Receipts on their way from the linker over the signers to the store, in order: chunks may be signed in any,
/// and leave in the order in which they came.
final class Conveyor {

    /// A signer's task is worth its hand-over, and there is one for each core.
    static final int CHUNK_MAX = 64;

    private final Deque<Chunk> chunks = new ArrayDeque<>();
    private @Nullable Chunk filling;
    private int receipts;
    private long bytes;

    /// Adds receipts of one unit, which stay together; returns the chunk if it is full now and to be signed.
    @Nullable
    Chunk add(List<LinkedReceipt> unit) {
        Chunk chunk = filling == null ? new Chunk() : filling;
        filling = chunk;
        for (LinkedReceipt receipt : unit) {
            long before = chunk.bytes();
            chunk.add(receipt);
            bytes += chunk.bytes() - before;
        }
        receipts += unit.size();
        return chunk.size() < CHUNK_MAX ? null : close();
    }

    /// Ends the chunk that is being filled, if there is one: it is to be signed.
    @Nullable
    Chunk close() {
        Chunk chunk = filling;
        filling = null;
        if (chunk != null) {
            chunks.add(chunk);
        }
        return chunk;
    }

    /// Answers when everything that was added is durable; at once if that is nothing.
    void answerLater(Promise<AppendReply> reply) {
        if (filling != null) {
            filling.answerLater(reply);
        } else if (chunks.isEmpty()) {
            reply.complete(new Appended());
        } else {
            chunks.getLast().answerLater(reply);
        }
    }

    /// Receipts that are not durable yet.
    int receipts() {
        return receipts;
    }

    /// What is lost if they never are.
    LostReceipts left() {
        LostReceipts left = LostReceipts.NONE;
        for (Chunk chunk : chunks) {
            left = chunk.addTo(left);
        }
        return filling == null ? left : filling.addTo(left);
    }

    /// Bytes of them.
    long bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return receipts == 0;
    }

    /// What can be stored now: whole chunks, signed, in order; at least one, even if it is more than allowed.
    List<Chunk> ready(int receiptsMax, long bytesMax) {
        List<Chunk> ready = new ArrayList<>();
        int count = 0;
        long size = 0;
        for (Chunk chunk : chunks) {
            count += chunk.size();
            size += chunk.bytes();
            if (!chunk.isSigned() || (!ready.isEmpty() && (count > receiptsMax || size > bytesMax))) {
                break;
            }
            ready.add(chunk);
        }
        return ready;
    }

    /// The first chunks are durable.
    void leave(List<Chunk> stored) {
        for (Chunk chunk : stored) {
            if (Objects.requireNonNull(chunks.poll()) != chunk) {
                throw new IllegalStateException("stored out of order");
            }
            receipts -= chunk.size();
            bytes -= chunk.bytes();
        }
    }
}
