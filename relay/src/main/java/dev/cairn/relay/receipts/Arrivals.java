package dev.cairn.relay.receipts;

import dev.cairn.relay.bus.BusMessage.AppendReceipts;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.Deque;

/// What has come and has no place in a chain yet, in order. The doors bound it. The single writer's context owns it.
final class Arrivals {

    private record Waiting(AppendReceipts request, Promise<AppendReply> reply) {}

    private final Deque<Waiting> queue = new ArrayDeque<>();

    /// Answered when it is durable, or refused.
    Future<AppendReply> add(AppendReceipts request) {
        Promise<AppendReply> reply = Promise.promise();
        queue.add(new Waiting(request, reply));
        return reply.future();
    }

    /// Hands over as much as there is room for.
    void moveTo(Assembly line) {
        while (!queue.isEmpty() && line.hasRoom()) {
            Waiting next = queue.remove();
            line.append(next.request(), next.reply());
        }
        line.flush();
    }

    void refuse(AppendReply refusal) {
        queue.forEach(waiting -> waiting.reply().complete(refusal));
        queue.clear();
    }

    /// What is lost if nothing of it gets a place.
    LostReceipts left() {
        LostReceipts left = LostReceipts.NONE;
        for (Waiting waiting : queue) {
            left = left.plus(LostReceipts.of(waiting.request().units()));
        }
        return left;
    }

    int size() {
        return queue.size();
    }
}
