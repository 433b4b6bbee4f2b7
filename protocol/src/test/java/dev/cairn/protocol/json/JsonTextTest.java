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
    @ValueSource(
            strings = {
                "",
                "\"\\\u0000\u001f\u007f\u009b\u2028\u2029",
                "\ud83d\ude00",
                "a\ud800b",
                "\udc00",
                "\u202egpj.\u202d\u2066x\u2069\u200e", // Turn the direction of writing.
                "a\u200bb\u200c\u200d\u2060\ufeff\u00ad", // Have no width.
                "\udb40\udc01\udb40\udc61" // Tags: a text that nobody sees.
            })
    void anyTextIsReadBackAsItWasAndHidesNothing(String text) {
        String object = JsonText.object().put(text, text).toString();
        byte[] quoted = object.substring(1, object.indexOf(':')).getBytes(StandardCharsets.UTF_8);
        JsonTape tape = new JsonTape();

        tape.parse(quoted, 0, quoted.length);

        assertThat(tape.text(0)).isEqualTo(text);
        assertThat(object).doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");
    }

    @Test
    void whatIsHiddenIsEscapedWhereItIsToBeSeenOnly() {
        String text = "a\u200b\u202e\u2066\udb40\udc61\u00e9";

        assertThat(JsonString.quoteVisibly(text)).isEqualTo("\"a\\u200b\\u202e\\u2066\\udb40\\udc61\u00e9\"");
        assertThat(JsonString.quote(text)).isEqualTo('"' + text + '"');
    }
}
