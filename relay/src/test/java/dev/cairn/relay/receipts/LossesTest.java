package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.Composer;
import dev.cairn.protocol.receipt.FrameReader;
import dev.cairn.protocol.receipt.FrameReading;
import dev.cairn.protocol.receipt.PreparedReceipt;
import dev.cairn.protocol.receipt.RandomUuids;
import dev.cairn.protocol.receipt.ReceiptPeer;
import dev.cairn.protocol.receipt.ReceiptRules;
import dev.cairn.relay.bus.BusMessage.AppendReceipts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LossesTest {

    private static final ReceiptPeer PEER = new ReceiptPeer("linux", 1, 1000, 1000, null);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Composer composer = new Composer(ReceiptRules.standard(), new RandomUuids(new SecureRandom()));

    @TempDir
    private Path dir;

    @Test
    void anEmittersClaimStaysOwedBesideTheFrameThatCarriedIt() {
        Losses losses = losses();
        PreparedReceipt claim = composer.claimedDrops(7, "s", "a", PEER, "did:user:u", Instant.EPOCH);

        losses.count(PEER, List.of(claim, live()));
        losses.count(PEER, List.of(live()));

        assertThat(told(losses.all())).containsExactly(9L);
        assertThat(losses.all()).isEmpty();
    }

    @Test
    void onlyFramesThatTheRelayLostAreMeasured() {
        Losses losses = losses();
        PreparedReceipt claim = composer.claimedDrops(7, "s", "a", PEER, "did:user:u", Instant.EPOCH);

        losses.count(PEER, List.of(claim, live()));
        losses.count(PEER, List.of(live()));

        assertThat(meters.get("cairn.receipts.drops")
                        .tag("reason", "store")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void claimsThatAreTooManyToCountAreTheMost() {
        Losses losses = losses();
        PreparedReceipt claim = composer.claimedDrops(Long.MAX_VALUE, "s", "a", PEER, "did:user:u", Instant.EPOCH);

        losses.count(PEER, List.of(claim, live()));

        assertThat(told(losses.all())).containsExactly(Long.MAX_VALUE);
    }

    private Losses losses() {
        ReceiptsSetup setup = ReceiptsSetup.of(
                RunningReceipts.config(dir, "{}"), InstantSource.fixed(Instant.EPOCH), () -> 0, meters);
        return new Losses(setup, composer);
    }

    private static List<Long> told(List<AppendReceipts> drops) {
        return drops.stream()
                .flatMap(append -> append.units().stream())
                .flatMap(List::stream)
                .map(PreparedReceipt::drops)
                .toList();
    }

    private PreparedReceipt live() {
        byte[] body = Emitter.frame("tool", ",\"agent_id\":\"a\"").getBytes(StandardCharsets.UTF_8);
        if (!(new FrameReader().read(body, 0, body.length) instanceof FrameReading.Accepted(var frame))) {
            throw new AssertionError("a bad frame");
        }
        return composer.live(frame, PEER, "did:user:u", Instant.EPOCH);
    }
}
