package dev.cairn.relay.receipts;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.Composer;
import dev.cairn.protocol.receipt.DropReasons;
import dev.cairn.protocol.receipt.Frame;
import dev.cairn.protocol.receipt.FrameReader;
import dev.cairn.protocol.receipt.FrameReading;
import dev.cairn.protocol.receipt.RandomUuids;
import dev.cairn.protocol.receipt.ReceiptPeer;
import dev.cairn.protocol.receipt.ReceiptRules;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.BusMessage.NotAppended;
import dev.cairn.relay.bus.FairMemory;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
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

    private record Loss(ReceiptPeer peer, LostReceipts lost, String reason) {}

    /// Remembers what is not stored; nothing else happens here.
    private final class Losing implements Lane.Keeper {

        @Override
        public void dropped(ReceiptPeer peer, String sessionId, DropReasons reasons, boolean leaving) {
            throw new AssertionError("nothing was to be dropped");
        }

        @Override
        public void notStored(ReceiptPeer peer, LostReceipts lost, String reason) {
            losses.add(new Loss(peer, lost, reason));
        }

        @Override
        public void done(Lane lane) {
            ended.add(lane);
        }
    }

    private final Composer composer = new Composer(ReceiptRules.standard(), new RandomUuids(new SecureRandom()));
    private final BlockingQueue<Loss> losses = new ArrayBlockingQueue<>(10);
    private final BlockingQueue<Lane> ended = new ArrayBlockingQueue<>(10);
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
        pump = new FramePump(bus, loop, 2 * price);
        lane = newLane(composer);
    }

    private Lane newLane(Composer its) throws Exception {
        FairMemory memory = new FairMemory(100_000, 1);
        Lane created = new Lane(
                PEER,
                new Losing(),
                pump,
                its,
                InstantSource.system(),
                new WaitingFrames<>(memory.join(PEER), new byte[1_000]),
                memory.join(PEER));
        onLoop(() -> {
            created.begin("did:user:ann");
            return true;
        });
        return created;
    }

    @AfterEach
    void end() throws Exception {
        vertx.close().await(20, SECONDS);
    }

    @Test
    void whatTheWriterDoesNotAppendIsLost() throws Exception {
        answer(() -> Future.succeededFuture(new NotAppended("no")));

        onLoop(this::sendTwo);

        assertThat(losses.poll(10, SECONDS)).isEqualTo(new Loss(PEER, new LostReceipts(2, 0), "no"));
    }

    @Test
    void whatNobodyTakesIsLost() throws Exception {
        onLoop(this::sendTwo);

        assertThat(losses.poll(10, SECONDS)).isEqualTo(new Loss(PEER, new LostReceipts(2, 0), "nobody answers"));
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

    @Test
    void aClaimThatIsNotAppendedIsNoFrame() throws Exception {
        answer(() -> Future.succeededFuture(new NotAppended("no")));

        onLoop(() -> owe(lane, 5));

        assertThat(losses.poll(10, SECONDS)).isEqualTo(new Loss(PEER, new LostReceipts(0, 5), "no"));
    }

    @Test
    void aClaimOfWhichNoReceiptCanBeMadeIsCountedOnce() throws Exception {
        Lane broken = newLane(new Composer(ReceiptRules.standard(), () -> {
            throw new IllegalStateException("no more ids");
        }));

        onLoop(() -> owe(broken, 5));

        assertThat(losses.poll(10, SECONDS)).isEqualTo(new Loss(PEER, new LostReceipts(0, 5), "the relay failed"));
        assertThat(ended.poll(10, SECONDS)).isSameAs(broken);
        assertThat(onLoop(broken::hasWork)).isFalse();
        assertThat(losses).isEmpty();
    }

    private static boolean owe(Lane its, long dropCount) {
        its.owe(Claim.of(frame(",\"drop_count\":" + dropCount)));
        return true;
    }

    private static Frame frame(String members) {
        byte[] body = Emitter.frame("tool", members).getBytes(StandardCharsets.UTF_8);
        return ((FrameReading.Accepted) new FrameReader().read(body, 0, body.length)).frame();
    }

    private boolean sendTwo() {
        lane.accept(frame(""), Instant.EPOCH);
        lane.accept(frame(""), Instant.EPOCH);
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
