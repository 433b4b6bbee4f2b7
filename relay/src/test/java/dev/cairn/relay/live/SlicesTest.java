package dev.cairn.relay.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.live.Slices.Slice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SlicesTest {

    private final Ring ring = new Ring("audit", 1000, 1_000_000, 0);
    private final Unsent unsent = new Unsent();
    private final Slices slices = new Slices(ring, UnpooledByteBufAllocator.DEFAULT, unsent);

    @Test
    void encodesOnceForAllWhoStandAtTheSamePlace() {
        add(3);

        Slice one = slice(1);
        Slice other = slice(2);

        assertThat(slice(1)).isSameAs(one);
        assertThat(slice(2)).isSameAs(other);
        assertThat(unsent.bytes()).isEqualTo(one.frames.readableBytes() + other.frames.readableBytes());
    }

    @Test
    void letsGoOfWhatEverybodyHasSent() {
        add(3);

        Slice sent = slice(1);
        slice(1).share().release();
        slices.settle();

        assertThat(sent.frames.refCnt()).isZero();
        assertThat(unsent.bytes()).isZero();
    }

    @Test
    void countsWhatSomebodyHasYetToSendUntilItIsSent() {
        add(3);

        ByteBuf kept = slice(1).share();
        slices.settle();
        slices.sweep();
        long held = unsent.bytes();
        kept.release();
        slices.sweep();

        assertThat(held).isEqualTo(kept.writerIndex());
        assertThat(kept.refCnt()).isZero();
        assertThat(unsent.bytes()).isZero();
    }

    @Test
    void sharesAFullSliceAcrossDrainsButNotOneThatTheNextRecordMakesLonger() {
        add(100);

        Slice full = slice(1);
        Slice tail = slice(64);
        full.share();
        tail.share();
        slices.settle();
        add(1);

        assertThat(slice(1)).isSameAs(full);
        assertThat(slice(64)).isNotSameAs(tail);
        assertThat(slice(64).until).isEqualTo(102);
    }

    @Test
    void makesTheLastSliceAnewWhenTheRingHasGotWhatItWasOnlyToldOf() {
        add(3);

        slice(1).share();
        ring.hasGrownTo(10);
        slices.settle();
        byte[] line = "{\"n\":7}".getBytes(StandardCharsets.UTF_8);
        ring.add(4, line, 0, line.length);

        assertThat(slice(1).until).isEqualTo(5);
    }

    @Test
    void sweepsByItselfBeforeMuchHasPiledUp() {
        byte[] line = "7".repeat(60_000).getBytes(StandardCharsets.UTF_8);
        ByteBuf slow = null;

        for (long seq = 1; seq <= 200; seq++) {
            ring.add(seq, line, 0, line.length);
            ByteBuf frames = slice(seq).share();
            slices.settle();
            if (seq == 1) {
                slow = frames;
            } else {
                frames.release();
            }
        }

        assertThat(slow).isNotNull();
        assertThat(unsent.bytes()).isLessThan(5_000_000);
    }

    @Test
    void makesNothingNewWhileTooMuchIsUnsent() {
        add(3);

        Slice known = slice(1);
        unsent.add(64 * 1024 * 1024);

        assertThat(slices.from(1)).isSameAs(known);
        assertThat(slices.from(2)).isNull();
    }

    private Slice slice(long seq) {
        return Objects.requireNonNull(slices.from(seq));
    }

    private void add(int count) {
        byte[] line = "{\"n\":7}".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < count; i++) {
            ring.add(ring.newest() + 1, line, 0, line.length);
        }
    }
}
