package dev.cairn.relay.receipts;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.Composer;
import dev.cairn.protocol.receipt.PreparedReceipt;
import dev.cairn.protocol.receipt.RandomUuids;
import dev.cairn.protocol.receipt.ReceiptPeer;
import dev.cairn.protocol.receipt.ReceiptRules;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.BusMessage.NotAppended;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FramePumpTest {

    private static final ReceiptPeer PEER = new ReceiptPeer("linux", 1, 7, 7, null);

    private record Loss(ReceiptPeer peer, int frames, String reason) {}

    private final Composer composer = new Composer(ReceiptRules.standard(), new RandomUuids(new SecureRandom()));
    private final BlockingQueue<Loss> losses = new ArrayBlockingQueue<>(10);
    private final BlockingQueue<Promise<AppendReply>> asked = new ArrayBlockingQueue<>(10);
    private Vertx vertx;
    private Bus bus;
    private ContextInternal loop;
    private FramePump pump;
    private Lane lane;

    @BeforeEach
    void begin() throws Exception {
        vertx = Vertx.vertx();
        bus = Bus.on(vertx);
        loop = (ContextInternal) vertx.getOrCreateContext();
        long price = FramePump.priceOf(List.of(composer.terminator(Instant.EPOCH)));
        pump = new FramePump(
                bus, loop, 2 * price, (peer, frames, reason) -> losses.add(new Loss(peer, frames, reason)));
        lane = new Lane(PEER, pump, new Backlog(100_000).join(PEER), new Backlog(100_000).join(PEER), new byte[1_000]);
        onLoop(() -> {
            lane.begin("did:user:ann");
            return true;
        });
    }

    @AfterEach
    void end() throws Exception {
        vertx.close().await(20, SECONDS);
    }

    @Test
    void whatTheWriterDoesNotAppendIsLost() throws Exception {
        answer(() -> Future.succeededFuture(new NotAppended("no")));

        onLoop(this::sendTwo);

        assertThat(losses.poll(10, SECONDS)).isEqualTo(new Loss(PEER, 2, "no"));
    }

    @Test
    void whatNobodyTakesIsLost() throws Exception {
        onLoop(this::sendTwo);

        assertThat(losses.poll(10, SECONDS)).isEqualTo(new Loss(PEER, 2, "nobody answers"));
    }

    @Test
    void nothingMoreIsReadUntilWhatIsOnItsWayIsStored() throws Exception {
        answer(this::later);

        boolean clear = onLoop(() -> sendTwo() && lane.isClear());
        Promise<AppendReply> reply = asked.poll(10, SECONDS);
        assertThat(reply).isNotNull();
        reply.complete(new Appended());
        boolean clearAgain = onLoop(lane::isClear);

        assertThat(clear).isFalse();
        assertThat(clearAgain).isTrue();
        assertThat(losses).isEmpty();
    }

    private boolean sendTwo() {
        PreparedReceipt receipt = composer.terminator(Instant.EPOCH);
        lane.add(List.of(receipt));
        lane.add(List.of(receipt));
        lane.send();
        return true;
    }

    private Future<AppendReply> later() {
        Promise<AppendReply> reply = Promise.promise();
        asked.add(reply);
        return reply.future();
    }

    private void answer(Supplier<Future<AppendReply>> writer) throws Exception {
        bus.answer(Address.APPEND_RECEIPTS, _ -> writer.get()).await(10, SECONDS);
    }

    private boolean onLoop(Callable<Boolean> work) throws Exception {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        loop.runOnContext(_ -> {
            try {
                done.complete(work.call());
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return done.get(10, SECONDS);
    }
}
