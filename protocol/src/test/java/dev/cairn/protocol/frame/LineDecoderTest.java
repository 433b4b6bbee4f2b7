package dev.cairn.protocol.frame;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineDecoderTest {

    private static final int LIMIT = 1_047_552;
    private static final String OVERSIZE = "<oversize>";
    private static final byte[] NEWLINE = {'\n'};

    @Test
    void everySplitOfAnInputGivesTheSameLines() {
        byte[] input = "{\"a\":\"é漢😀\"}\r\n\n \t\r\nb\nc".getBytes(UTF_8);

        for (int first = 0; first <= input.length; first++) {
            for (int second = first; second <= input.length; second++) {
                var decoder = new LineDecoder(LIMIT);
                var lines = new Lines();
                decoder.feed(input, 0, first, lines);
                decoder.feed(input, first, second, lines);
                decoder.feed(input, second, input.length, lines);

                assertThat(lines.told).containsExactly("{\"a\":\"é漢😀\"}\r", "b");
                assertThat(decoder.hasFragment()).isTrue();

                decoder.feed(NEWLINE, 0, 1, lines);

                assertThat(lines.told).last().isEqualTo("c");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomLinesInRandomChunksComeOutWhole(long seed) {
        var random = new Random(seed);
        var expected = new ArrayList<String>();
        var text = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            String line = "漢é😀x".repeat(random.nextInt(random.nextInt(20) == 0 ? 4_000 : 20)) + "x";
            expected.add(line);
            text.append(line).append('\n');
        }
        byte[] input = text.toString().getBytes(UTF_8);

        var lines = new Lines();
        var decoder = new LineDecoder(LIMIT);
        for (int at = 0; at < input.length; ) {
            int size = Math.min(input.length - at, 1 + random.nextInt(random.nextBoolean() ? 9 : 9_000));
            byte[] chunk = Arrays.copyOfRange(input, at, at + size);
            decoder.feed(chunk, 0, size, lines);
            Arrays.fill(chunk, (byte) '!'); // The caller's chunk is the caller's again.
            at += size;
        }

        assertThat(lines.told).isEqualTo(expected);
        assertThat(decoder.reserved()).isZero();
        assertThat(decoder.hasFragment()).isFalse();
    }

    @Test
    void aLineThatLiesWholeInAChunkIsNotCopied() {
        byte[] chunk = "one\ntwo\n".getBytes(UTF_8);
        var seen = new ArrayList<byte[]>();

        new LineDecoder(LIMIT).feed(chunk, 0, chunk.length, new LineDecoder.LineSink() {
            @Override
            public void line(byte[] bytes, int from, int to) {
                seen.add(bytes);
            }

            @Override
            public void oversize() {}
        });

        assertThat(seen).hasSize(2).allSatisfy(bytes -> assertThat(bytes).isSameAs(chunk));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000, 65_536, 10_000_000})
    void theLimitIsOnTheLineInBytes(int chunkMax) {
        int limit = 300_000;

        assertThat(decode("x".repeat(limit) + "\ny\n", limit, chunkMax)).containsExactly("x".repeat(limit), "y");
        assertThat(decode("x".repeat(limit + 1) + "\ny\n", limit, chunkMax)).containsExactly(OVERSIZE);
        assertThat(decode("y\n" + "x".repeat(limit + 1), limit, chunkMax)).containsExactly("y", OVERSIZE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1_000, 65_536, 10_000_000})
    void aLineOf65535UnitsIsAcceptedWhateverTheLimit(int chunkMax) {
        String three = "漢".repeat(65_535);
        String four = "😀".repeat(32_767) + "x";

        assertThat(decode(three + "\n", 10, chunkMax)).containsExactly(three);
        assertThat(decode(four + "\n", 10, chunkMax)).containsExactly(four);
        assertThat(decode("x".repeat(65_535) + "\n", 10, chunkMax)).containsExactly("x".repeat(65_535));
        assertThat(decode("x".repeat(65_536) + "\n", 10, chunkMax)).containsExactly(OVERSIZE);
        assertThat(decode(three + "x\n", 10, chunkMax)).containsExactly(OVERSIZE);
        assertThat(decode(four + "x\n", 10, chunkMax)).containsExactly(OVERSIZE);
    }

    @Test
    void anOversizeLineIsReportedBeforeItsEndAndHoldsNothing() {
        var decoder = new LineDecoder(300_000);
        var lines = new Lines();
        byte[] chunk = new byte[100_000];
        Arrays.fill(chunk, (byte) 'x');

        for (int i = 0; i < 100; i++) {
            decoder.feed(chunk, 0, chunk.length, lines);
            assertThat(decoder.reserved()).isLessThanOrEqualTo(600_000);
        }

        assertThat(lines.told).containsExactly(OVERSIZE);
        assertThat(decoder.reserved()).isZero();
        assertThat(decoder.hasFragment()).isFalse();
    }

    @Test
    void aWhiteRestIsNoFragment() {
        var decoder = new LineDecoder(LIMIT);

        decoder.feed(" \r".getBytes(UTF_8), 0, 2, new Lines());

        assertThat(decoder.hasFragment()).isFalse();
        assertThat(decoder.reserved()).isPositive();
    }

    @Test
    void theNewlineIsFoundAtEveryPlaceAndNowhereElse() {
        for (int size = 0; size < 40; size++) {
            byte[] bytes = new byte[size];
            for (int value = -128; value < 128; value++) {
                Arrays.fill(bytes, (byte) value);
                assertThat(Newline.indexOf(bytes, 0, size)).isEqualTo(value == '\n' && size > 0 ? 0 : -1);
            }
            Arrays.fill(bytes, (byte) 0x0B); // One above: a borrow must not be taken for a hit.
            for (int at = 0; at < size; at++) {
                bytes[at] = '\n';
                assertThat(Newline.indexOf(bytes, 0, size)).isEqualTo(at);
                bytes[at] = (byte) 0x8A;
            }
        }
    }

    private static List<String> decode(String text, int limit, int chunkMax) {
        byte[] input = text.getBytes(UTF_8);
        var lines = new Lines();
        var decoder = new LineDecoder(limit);
        for (int at = 0; at < input.length; at += chunkMax) {
            decoder.feed(input, at, Math.min(input.length, at + chunkMax), lines);
        }
        return lines.told;
    }

    private static final class Lines implements LineDecoder.LineSink {

        private final List<String> told = new ArrayList<>();

        @Override
        public void line(byte[] bytes, int from, int to) {
            told.add(new String(bytes, from, to - from, UTF_8));
        }

        @Override
        public void oversize() {
            told.add(OVERSIZE);
        }
    }
}
