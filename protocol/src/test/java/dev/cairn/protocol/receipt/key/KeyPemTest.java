package dev.cairn.protocol.receipt.key;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.receipt.KeyRotation;
import java.io.IOException;
import java.nio.file.Files;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyPemTest {

    private static final Ed25519KeyPair PAIR = Ed25519KeyPair.fromSeed(new byte[Ed25519KeyPair.SEED_LENGTH]);
    private static final String PRIVATE = text(KeyPem.encode(PAIR));
    private static final String PUBLIC = text(KeyPem.encode(PAIR.publicKey()));

    @Test
    void readsAndWritesThePeersKeys() throws IOException {
        VectorFile keys = VectorFile.parse(Files.readString(VectorFile.thirdParty("receipts/go_vectors.json")))
                .at("keys");

        Ed25519KeyPair pair = KeyPem.decodePrivate(bytes(keys.text("privateKey")));
        Ed25519PublicKey key = KeyPem.decodePublic(bytes(keys.text("publicKey")));

        assertThat(pair.publicKey()).isEqualTo(key);
        assertThat(HexFormat.of().formatHex(key.toBytes()))
                .isEqualTo("64cce1d90b5dc7fa78d16957843fa02a66930efdeb2c69ba4de63b4ec2542924");
        assertThat(KeyRotation.fingerprint(key))
                .isEqualTo("sha256:6cc6e9ce1a2b39d6c305129b71d6dc364fb7c4b8fc183cff78c6387cf8921abb");
        assertThat(text(KeyPem.encode(pair))).isEqualTo(keys.text("privateKey"));
        assertThat(text(KeyPem.encode(key))).isEqualTo(keys.text("publicKey"));
    }

    @Test
    void writesOneLineOfBase64BetweenTwoLinesAndANewlineAtTheEnd() {
        assertThat(PUBLIC).matches("-----BEGIN PUBLIC KEY-----\n[A-Za-z0-9+/]{59}=\n-----END PUBLIC KEY-----\n");
        assertThat(PRIVATE).matches("-----BEGIN PRIVATE KEY-----\n[A-Za-z0-9+/]{64}\n-----END PRIVATE KEY-----\n");
    }

    @Test
    void theJdkReadsTheUnwrappedKey() throws Exception {
        byte[] der = KeyPem.pkcs8(PAIR);

        assertThat(KeyFactory.getInstance("Ed25519")
                        .generatePrivate(new PKCS8EncodedKeySpec(der))
                        .getEncoded())
                .isEqualTo(der);
    }

    @ParameterizedTest
    @MethodSource("otherLayouts")
    void readsAKeyInAnotherLayout(String pem) {
        assertThat(KeyPem.decodePrivate(bytes(pem)).publicKey()).isEqualTo(PAIR.publicKey());
    }

    static Stream<String> otherLayouts() {
        return Stream.of(
                PRIVATE.strip(),
                "\n  " + PRIVATE + "\n\n",
                PRIVATE.replace("\n", "\r\n"),
                PRIVATE.replace("MC4C", "MC4C\n\t "),
                PRIVATE.replace("PRIVATE KEY", "ED25519 PRIVATE KEY"));
    }

    @ParameterizedTest
    @MethodSource("noPrivateKeys")
    void refusesWhatIsNoPrivateKeyWithoutShowingIt(String pem) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyPem.decodePrivate(bytes(pem)))
                .withMessageStartingWith("expected ")
                .satisfies(e -> assertThat(String.valueOf(e.getMessage())).doesNotContain("AAAA"))
                .withNoCause();
    }

    static Stream<String> noPrivateKeys() {
        String der = "302e020100300506032b657004220420";
        String seed = "00".repeat(32);
        return Stream.of(
                "",
                "AAAA",
                PUBLIC,
                PRIVATE + PRIVATE,
                PRIVATE + "x",
                "x" + PRIVATE,
                PRIVATE.replace("END PRIVATE", "END PUBLIC"),
                PRIVATE.replace("-----END PRIVATE KEY-----\n", ""),
                PRIVATE.replace("-----END PRIVATE KEY-----\n", "-----END PRIVATE KEY----"),
                PRIVATE.replace("AAAA", "A*AA"),
                PRIVATE.replace("KEY-----\nM", "KEY-----\nProc-Type: 4,ENCRYPTED\n\nM"),
                pem("PRIVATE KEY", der + "00".repeat(31)),
                pem("PRIVATE KEY", der + seed + "00"),
                pem("PRIVATE KEY", der.replace("2b6570", "2b656e") + seed),
                pem("ENCRYPTED PRIVATE KEY", "3081" + der + seed),
                pem("PRIVATE KEY", seed),
                pem("PRIVATE KEY", ""));
    }

    @ParameterizedTest
    @MethodSource("noPublicKeys")
    void refusesWhatIsNoPublicKey(String pem) {
        assertThatIllegalArgumentException().isThrownBy(() -> KeyPem.decodePublic(bytes(pem)));
    }

    static Stream<String> noPublicKeys() {
        String der = "302a300506032b6570032100";
        return Stream.of(
                "",
                PRIVATE,
                PUBLIC.replace("PUBLIC", "CERTIFIED"),
                pem("PUBLIC KEY", der + "01" + "00".repeat(31)), // A key of small order: anybody could sign.
                pem("PUBLIC KEY", der + "ff".repeat(32)),
                pem("PUBLIC KEY", der + "00".repeat(31)),
                pem("PUBLIC KEY", der.replace("2b6570", "2b656e") + "09" + "00".repeat(31)));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noDamageMakesItThrowAnythingElse(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            byte[] damaged = bytes(random.nextBoolean() ? PRIVATE : PUBLIC);
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            survives(() -> KeyPem.decodePrivate(damaged));
            survives(() -> KeyPem.decodePublic(damaged));
        }
    }

    private static void survives(Runnable decoding) {
        try {
            decoding.run();
        } catch (IllegalArgumentException expected) {
            assertThat(expected).hasMessageStartingWith("");
        }
    }

    private static String pem(String label, String derHex) {
        String body = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(derHex));
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }

    private static String text(byte[] pem) {
        return new String(pem, US_ASCII);
    }
}
