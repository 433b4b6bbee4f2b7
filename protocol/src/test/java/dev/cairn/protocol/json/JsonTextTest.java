package dev.cairn.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {

    @Test
    void membersStandInTheOrderGiven() {
        String text = JsonText.object()
                .put("text", "a")
                .put("none", (String) null)
                .put("number", -1)
                .put("flag", true)
                .put("list", List.of("x", "y"))
                .put("object", JsonText.object().put("n", 1))
                .putRaw("raw", "[1]")
                .toString();

        assertThat(text)
                .isEqualTo("{\"text\":\"a\",\"none\":null,\"number\":-1,\"flag\":true,\"list\":[\"x\",\"y\"],"
                        + "\"object\":{\"n\":1},\"raw\":[1]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"\\\u0000\u001f\u007f\u009b\u2028", "\ud83d\ude00", "a\ud800b", "\udc00"})
    void anyTextIsReadBackAsItWasAndHidesNothing(String text) {
        byte[] quoted = JsonString.quoteVisibly(text).getBytes(StandardCharsets.UTF_8);
        JsonTape tape = new JsonTape();

        tape.parse(quoted, 0, quoted.length);

        assertThat(tape.text(0)).isEqualTo(text);
        assertThat(new String(quoted, StandardCharsets.UTF_8)).doesNotContainPattern("[\\p{Cc}\\u2028]");
    }
}
