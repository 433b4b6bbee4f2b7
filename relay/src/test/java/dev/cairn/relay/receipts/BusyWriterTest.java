package dev.cairn.relay.receipts;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.Composer;
import dev.cairn.protocol.receipt.DropReasons;
import dev.cairn.protocol.receipt.Frame;
import dev.cairn.protocol.receipt.FrameReader;
import dev.cairn.protocol.receipt.FrameReading;
import dev.cairn.protocol.receipt.PreparedReceipt;
import dev.cairn.protocol.receipt.RandomUuids;
import dev.cairn.protocol.receipt.ReceiptPeer;
import dev.cairn.protocol.receipt.ReceiptRules;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.AppendReceipts;
import dev.cairn.relay.bus.BusMessage.FrameDrops;
import dev.cairn.relay.bus.BusMessage.ReceiptsAppended;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.ReceiptsStatus;
import dev.cairn.relay.bus.Topic;
import dev.cairn.relay.bus.Unheard;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BusyWriterTest {

    private static final ReceiptPeer PEER = new ReceiptPeer("linux", 1, 7, 7, null);

    /// More than the writer links before any of them is stored.
    private static final int REQUESTS = 4;

    private static final int FRAMES = 4_096;

    private final CompletableFuture<Boolean> busy = new CompletableFuture<>();
    private final CompletableFuture<Long> told = new CompletableFuture<>();
    private final Unheard unheard = new Unheard();

    @TempDir
    private Path dir;

    @Test
    void lossesAreRecordedThoughTheWriterAlwaysHasMoreToDoThanItCanTake() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            Bus bus = Bus.on(vertx);
            open(vertx, bus);
            bus.hear(Topic.RECEIPTS_APPENDED, this::lookForLosses).await(10, SECONDS);
            for (int i = 0; i < REQUESTS; i++) {
                press(vertx, bus);
            }
            busy.get(30, SECONDS);
            bus.tell(Topic.FRAME_DROPS, new FrameDrops(PEER, "", new DropReasons(0, 3, 0, 0), true));

            assertThat(told.get(20, SECONDS)).isEqualTo(3);
        } finally {
            told.cancel(false);
            vertx.close().await(30, SECONDS);
        }
    }

    @Test
    void tellsWhoIsFarBehindOfReceiptsWithoutHandingThemOver() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            Bus bus = Bus.on(vertx);
            open(vertx, bus);
            var appended = new LinkedBlockingQueue<ReceiptsAppended>();
            bus.hear(Topic.RECEIPTS_APPENDED, appended::add).await(10, SECONDS);
            press(vertx, bus);
            long bytes = 0;
            long tip = 0;
            ReceiptsAppended next = appended.take();
            for (; !next.receipts().isEmpty(); next = appended.take()) {
                bytes += next.bytes();
                tip = next.receipts().getLast().sequence();
                assertThat(next.tips()).containsValue(tip);
            }
            long withoutContent = next.tips().values().iterator().next();
            unheard.heard(bytes);
            while (next.receipts().isEmpty()) {
                next = appended.take();
            }

            assertThat(bytes).isBetween(8L * 1024 * 1024, 24L * 1024 * 1024);
            assertThat(withoutContent).isGreaterThan(tip);
        } finally {
            told.cancel(false);
            vertx.close().await(30, SECONDS);
        }
    }

    private void open(Vertx vertx, Bus bus) throws Exception {
        ReceiptsDialect dialect = ReceiptsDialect.of(
                vertx,
                bus,
                RunningReceipts.config(dir, "{}"),
                InstantSource.system(),
                System::nanoTime,
                new SimpleMeterRegistry(),
                new Latest<>(ReceiptsStatus.CLOSED),
                unheard,
                told::completeExceptionally);
        dialect.prepare();
        vertx.deployVerticle(dialect.writer(), ReceiptsVerticle.deployment()).await(20, SECONDS);
        dialect.open(null).await(20, SECONDS);
    }

    private void lookForLosses(ReceiptsAppended appended) {
        unheard.heard(appended.bytes());
        appended.receipts().stream()
                .mapToLong(receipt -> receipt.receipt().drops())
                .filter(drops -> drops > 0)
                .forEach(told::complete);
    }

    /// Has frames stored, and others as soon as they are, until losses were told.
    private void press(Vertx vertx, Bus bus) {
        vertx.runOnContext(_ -> bus.ask(Address.APPEND_RECEIPTS, new AppendReceipts(PEER, units()))
                .onSuccess(_ -> {
                    busy.complete(true);
                    if (!told.isDone()) {
                        press(vertx, bus);
                    }
                }));
    }

    private static List<List<PreparedReceipt>> units() {
        Composer composer = new Composer(ReceiptRules.standard(), new RandomUuids(new SecureRandom()));
        byte[] body = Emitter.frame("tool").getBytes(StandardCharsets.UTF_8);
        Frame frame = ((FrameReading.Accepted) new FrameReader().read(body, 0, body.length)).frame();
        List<List<PreparedReceipt>> units = new ArrayList<>();
        for (int i = 0; i < FRAMES; i++) {
            units.add(List.of(composer.live(frame, PEER, "did:user:ann", Instant.EPOCH)));
        }
        return units;
    }
}
