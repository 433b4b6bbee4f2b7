package dev.cairn.relay.bus;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.cairn.relay.bus.BusMessage.Control;
import dev.cairn.relay.bus.BusMessage.Degraded;
import dev.cairn.relay.bus.BusMessage.Recovered;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.internal.ContextInternal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;

/// The event bus, typed. The only class that calls `vertx.eventBus()`.
///
/// A question has no reply timeout: an append is answered when its fate is known, and both ends live in one
/// process. The reply completes on the asker's context.
public final class Bus {

    private static final int LEAVE_SECONDS = 2;

    private final Vertx vertx;
    private final EventBus eventBus;
    private final Map<Context, List<MessageConsumer<?>>> consumers = new ConcurrentHashMap<>();

    /// Told, and not told to have recovered.
    private final Map<String, Degraded> degraded = new ConcurrentHashMap<>();

    private Bus(Vertx vertx) {
        this.vertx = vertx;
        this.eventBus = vertx.eventBus();
    }

    /// Prepares the event bus of a fresh Vert.x instance; call once, before the first verticle is deployed.
    public static Bus on(Vertx vertx) {
        Bus bus = new Bus(vertx);
        bus.eventBus.registerCodec(new PassByReference());
        bus.eventBus.codecSelector(_ -> PassByReference.NAME); // One process, immutable records: nothing is encoded.
        return bus;
    }

    /// Asks the one who answers at `address`; fails if nobody does so now. Who stops answering later owes the
    /// reply still.
    public <Q extends BusMessage, A extends BusMessage> Future<A> ask(Address<Q, A> address, Q question) {
        Promise<A> reply = ((ContextInternal) vertx.getOrCreateContext()).promise();
        eventBus.sender(address.name()).write(new Asked<>(question, reply)).onFailure(reply::tryFail);
        return reply.future();
    }

    /// Answers at `address` on the calling verticle's context, until it is undeployed.
    public <Q extends BusMessage, A extends BusMessage> Future<Void> answer(
            Address<Q, A> address, Function<Q, Future<A>> answerer) {
        MessageConsumer<Asked<Q, A>> consumer = eventBus.localConsumer(address.name());
        consumer.handler(message -> message.body().answerWith(answerer));
        return keep(consumer);
    }

    /// Tells everybody who listens now.
    public <E extends BusMessage> void tell(Topic<E> topic, E event) {
        eventBus.publish(topic.name(), event);
    }

    /// Hears `topic` on the calling verticle's context, until it is undeployed.
    public <E extends BusMessage> Future<Void> hear(Topic<E> topic, Consumer<E> listener) {
        MessageConsumer<E> consumer = eventBus.localConsumer(topic.name());
        consumer.handler(message -> listener.accept(message.body()));
        return keep(consumer);
    }

    /// Tells everybody what concerns everybody; which parts are degraded is kept for those who listen later.
    /// Of a part, only its own verticle tells.
    public void tellControl(Control control) {
        switch (control) {
            case Degraded part -> degraded.put(part.part(), part);
            case Recovered part -> degraded.remove(part.part());
            default -> {}
        }
        tell(Topic.CONTROL, control);
    }

    /// Hears what concerns everybody on the calling verticle's context, and first of all which parts were
    /// degraded before: a part may have told so when nobody listened yet.
    public Future<Void> hearControl(Consumer<Control> listener) {
        return hear(Topic.CONTROL, listener).onSuccess(_ -> degraded().forEach(listener));
    }

    /// The parts that are degraded now.
    public List<Degraded> degraded() {
        return List.copyOf(degraded.values());
    }

    private Future<Void> keep(MessageConsumer<?> consumer) {
        consumers
                .computeIfAbsent(plain(vertx.getOrCreateContext()), _ -> new CopyOnWriteArrayList<>())
                .add(consumer);
        return consumer.completion();
    }

    /// Ends what the verticle on `context` answers and hears; completes there behind all that has reached it.
    ///
    /// Fails if the context's thread hangs: other verticles have to stop, too.
    ///
    /// The last step of a worker's stop. What is left to Vert.x is ended in a queue whose thread is being
    /// closed: a question that has arrived is then never answered, and the thread dies with a stack trace.
    public Future<Void> leave(Context context) {
        List<MessageConsumer<?>> left = consumers.remove(plain(context));
        List<Future<Void>> ended = left == null
                ? List.of()
                : left.stream().map(MessageConsumer::unregister).toList();
        Promise<Void> behind = Promise.promise();
        Future.join(ended).onComplete(_ -> context.runOnContext(_ -> behind.complete()));
        return behind.future().timeout(LEAVE_SECONDS, SECONDS);
    }

    private static Context plain(Context context) {
        return ((ContextInternal) context).unwrap();
    }

    private record Asked<Q extends BusMessage, A extends BusMessage>(Q question, Promise<A> reply) {

        void answerWith(Function<Q, Future<A>> answerer) {
            Future.succeededFuture(question)
                    .compose(answerer) // What the answerer throws becomes a failure, not silence.
                    .onComplete(reply::complete, reply::fail);
        }
    }

    private static final class PassByReference implements MessageCodec<Object, Object> {

        private static final String NAME = "by-reference";

        @Override
        public void encodeToWire(Buffer buffer, Object message) {
            throw new UnsupportedOperationException("messages stay in this process");
        }

        @Override
        public Object decodeFromWire(int position, Buffer buffer) {
            throw new UnsupportedOperationException("messages stay in this process");
        }

        @Override
        public Object transform(Object message) {
            return message;
        }

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public byte systemCodecID() {
            return -1;
        }
    }
}
