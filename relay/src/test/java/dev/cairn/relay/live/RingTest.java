package dev.cairn.relay.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RingTest {

    @Test
    void holdsNothingAtFirstAndKnowsTheNewestRecordOfTheStore() {
        Ring ring = new Ring("audit", 10, 1024, 41);

        assertThat(ring.newest()).isEqualTo(41);
        assertThat(ring.first()).isEqualTo(42);
        assertThat(ring.bytes()).isZero();
    }

    @Test
    void keepsAsManyRecordsAsItMayAndThenDropsTheOldest() {
        Ring ring = new Ring("audit", 3, 100_000, 0);

        add(ring, 1, 3);
        long firstAtTheLimit = ring.first();
        add(ring, 4, 4);

        assertThat(firstAtTheLimit).isEqualTo(1);
        assertThat(ring.first()).isEqualTo(2);
        assertThat(read(ring, 2)).containsExactly(frame(2), frame(3), frame(4));
    }

    @Test
    void keepsAsManyBytesAsItMayAndThenDropsTheOldest() {
        int frameLength = frame(1).length() + 2;
        Ring ring = new Ring("audit", 100, 3 * frameLength, 0);

        add(ring, 1, 3);
        long firstAtTheLimit = ring.first();
        add(ring, 4, 4);

        assertThat(firstAtTheLimit).isEqualTo(1);
        assertThat(ring.first()).isEqualTo(2);
        assertThat(ring.bytes()).isEqualTo(3L * frameLength);
    }

    @Test
    void leavesOutARecordThatIsLargerThanTheRing() {
        Ring ring = new Ring("audit", 100, 1000, 0);

        add(ring, 1, 1);
        byte[] large = ("\"" + "x".repeat(2000) + "\"").getBytes(StandardCharsets.UTF_8);
        ring.add(2, large, 0, large.length);
        add(ring, 3, 3);

        assertThat(ring.first()).isEqualTo(3);
        assertThat(read(ring, 3)).containsExactly(frame(3));
    }

    @Test
    void ignoresWhatItKnowsAndWhatWouldLeaveAHole() {
        Ring ring = new Ring("audit", 100, 100_000, 0);

        add(ring, 1, 3);
        add(ring, 2, 2);
        add(ring, 7, 8);
        add(ring, 4, 4);

        assertThat(ring.first()).isEqualTo(1);
        assertThat(ring.last()).isEqualTo(4);
        assertThat(ring.newest()).isEqualTo(8);
        assertThat(read(ring, 1)).containsExactly(frame(1), frame(2), frame(3), frame(4));
    }

    @Test
    void beginsAnewBehindWhatItWasToldOf() {
        Ring ring = new Ring("audit", 100, 100_000, 0);

        add(ring, 1, 3);
        ring.hasGrownTo(7);
        ring.skip();
        add(ring, 8, 8);

        assertThat(ring.first()).isEqualTo(8);
        assertThat(read(ring, 8)).containsExactly(frame(8));
    }

    @Test
    void goesOnAfterItsMemoryWasLetGo() {
        Ring ring = new Ring("audit", 100, 100_000, 0);

        add(ring, 1, 3);
        ring.release();
        add(ring, 4, 5);

        assertThat(ring.first()).isEqualTo(4);
        assertThat(read(ring, 4)).containsExactly(frame(4), frame(5));
    }

    @Test
    void countsOnWithoutKeepingWhenToldTo() {
        Ring ring = new Ring("audit", 100, 100_000, 0);

        add(ring, 1, 3);
        ring.skipTo(10);
        add(ring, 11, 11);

        assertThat(ring.first()).isEqualTo(11);
        assertThat(read(ring, 11)).containsExactly(frame(11));
    }

    @Test
    void cutsSlicesAt64FramesAndAtMultiplesOf64WhereMoreWaits() {
        Ring ring = new Ring("audit", 1000, 1_000_000, 0);

        add(ring, 1, 200);

        assertThat(ring.sliceEnd(10)).isEqualTo(64);
        assertThat(ring.sliceEnd(64)).isEqualTo(128);
        assertThat(ring.sliceEnd(137)).isEqualTo(201);
        assertThat(ring.sliceEnd(136)).isEqualTo(192);
    }

    @ParameterizedTest
    @ValueSource(ints = {Ring.SLICE_BYTES_MAX, Ring.SLICE_BYTES_MAX + 1})
    void cutsSlicesAt64KiB(int bytes) {
        Ring ring = new Ring("audit", 1000, 1_000_000, 0);

        addOfFrameLength(ring, 1, 1000);
        addOfFrameLength(ring, 2, bytes - 1000);
        addOfFrameLength(ring, 3, 1000);

        assertThat(ring.sliceEnd(1)).isEqualTo(bytes == Ring.SLICE_BYTES_MAX ? 3 : 2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 125, 126, 65535, 65536, 300_000})
    void framesPayloadsOfEveryLengthForm(int payload) {
        Ring ring = new Ring("audit", 1000, 1_000_000, 0);
        int overhead = FrameReader.record(1, "").length();
        byte[] line = "7".repeat(Math.max(1, payload - overhead)).getBytes(StandardCharsets.UTF_8);

        ring.add(1, line, 0, line.length);

        assertThat(read(ring, 1)).containsExactly(FrameReader.record(1, new String(line, StandardCharsets.UTF_8)));
    }

    @Test
    void refusesToSliceWhatItDoesNotHave() {
        Ring ring = new Ring("audit", 2, 100_000, 0);

        add(ring, 1, 3);

        assertThatThrownBy(() -> ring.slice(1, 3, UnpooledByteBufAllocator.DEFAULT))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> ring.slice(2, 5, UnpooledByteBufAllocator.DEFAULT))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    /// Whatever is added and evicted, what is there is what was added last.
    @ParameterizedTest
    @MethodSource("seeds")
    void alwaysHoldsTheNewestRecordsVerbatim(long seed) {
        Random random = new Random(seed);
        Ring ring = new Ring("audit", 1 + random.nextInt(200), 600_000 + random.nextInt(400_000), 0);
        List<String> all = new ArrayList<>();

        for (int i = 1; i <= 2000; i++) {
            String line = "\"" + (char) ('a' + i % 26) + "x".repeat(random.nextInt(20_000)) + "é\"";
            byte[] bytes = (" " + line + "\n").getBytes(StandardCharsets.UTF_8);
            ring.add(i, bytes, 1, bytes.length - 1);
            all.add(FrameReader.record(i, line));
        }

        List<String> expected = all.subList((int) ring.first() - 1, all.size());
        List<String> actual = new ArrayList<>();
        for (long seq = ring.first(); seq <= ring.last(); seq = ring.sliceEnd(seq)) {
            actual.addAll(read(ring, seq));
        }
        assertThat(actual).isEqualTo(expected);
    }

    static IntStream seeds() {
        return IntStream.range(0, 12);
    }

    private static void add(Ring ring, long from, long to) {
        for (long seq = from; seq <= to; seq++) {
            byte[] line = line(seq).getBytes(StandardCharsets.UTF_8);
            ring.add(seq, line, 0, line.length);
        }
    }

    private static void addOfFrameLength(Ring ring, long seq, int frameLength) {
        int head = frameLength > 125 + 2 ? frameLength > 0xFFFF + 4 ? 10 : 4 : 2;
        byte[] line = "7"
                .repeat(frameLength - head - FrameReader.record(seq, "").length())
                .getBytes(StandardCharsets.UTF_8);
        ring.add(seq, line, 0, line.length);
    }

    private static List<String> read(Ring ring, long from) {
        ByteBuf slice = ring.slice(from, ring.sliceEnd(from), UnpooledByteBufAllocator.DEFAULT);
        try {
            return FrameReader.texts(slice);
        } finally {
            slice.release();
        }
    }

    private static String frame(long seq) {
        return FrameReader.record(seq, line(seq));
    }

    private static String line(long seq) {
        return "{\"n\":" + seq % 10 + "}";
    }
}
