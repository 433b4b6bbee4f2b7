package dev.cairn.protocol.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cairn.protocol.VectorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Ed25519Test {

    private static final HexFormat HEX = HexFormat.of();
    private static final Ed25519KeyPair KEY = Ed25519KeyPair.fromSeed(new byte[Ed25519KeyPair.SEED_LENGTH]);

    @Test
    void signsAsTheStandardDoes() throws IOException {
        VectorFile file = VectorFile.parse(Files.readString(VectorFile.thirdParty("ed25519/rfc8032.json")));

        assertThat(file.at("vectors").items()).isNotEmpty().allSatisfy(vector -> {
            Ed25519KeyPair pair = Ed25519KeyPair.fromSeed(HEX.parseHex(vector.text("seed")));
            byte[] message = HEX.parseHex(vector.text("message"));
            assertThat(pair.publicKey().toBytes()).isEqualTo(HEX.parseHex(vector.text("public")));
            assertThat(pair.sign(message).toBytes()).isEqualTo(HEX.parseHex(vector.text("signature")));
            assertThat(pair.publicKey().verifies(message, pair.sign(message))).isTrue();
        });
    }

    @Test
    void judgesEverySignatureAsWycheproofDoes() throws IOException {
        String json = Files.readString(VectorFile.thirdParty("ed25519/wycheproof_ed25519_test.json"));

        assertThat(VectorFile.parse(json).at("testGroups").items()).isNotEmpty().allSatisfy(group -> {
            Ed25519PublicKey key =
                    Ed25519PublicKey.of(HEX.parseHex(group.at("publicKey").text("pk")));
            assertThat(group.at("tests").items()).allSatisfy(test -> {
                byte[] message = HEX.parseHex(test.text("msg"));
                byte[] signature = HEX.parseHex(test.text("sig"));
                assertThat(key.verifies(message, signature))
                        .isEqualTo(test.text("result").equals("valid"));
            });
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0100000000000000000000000000000000000000000000000000000000000000", // The neutral element.
                "0000000000000000000000000000000000000000000000000000000000000000", // Of order 4.
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // Of order 2.
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", // Of order 8.
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", // Of order 8.
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // Zero, in another spelling.
                "06903bfea2a1ddc586e78a189513f47ac6ae27e4e7803a1c2fb94c94b18f3958", // A key, plus a point of order 8.
                "b295d84331495bd29d5c572fd590f28c9acdea88e21dbc59c53fb75e74a625d6", // A key, plus the point of order 2.
                "0200000000000000000000000000000000000000000000000000000000000000" // On no point at all.
            })
    void refusesKeysOfSmallAndMixedOrderAndWhatIsNoPoint(String hex) {
        byte[] raw = HEX.parseHex(hex);

        assertThatIllegalArgumentException().isThrownBy(() -> Ed25519PublicKey.of(raw));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33, 64})
    void refusesKeysAndSeedsOfAnotherLength(int length) {
        byte[] bytes = new byte[length];

        assertThatIllegalArgumentException().isThrownBy(() -> Ed25519PublicKey.of(bytes));
        assertThatIllegalArgumentException().isThrownBy(() -> Ed25519KeyPair.fromSeed(bytes));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 63, 65, 128})
    void findsASignatureOfAnotherLengthWrong(int length) {
        byte[] message = "text".getBytes(UTF_8);
        byte[] signature = Arrays.copyOf(KEY.sign(message).toBytes(), length);

        assertThat(KEY.publicKey().verifies(message, signature)).isFalse();
    }

    @Test
    void findsASignatureOfAnotherTextWrong() {
        Ed25519Signature signature = KEY.sign("text".getBytes(UTF_8));

        assertThat(KEY.publicKey().verifies("texT".getBytes(UTF_8), signature)).isFalse();
    }

    @Test
    void writesKeysAndSignaturesAsTextAndReadsThemBack() {
        Ed25519Signature signature = KEY.sign(new byte[0]);

        assertThat(KEY.publicKey().text()).isEqualTo("uO2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik");
        assertThat(Ed25519PublicKey.read(KEY.publicKey().text())).isEqualTo(KEY.publicKey());
        assertThat(signature.text()).startsWith("u").hasSize(87);
        assertThat(Ed25519Signature.of(signature.toBytes())).isEqualTo(signature);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "u",
                "O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2iku",
                "mO2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik",
                "uO2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2il", // The same bytes, but for bits that nobody reads.
                "uO2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik=",
                "uO2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2i/",
                "uO2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2i\n"
            })
    void refusesEveryOtherSpellingOfAKey(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ed25519PublicKey.read(text))
                .withMessage("expected u and 43 characters of base64url");
    }

    @Test
    void neverShowsASeed() {
        assertThat(KEY.toString()).isEqualTo("key pair of " + KEY.publicKey().text());
    }
}
