package dev.cairn.protocol.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.cairn.protocol.json.CanonicalJson.Dialect;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTapeTest {

    private final JsonTape tape = new JsonTape();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "]",
                "}",
                "{]",
                "[}",
                "[1",
                "[1,",
                "[1,]",
                "[,1]",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":1",
                "{\"a\":1,",
                "{\"a\":1,}",
                "{\"a\" 1}",
                "{a:1}",
                "{1:1}",
                "{'a':1}",
                "[1 2]",
                "1 2",
                "{} x",
                "tru",
                "truE",
                "nul",
                "nan",
                "NaN",
                "Infinity",
                "-Infinity",
                "+1",
                "-",
                ".5",
                "1.",
                "1.e5",
                "1e",
                "1e+",
                "01",
                "-01",
                "00",
                "0x1",
                "--1",
                "\"",
                "\"a",
                "\"\\",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\u12g4\"",
                "\"\\uD8",
                "\"a\nb\"",
                "\"\u0000\"",
                "\"\u001f\"",
                "[1]//c",
                "/*c*/1",
                "\uFEFF{}",
                "\u00A01",
                "1\f",
                "\u000b1",
                "{\"a\":1 \"b\":2}",
                "[[1]",
                "{\"a\":{}",
                "\"a\"b",
                "truefalse",
                "é"
            })
    void refusesWhatIsNotJson(String text) {
        assertThatExceptionOfType(JsonSyntaxException.class).isThrownBy(() -> parse(text));

        parse("[true]");
        assertThat(tape.is(1, JsonKind.TRUE)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "1",
                "-1.5e-7",
                "1E5",
                "1e+5",
                "\"\"",
                "\"\\u0000\"",
                "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
                "true",
                "false",
                "null",
                "[]",
                "{}",
                "[[]]",
                "{\"\":{}}",
                " \t\r\n1\n",
                "[ 1 , 2 ]",
                "{ \"a\" : 1 , \"b\" : [ ] }",
                "\"\u007f\"",
                "\"\\uD800\"",
                "\"é😀\"",
                "[0,0.0,-0.0e-0]"
            })
    void acceptsWhatIs(String text) {
        assertThatNoException().isThrownBy(() -> parse(text));
    }

    @Test
    void numbersNodesInDocumentOrder() {
        parse(" {\"a\":[1,{\"b\":\"x\"}],\"c\":null} ");

        int end = tape.next(0);
        assertThat(tape.kind(0)).isEqualTo(JsonKind.OBJECT);
        int first = tape.firstChild(0);
        assertThat(tape.text(first)).isEqualTo("a");
        assertThat(tape.kind(first + 1)).isEqualTo(JsonKind.ARRAY);
        assertThat(spelling(first + 1)).isEqualTo("[1,{\"b\":\"x\"}]");
        int second = tape.next(first + 1);
        assertThat(tape.text(second)).isEqualTo("c");
        assertThat(tape.next(second + 1)).isEqualTo(end);
        assertThat(tape.member(0, "c")).isEqualTo(second + 1);
        assertThat(tape.member(0, "d")).isEqualTo(-1);
        assertThat(tape.depth()).isEqualTo(3);
    }

    @Test
    void findsTheLastOfEqualMembersHoweverTheyAreSpelt() {
        parse("{\"ké\":1,\"k\\u00e9\":2,\"x\":3}");

        assertThat(tape.number(tape.member(0, "ké"))).isEqualTo(2);
    }

    @Test
    void readsOnlyTheRangeGiven() {
        byte[] text = "xx[1,2]yy".getBytes(UTF_8);

        tape.parse(text, 2, 7);

        assertThat(spelling(0)).isEqualTo("[1,2]");
        assertThatExceptionOfType(JsonSyntaxException.class).isThrownBy(() -> tape.parse(text, 2, 6));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 127, 128, 129, 200, 5000})
    void tellsHowDeepTheTextIsNested(int depth) {
        parse("{\"x\":[".repeat(depth / 2) + "[".repeat(depth % 2) + "]".repeat(depth % 2) + "]}".repeat(depth / 2));

        assertThat(tape.depth()).isEqualTo(depth);
    }

    @Test
    void checksTheSyntaxOfWhatIsTooDeepToRecord() {
        String open = "[{\"x\":".repeat(200);

        assertThatExceptionOfType(JsonSyntaxException.class).isThrownBy(() -> parse(open + "1" + "]}".repeat(200)));
        assertThatExceptionOfType(JsonSyntaxException.class).isThrownBy(() -> parse(open + "1" + "}]".repeat(199)));
        assertThatNoException().isThrownBy(() -> parse(open + "1" + "}]".repeat(200)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "c3",
                "c328",
                "c0af",
                "e28028",
                "eda080",
                "f0288cbc",
                "f5808080",
                "f48fbfff",
                "ff",
                "e0809f"
            })
    void replacesInvalidUtf8AsADecoderDoes(String hex) {
        byte[] octets = HexFormat.of().parseHex(hex);
        String latin = new String(octets, ISO_8859_1);
        byte[] text = ("{\"k\":\"a" + latin + "b\"}").getBytes(ISO_8859_1);

        tape.parse(text, 0, text.length);

        assertThat(tape.text(2))
                .isEqualTo(new String(("a" + latin + "b").getBytes(ISO_8859_1), UTF_8))
                .contains("\uFFFD");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void survivesAnyBytes(long seed) {
        Random random = new Random(seed);
        String alphabet =
                "{}[]\",:\\u0123456789abcdefEtrunlsx.-+ \n/\u0000\u001f\u0080\u00c3\u00a9\u00f0\u009f\u0098\u00ff";
        CanonicalJson canonical = new CanonicalJson(Dialect.AUDIT);
        for (int i = 0; i < 20_000; i++) {
            byte[] text = new byte[random.nextInt(40)];
            for (int at = 0; at < text.length; at++) {
                text[at] = (byte) alphabet.charAt(random.nextInt(alphabet.length()));
            }
            if (random.nextBoolean() && text.length > 2) {
                text[0] = '[';
                text[text.length - 1] = ']';
            }

            try {
                tape.parse(text, 0, text.length);
                ByteBuilder out = new ByteBuilder(8);
                canonical.write(tape, 0, out);
                byte[] once = out.toByteArray();
                tape.parse(once, 0, once.length);
                ByteBuilder again = new ByteBuilder(8);
                canonical.write(tape, 0, again);
                assertThat(again.toByteArray())
                        .as("seed %d, text %s", seed, new String(text, ISO_8859_1))
                        .isEqualTo(once);
            } catch (JsonSyntaxException e) {
                assertThat(e.offset()).isBetween(0, 3 * text.length);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[",
                "{\"a\":",
                "[[1,",
                "[{},",
                "{\"a\":1,\"b\":{\"a\":1},",
                "[\"\\n\",",
                "[1,",
                "\"\\u0041",
                "[1e1,",
                "{\"\\u0061\":1,\"é\":2,"
            })
    void spendsLittleOnOneHugeHostileLine(String unit) {
        String head = unit.startsWith("\"") ? "\"" : unit.startsWith("[[") ? "[[" : unit.substring(0, 1);
        String body = unit.substring(unit.length() > 2 ? head.length() : 0);
        String line = head + body.repeat((1 << 20) / body.length());

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(2),
                () -> assertThatExceptionOfType(JsonSyntaxException.class).isThrownBy(() -> parse(line)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"a\":1", "\"\\u0061\":1", "\"é\":1", "\"aaaaaaaaaaaaaaaaaaaaaaaa\":1"})
    void writesAHugeObjectInLittleTime(String member) {
        int count = (1 << 20) / (member.length() + 1);
        parse("{" + (member + ",").repeat(count) + "\"z\":2}");
        ByteBuilder out = new ByteBuilder(64);

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(2), () -> new CanonicalJson(Dialect.AUDIT).write(tape, 0, out));

        assertThat(out.toString()).contains("\"z\":2").hasSizeLessThan(50);
    }

    private void parse(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        tape.parse(bytes, 0, bytes.length);
    }

    private String spelling(int node) {
        return new String(tape.source(), tape.start(node), tape.end(node) - tape.start(node), UTF_8);
    }
}
