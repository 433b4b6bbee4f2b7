package dev.cairn.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.json.CanonicalJson.Dialect;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalCheckTest {

    private static final String CANONICAL =
            "{\"\":0,\"A\":[1,-1.5,1e+21,1.5e-7,null,true,false,{},[],\"\",123456789012345680],"
                    + "\"\\u0001\":{},\"a\":{\"_\":{\"b\":[{\"c\":\"\"}]},\"aa\":-0.1},"
                    + "\"b\":\"/\\u0001\\n\\\\\\\"é漢😀\\ud800x\\udc00\\ud800\\n\",\"é\":[[[]]],\"\uD83D\uDE00\":\"\",\"\uE000\":5}";
    private static final String INSERTS = " ,:\"\\{}[]0123456789aAbBuUdDcCfFeE+-.nrt/é\u0001\n";

    @Test
    void canonicalTextIsCanonical() {
        String text = written(CANONICAL);

        assertThat(isCanonical(text)).isTrue();
        assertThat(text).hasSameSizeAs(CANONICAL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"b\":1,\"a\":2}",
                "{\"a\":1,\"a\":1}",
                "{ }",
                "[ ]",
                "[1 ]",
                "[1, 2]",
                "{\"a\" :1}",
                "{\"a\": 1}",
                "{\"a\":1 }",
                "1.0",
                "-0",
                "1e3",
                "1E400",
                "12345678901234567890",
                "\"\\/\"",
                "\"\\u0041\"",
                "\"\\u000A\"",
                "\"\\u001F\"",
                "\"\\ud83d\\ude00\"",
                "\"\\uD800\"",
                "{\"\uE000\":1,\"\uD83D\uDE00\":2}"
            })
    void otherSpellingsAreNot(String text) {
        assertThat(isCanonical(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aNumberIsCanonicalExactlyIfItWouldBeWrittenTheSame(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            String digits =
                    Long.toString(random.nextLong() >>> random.nextInt(64)).replace("-", "");
            int point = random.nextInt(digits.length() + 1);
            String text = (random.nextBoolean() ? "-" : "")
                    + (point == 0 ? "0" : digits.substring(0, point).replaceFirst("^0+(?=.)", ""))
                    + (point == digits.length() ? "" : "." + "0".repeat(random.nextInt(3)) + digits.substring(point))
                    + (random.nextInt(10) == 0 ? "e-" + random.nextInt(9) : "");

            assertThat(isCanonical(text)).as(text).isEqualTo(written(text).equals(text));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void itSaysYesExactlyToWhatWouldBeWrittenTheSame(long seed) {
        var random = new Random(seed);
        String canonical = written(CANONICAL);
        int judged = 0;
        for (int i = 0; i < 4_000; i++) {
            String changed = new String(changed(canonical, random).strip().getBytes(UTF_8), UTF_8);
            try {
                boolean same = written(changed).equals(changed);
                judged++;

                assertThat(isCanonical(changed)).as(changed).isEqualTo(same);
            } catch (JsonSyntaxException e) {
                assertThat(e).hasMessageContaining("at byte");
            }
        }
        assertThat(judged).isGreaterThan(500);
    }

    @Test
    void theFirstKeyOutOfOrderIsTold() {
        JsonTape tape = parse("{\"b\":[],\"c\":2,\"a\":3}");

        int unsorted = CanonicalCheck.sortedUntil(tape, 0);

        assertThat(tape.text(unsorted)).isEqualTo("a");
        assertThat(CanonicalCheck.sortedUntil(parse("{\"a\":1}"), 0)).isEqualTo(3);
        assertThat(CanonicalCheck.sortedUntil(parse("{\"b\":1,\"a\":1.0}"), 0)).isEqualTo(CanonicalCheck.NOT_CANONICAL);
    }

    private static String changed(String text, Random random) {
        int at = random.nextInt(text.length());
        char insert = INSERTS.charAt(random.nextInt(INSERTS.length()));
        return switch (random.nextInt(3)) {
            case 0 -> text.substring(0, at) + insert + text.substring(at);
            case 1 -> text.substring(0, at) + insert + text.substring(at + 1);
            default -> text.substring(0, at) + text.substring(at + 1);
        };
    }

    private static boolean isCanonical(String text) {
        return CanonicalCheck.isCanonical(parse(text), 0);
    }

    private static String written(String text) {
        ByteBuilder out = new ByteBuilder(256);
        new CanonicalJson(Dialect.AUDIT).write(parse(text), 0, out);
        return out.toString();
    }

    private static JsonTape parse(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        JsonTape tape = new JsonTape();
        tape.parse(bytes, 0, bytes.length);
        return tape;
    }
}
