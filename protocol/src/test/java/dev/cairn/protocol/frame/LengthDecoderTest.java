package dev.cairn.protocol.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LengthDecoderTest {

    @Test
    void everySplitOfAnInputGivesTheSameFrames() {
        byte[] input = framed("{\"a\":\"漢\"}", "", "b");

        for (int first = 0; first <= input.length; first++) {
            for (int second = first; second <= input.length; second++) {
                var decoder = new LengthDecoder();
                var frames = new Frames();
                decoder.feed(input, 0, first, frames);
                decoder.feed(input, first, second, frames);
                decoder.feed(input, second, input.length, frames);

                assertThat(frames.told).containsExactly("{\"a\":\"漢\"}", "", "b");
                assertThat(decoder.hasFragment()).isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomFramesInRandomChunksComeOutWhole(long seed) {
        var random = new Random(seed);
        String[] expected = new String[300];
        Arrays.setAll(expected, _ -> "漢é😀x".repeat(random.nextInt(random.nextInt(20) == 0 ? 4_000 : 20)));
        byte[] input = framed(expected);

        var frames = new Frames();
        var decoder = new LengthDecoder();
        for (int at = 0; at < input.length; ) {
            int size = Math.min(input.length - at, 1 + random.nextInt(random.nextBoolean() ? 9 : 9_000));
            byte[] chunk = Arrays.copyOfRange(input, at, at + size);
            decoder.feed(chunk, 0, size, frames);
            Arrays.fill(chunk, (byte) 0xFF);
            at += size;
        }

        assertThat(frames.told).containsExactly(expected);
        assertThat(decoder.buffered()).isZero();
    }

    @Test
    void theLongestFramePassesAndOneByteMoreDoesNot() {
        String longest = "x".repeat(LengthDecoder.FRAME_MAX);

        var frames = new Frames();
        byte[] input = framed(longest);
        new LengthDecoder().feed(input, 0, input.length, frames);
        assertThat(frames.told).containsExactly(longest);

        var refused = new Frames();
        byte[] past = framed("a", longest + "x", "b");
        new LengthDecoder().feed(past, 0, past.length, refused);
        assertThat(refused.told).containsExactly("a", "<oversize 1048577>");
    }

    @Test
    void aLengthIsReadWithoutSign() {
        var frames = new Frames();
        var decoder = new LengthDecoder();

        decoder.feed(new byte[] {-1, -1, -1}, 0, 3, frames);
        decoder.feed(new byte[] {-1, 0, 0, 0, 0}, 0, 5, frames);

        assertThat(frames.told).containsExactly("<oversize 4294967295>");
        assertThat(decoder.buffered()).isZero();
    }

    @Test
    void aClaimedLengthTakesNoMemory() {
        var decoder = new LengthDecoder();

        decoder.feed(new byte[] {0, 0x10, 0, 0, 'x'}, 0, 5, new Frames());

        assertThat(decoder.buffered()).isEqualTo(5);
        assertThat(decoder.hasFragment()).isTrue();
    }

    @Test
    void theFirstByteTellsTheDialect() {
        assertThat(Dialect.of((byte) 0)).isEqualTo(Dialect.LENGTHS);
        assertThat(Dialect.of((byte) '{')).isEqualTo(Dialect.LINES);
        assertThat(Dialect.of((byte) 0xFF)).isEqualTo(Dialect.LINES);
        assertThat(Dialect.of((byte) '\n')).isEqualTo(Dialect.LINES);
    }

    private static byte[] framed(String... texts) {
        var out = new ByteArrayOutputStream();
        for (String text : texts) {
            byte[] bytes = text.getBytes(UTF_8);
            out.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }

    private static final class Frames implements LengthDecoder.FrameSink {

        private final List<String> told = new ArrayList<>();

        @Override
        public void frame(byte[] bytes, int from, int to) {
            told.add(new String(bytes, from, to - from, UTF_8));
        }

        @Override
        public void oversize(long claimed) {
            told.add("<oversize " + claimed + ">");
        }
    }
}
