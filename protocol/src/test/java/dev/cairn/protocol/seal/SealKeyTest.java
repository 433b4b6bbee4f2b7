package dev.cairn.protocol.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SealKeyTest {

    private static final String HEX = HexFormat.of().formatHex(TestKeys.FIRST);

    @Test
    void aKeysIdIsTheBeginningOfItsHash() {
        assertThat(SealKey.idOf(TestKeys.FIRST)).isEqualTo(TestKeys.FIRST_ID);
        assertThat(SealKey.idOf(TestKeys.SECOND)).isEqualTo(TestKeys.SECOND_ID);
    }

    @Test
    void aKeyIsReadRawAndAsHexadecimalDigits() {
        String expected = TestKeys.first().sign("text");

        for (String content : List.of(HEX, HEX + "\n", HEX + "\r\n", HEX.toUpperCase(Locale.ROOT))) {
            SealKey key = SealKey.of(TestKeys.FIRST_ID, content.getBytes(UTF_8));

            assertThat(key.maySign()).isTrue();
            assertThat(key.sign("text")).isEqualTo(expected);
        }
    }

    @Test
    void aLongerIdIsMoreOfTheHash() {
        String more = TestKeys.FIRST_ID + "0".repeat(48);

        assertThat(SealKey.of(more, TestKeys.FIRST).maySign()).isFalse();
        assertThat(SealKey.of(TestKeys.FIRST_ID, TestKeys.FIRST).maySign()).isTrue();
    }

    @Test
    void aKeyThatIsNotWhatItsIdSaysVerifiesAndNeverSigns() {
        SealKey raw = SealKey.of("0123456789abcdef", TestKeys.FIRST);
        SealKey hex = SealKey.of("0123456789abcdef", HEX.getBytes(UTF_8));
        String signature = TestKeys.first().sign("text");

        assertThat(raw.verifies("text", signature)).isTrue();
        assertThat(hex.verifies("text", signature)).isTrue();
        assertThat(raw.maySign()).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> raw.sign("text"));
        assertThatIllegalStateException().isThrownBy(() -> hex.sign("text"));
    }

    @Test
    void aKeyOfAnotherLengthNeverSignsThoughItsIdFits() {
        byte[] content = "short".getBytes(UTF_8);

        assertThat(SealKey.of(SealKey.idOf(content), content).maySign()).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> SealKey.of("e3b0c44298fc1c14", new byte[0]));
    }

    @Test
    void anythingButTheVerySignatureIsRefused() {
        SealKey key = TestKeys.first();
        String good = key.sign("text");

        assertThat(key.verifies("text", good)).isTrue();
        for (String bad : List.of(
                "",
                good + "0",
                good.substring(0, good.length() - 1),
                good.toUpperCase(Locale.ROOT),
                good.substring("hmac-sha256:".length()),
                "é".repeat(good.length() / 2),
                "\ud800".repeat(good.length()),
                TestKeys.second().sign("text"),
                key.sign("texts"))) {
            assertThat(key.verifies("text", bad)).isFalse();
        }
    }

    @Test
    void anUnpairedSurrogateIsSignedAsTheReplacementCharacter() {
        SealKey key = TestKeys.first();

        assertThat(key.sign("a\ud800b\udc00"))
                .isEqualTo(key.sign("a\ufffdb\ufffd"))
                .isNotEqualTo(key.sign("a?b?"));
        assertThat(key.sign("😀")).isNotEqualTo(key.sign("\ufffd"));
    }

    @Test
    void manyThreadsSignAtOnce() {
        SealKey key = TestKeys.first();
        List<String> expected =
                IntStream.range(0, 2_000).mapToObj(i -> key.sign("text " + i)).toList();

        List<String> signatures = IntStream.range(0, 2_000)
                .parallel()
                .mapToObj(i -> key.sign("text " + i))
                .toList();

        assertThat(signatures).isEqualTo(expected).doesNotHaveDuplicates();
    }

    @Test
    void itShowsItsIdAndNothingElse() {
        assertThat(TestKeys.first()).hasToString("key " + TestKeys.FIRST_ID);
    }
}
