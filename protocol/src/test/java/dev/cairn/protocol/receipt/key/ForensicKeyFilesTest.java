package dev.cairn.protocol.receipt.key;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.protocol.crypto.X25519KeyPair;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForensicKeyFilesTest {

    private static final byte[] SECRET =
            HexFormat.of().parseHex("fb00010203040506070809fe0b0c0d0e0f101112131415161718191a1b1c1d1e");

    @TempDir
    private Path temporary;

    private Path secret;
    private Path publicKey;

    @BeforeEach
    void nameTheFiles() throws IOException {
        Path directory = KeyDirectory.in(temporary);
        secret = directory.resolve("forensic.key");
        publicKey = directory.resolve("forensic.key.pub");
    }

    @Test
    void makesAPairOfRawKeys() throws IOException {
        ForensicKeyFiles.generate(secret, publicKey, new SecureRandom());

        assertThat(secret).hasSize(32);
        assertThat(KeyDirectory.mode(secret)).isEqualTo("rw-------");
        assertThat(KeyDirectory.mode(publicKey)).isEqualTo("rw-r--r--");
        assertThat(ForensicKeyFiles.readSecret(secret).publicBytes()).isEqualTo(ForensicKeyFiles.readPublic(publicKey));
    }

    @Test
    void overwritesNeitherFile() throws IOException {
        Files.writeString(publicKey, "precious");

        assertThatThrownBy(() -> ForensicKeyFiles.generate(secret, publicKey, new SecureRandom()))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(secret).doesNotExist();
        assertThat(publicKey).hasContent("precious");
    }

    @ParameterizedTest
    @MethodSource("forms")
    void readsEveryForm(byte[] content) throws IOException {
        Files.write(secret, content);
        KeyDirectory.setMode(secret, "rw-------");

        assertThat(ForensicKeyFiles.readSecret(secret).copySecret()).isEqualTo(SECRET);
    }

    static Stream<byte[]> forms() {
        String hex = HexFormat.of().formatHex(SECRET);
        byte[] der = HexFormat.of().parseHex("302e020100300506032b656e04220420" + hex);
        String pem = Base64.getEncoder().encodeToString(der);
        return Stream.of(
                SECRET,
                HexFormat.of().parseHex(hex + "0a"),
                bytes(hex),
                bytes(hex.toUpperCase(Locale.ROOT) + "\n"),
                bytes(Base64.getEncoder().encodeToString(SECRET) + "\n"),
                bytes(Base64.getEncoder().withoutPadding().encodeToString(SECRET)),
                bytes(Base64.getUrlEncoder().encodeToString(SECRET)),
                bytes(Base64.getUrlEncoder().withoutPadding().encodeToString(SECRET)),
                bytes("-----BEGIN PRIVATE KEY-----\n" + pem + "\n-----END PRIVATE KEY-----\n"));
    }

    @Test
    void readsBase64ThatBeginsLikePem() {
        byte[] key = new byte[X25519KeyPair.LENGTH];
        key[0] = (byte) 0xFB; // `-` and on.
        byte[] content = bytes(Base64.getUrlEncoder().encodeToString(key));

        assertThat(content[0]).isEqualTo((byte) '-');
        assertThat(ForensicKeyFiles.decodeSecret(content).copySecret()).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "hunter2", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeX", "-----BEGIN "
            })
    void refusesWhatIsNoKeyWithoutShowingIt(String content) throws IOException {
        Files.writeString(secret, content);
        KeyDirectory.setMode(secret, "rw-------");

        assertThatThrownBy(() -> ForensicKeyFiles.readSecret(secret))
                .isInstanceOf(MalformedKeyException.class)
                .hasMessageNotContaining("hunter2")
                .hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33, 44})
    void aPublicKeyHasExactly32Bytes(int length) throws IOException {
        Files.write(publicKey, new byte[length]);

        assertThatThrownBy(() -> ForensicKeyFiles.readPublic(publicKey)).isInstanceOf(MalformedKeyException.class);
    }

    @Test
    void refusesASecretThatOthersMayRead() throws IOException {
        Files.write(secret, SECRET);
        KeyDirectory.setMode(secret, "rw-r-----");

        assertThatThrownBy(() -> ForensicKeyFiles.readSecret(secret)).hasMessageContaining("0600");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
