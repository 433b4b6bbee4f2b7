package dev.cairn.relay.receipts;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.ReceiptPeer;
import dev.cairn.relay.bus.FairMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WaitingFramesTest {

    private static final int MEMORY = 4 * 1024 * 1024;
    private static final int LONG = 200_000;

    private final FairMemory memory = new FairMemory(MEMORY, 7);
    private final FairMemory.Share share = memory.join(new ReceiptPeer("linux", 1, 7, 7, null));
    private final WaitingFrames<String> waiting = new WaitingFrames<>(share, new byte[64 * 1024]);

    private record Taken(String owner, long arrivedAt, String text) {}

    @AfterEach
    void forget() {
        forget(waiting);
    }

    @Test
    void framesComeOutAsTheyWentIn() {
        for (int i = 0; i < 5_000; i++) {
            assertThat(add("from " + i % 3, i, frame(i, i % 700))).isTrue();
        }

        for (int i = 0; i < 5_000; i++) {
            Taken taken = take();
            assertThat(taken.owner()).isEqualTo("from " + i % 3);
            assertThat(taken.arrivedAt()).isEqualTo(i);
            assertThat(taken.text()).isEqualTo(text(i, i % 700));
        }
        assertThat(waiting.isEmpty()).isTrue();
    }

    @Test
    void aFrameLongerThanAnyBufferComesOutWhole() {
        add("a", 1, frame(1, 10));
        add("b", 2, frame(2, LONG));
        add("c", 3, frame(3, 10));

        assertThat(take().text()).isEqualTo(text(1, 10));
        assertThat(take().text()).isEqualTo(text(2, LONG));
        assertThat(take().text()).isEqualTo(text(3, 10));
    }

    @Test
    void fortyThousandFramesOfTheUsualSizeWaitInTwentyFourMegabytes() {
        FairMemory large = new FairMemory(24 * 1024 * 1024 / 7 * 8, 7);
        var many = new WaitingFrames<String>(large.join(new ReceiptPeer("linux", 2, 7, 7, null)), new byte[1024]);

        int kept = 0;
        while (many.add("a", kept, frame(kept, 526), 0, 526)) {
            kept++;
        }
        forget(many);

        assertThat(kept).isGreaterThan(45_000);
    }

    @Test
    void theShareIsWhatIsHeldAndIsGivenBackAsFramesLeave() {
        int kept = 0;
        while (add("a", kept, frame(kept, 526))) {
            kept++;
        }
        long full = memory.held();
        for (int i = 0; i < kept / 2; i++) {
            take();
        }
        long half = memory.held();
        for (int i = kept / 2; i < kept; i++) {
            take();
        }

        assertThat(full).isBetween((long) kept * 526, MEMORY * 9L / 10);
        assertThat(half).isBetween(full / 3, full * 2 / 3);
        assertThat(memory.held()).isZero();
    }

    @Test
    void aFewFramesTakeLittle() {
        add("a", 1, frame(1, 526));

        assertThat(memory.held()).isEqualTo(WaitingFrames.CHUNK_MIN);
    }

    private boolean add(String owner, long arrivedAt, byte[] frame) {
        byte[] among = new byte[frame.length + 9];
        System.arraycopy(frame, 0, among, 4, frame.length);
        return waiting.add(owner, arrivedAt, among, 4, 4 + frame.length);
    }

    private static void forget(WaitingFrames<String> frames) {
        while (!frames.isEmpty()) {
            frames.take((_, _, _, _) -> {});
        }
    }

    private Taken take() {
        List<Taken> taken = new ArrayList<>();
        waiting.take((owner, arrivedAt, bytes, length) ->
                taken.add(new Taken(owner, arrivedAt, new String(bytes, 0, length, ISO_8859_1))));
        return taken.getFirst();
    }

    private static String text(int seed, int length) {
        return new String(frame(seed, length), ISO_8859_1);
    }

    private static byte[] frame(int seed, int length) {
        byte[] frame = new byte[length];
        Arrays.fill(frame, (byte) seed);
        return frame;
    }
}
