package dev.cairn.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.json.CanonicalJson.Dialect;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random values, spelt at random, against a reference that is as simple as can be: strings, a `TreeMap`,
/// `BigDecimal`.
class CanonicalJsonPropertyTest {

    private static final String UNITS = "abcxyz_09AZ \"\\/\b\t\n\f\r\u0000\u001f\u007fé\u2028\uFEFF\uE000\uFFFD日";

    /// One value: a random spelling and the reference's canonical text.
    private record Sample(String spelling, String canonical) {}

    @ParameterizedTest
    @MethodSource("seeds")
    void writesWhatTheReferenceWrites(long seed) {
        Random random = new Random(seed);
        JsonTape tape = new JsonTape();
        CanonicalJson canonical = new CanonicalJson(Dialect.AUDIT);

        for (int i = 0; i < 500; i++) {
            Sample sample = value(random, 5);
            byte[] text = sample.spelling.getBytes(UTF_8);
            tape.parse(text, 0, text.length);
            ByteBuilder out = new ByteBuilder(8);
            canonical.write(tape, 0, out);

            assertThat(out.toString()).as("seed %d: %s", seed, sample.spelling).isEqualTo(sample.canonical);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void printsAnyNumberShortestAndReadsItBack(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (!Double.isFinite(value)) {
                continue;
            }

            String text = EcmaNumber.toText(value);

            assertThat(Double.parseDouble(text)).as(text).isEqualTo(value);
            assertThat(new BigDecimal(text).stripTrailingZeros().precision())
                    .isLessThanOrEqualTo(new BigDecimal(Double.toString(value))
                            .stripTrailingZeros()
                            .precision());
            assertThat(AuditCanonicalTextTest.canonical(Dialect.AUDIT, text)).isEqualTo(text);
        }
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 10);
    }

    private static Sample value(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 4 : 7)) {
            case 0 -> string(random);
            case 1 -> integer(random);
            case 2 -> decimal(random);
            case 3 -> word(random);
            case 4 -> array(random, depth);
            default -> object(random, depth);
        };
    }

    private static Sample word(Random random) {
        String word = random.nextInt(3) == 0 ? "null" : String.valueOf(random.nextBoolean());
        return new Sample(word, word);
    }

    private static Sample integer(Random random) {
        long value = random.nextLong(1L << 53) >> random.nextInt(53);
        String text = (random.nextBoolean() && value > 0 ? "-" : "") + value;
        return new Sample(random.nextInt(4) == 0 ? text + ".0" : text, text);
    }

    private static Sample decimal(Random random) {
        BigDecimal value = BigDecimal.valueOf(random.nextInt(1, 1_000_000), random.nextInt(7))
                .stripTrailingZeros();
        String plain = value.toPlainString();
        return new Sample(
                switch (random.nextInt(4)) {
                    case 0 -> value.unscaledValue() + "e" + -value.scale();
                    case 1 -> value.unscaledValue() + ".000E" + -value.scale();
                    default -> plain;
                },
                value.compareTo(new BigDecimal("0.000001")) < 0 ? EcmaNumber.toText(value.doubleValue()) : plain);
    }

    private static Sample string(Random random) {
        StringBuilder spelling = new StringBuilder("\"");
        StringBuilder canonical = new StringBuilder("\"");
        for (int i = random.nextInt(14); i > 0; i--) {
            if (random.nextInt(12) == 0) {
                spelling.append(random.nextBoolean() ? "😀" : "\\uD83d\\ude00");
                canonical.append("😀");
            } else if (random.nextInt(20) == 0) {
                spelling.append("\\uDC01");
                canonical.append("\\udc01");
            } else {
                char unit = UNITS.charAt(random.nextInt(UNITS.length()));
                canonical.append(reference(unit));
                spelling.append(random.nextInt(8) == 0 ? "\\u%04X".formatted((int) unit) : reference(unit));
            }
        }
        return new Sample(spelling.append('"').toString(), canonical.append('"').toString());
    }

    private static String reference(char unit) {
        return switch (unit) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\b' -> "\\b";
            case '\t' -> "\\t";
            case '\n' -> "\\n";
            case '\f' -> "\\f";
            case '\r' -> "\\r";
            default -> unit < 0x20 ? "\\u%04x".formatted((int) unit) : String.valueOf(unit);
        };
    }

    private static Sample array(Random random, int depth) {
        StringBuilder spelling = new StringBuilder("[");
        StringBuilder canonical = new StringBuilder("[");
        for (int i = random.nextInt(5); i > 0; i--) {
            Sample item = value(random, depth - 1);
            spelling.append(space(random))
                    .append(item.spelling)
                    .append(space(random))
                    .append(i > 1 ? "," : "");
            canonical.append(item.canonical).append(i > 1 ? "," : "");
        }
        return new Sample(
                spelling.append(space(random)).append(']').toString(),
                canonical.append(']').toString());
    }

    private static Sample object(Random random, int depth) {
        StringBuilder spelling = new StringBuilder("{");
        Map<String, String> members = new TreeMap<>(); // By UTF-16 code units, and the last of equal keys counts.
        int count = random.nextInt(8) == 0 ? random.nextInt(90) : random.nextInt(8);
        for (int i = count; i > 0; i--) {
            Sample key = string(random);
            Sample value = value(random, count > 10 ? 0 : depth - 1);
            members.put(decoded(key.canonical), key.canonical + ":" + value.canonical);
            spelling.append(space(random))
                    .append(key.spelling)
                    .append(space(random))
                    .append(':');
            spelling.append(space(random))
                    .append(value.spelling)
                    .append(space(random))
                    .append(i > 1 ? "," : "");
        }
        return new Sample(spelling.append('}').toString(), "{" + String.join(",", members.values()) + "}");
    }

    private static String decoded(String canonical) {
        return (String) Objects.requireNonNull(VectorFile.parse(canonical).value());
    }

    private static String space(Random random) {
        return random.nextInt(4) == 0 ? " \t\r\n".substring(random.nextInt(4)) : "";
    }
}
