package dev.cairn.protocol.receipt.key;

import static dev.cairn.protocol.receipt.key.KeyDirectory.mode;
import static dev.cairn.protocol.receipt.key.KeyDirectory.setMode;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.file.UnsafeFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicKeyFileTest {

    private static final Ed25519PublicKey KEY =
            Ed25519KeyPair.fromSeed(new byte[32]).publicKey();

    @TempDir
    private Path temporary;

    private Path file;

    @BeforeEach
    void nameTheFile() throws IOException {
        file = KeyDirectory.in(temporary).resolve("signing.key.pub");
    }

    @Test
    void publishesWhereThereIsNothing() throws IOException {
        PublicKeyFile.publish(file, KEY);

        assertThat(file).hasBinaryContent(KeyPem.encode(KEY));
        assertThat(mode(file)).isEqualTo("rw-r--r--");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "rw-rw-rw-", "rwxr-xr-x", "rw-r--r--"})
    void mendsTheModeOfTheSameKeyAndNothingElse(String mode) throws IOException {
        PublicKeyFile.publish(file, KEY);
        Object inode = Files.getAttribute(file, "unix:ino");
        setMode(file, mode);

        PublicKeyFile.publish(file, KEY);

        assertThat(mode(file)).isEqualTo("rw-r--r--");
        assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(inode);
    }

    @Test
    void refusesAnotherKeyAndLeavesIt() throws IOException {
        byte[] seed = new byte[32];
        seed[0] = 1;
        byte[] other = KeyPem.encode(Ed25519KeyPair.fromSeed(seed).publicKey());
        Files.write(file, other);

        assertRefused("holds something else");
        assertThat(file).hasBinaryContent(other);
    }

    @Test
    void refusesTheSameKeyInAnotherLayout() throws IOException {
        Files.writeString(file, new String(KeyPem.encode(KEY), US_ASCII).replace("\n", "\r\n"));

        assertRefused("holds something else");
    }

    @Test
    void refusesAPlantedLinkAndLeavesItsTarget() throws IOException {
        Path target = Files.writeString(temporary.resolve("target"), "untouched");
        setMode(target, "rw-------");
        Files.createSymbolicLink(file, target);

        assertRefused("symbolic link");
        assertThat(target).hasContent("untouched");
        assertThat(mode(target)).isEqualTo("rw-------");
    }

    @Test
    void refusesALinkToNowhereAndMakesNothingThere() throws IOException {
        Path nowhere = temporary.resolve("nowhere");
        Files.createSymbolicLink(file, nowhere);

        assertRefused("symbolic link");
        assertThat(nowhere).doesNotExist();
    }

    @Test
    void refusesASecondNameOfAnotherFile() throws IOException {
        Path target = Files.write(file.resolveSibling("target"), KeyPem.encode(KEY));
        setMode(target, "rw-------");
        Files.createLink(file, target);

        assertRefused("names (hard links)");
        assertThat(mode(target)).isEqualTo("rw-------");
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.SECONDS)
    void refusesAPipeWithoutWaitingForIt() throws Exception {
        assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor())
                .isZero();

        assertRefused("not a regular file");
        assertThatThrownBy(() -> PublicKeyFile.read(file)).isInstanceOf(UnsafeFileException.class);
    }

    @Test
    void refusesADirectory() throws IOException {
        Files.createDirectory(file);

        assertRefused("not a regular file");
    }

    @Test
    void publishesNothingWhereOthersMayReplaceIt() throws IOException {
        setMode(file.resolveSibling(""), "rwxrwx---");

        assertRefused("may be written by others");
        assertThat(file).doesNotExist();
    }

    @Test
    void readsAKeyOfAnybody() throws IOException {
        Files.write(file, KeyPem.encode(KEY));
        Path link = Files.createSymbolicLink(file.resolveSibling("link"), file);

        assertThat(PublicKeyFile.read(link)).isEqualTo(KEY);
    }

    @Test
    void tellsAMissingFileFromAMalformedOne() throws IOException {
        Path malformed = Files.writeString(file.resolveSibling("malformed"), "no key");

        assertThatThrownBy(() -> PublicKeyFile.read(file)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> PublicKeyFile.read(malformed)).isInstanceOf(MalformedKeyException.class);
    }

    @Test
    void findsNoArchiveInADirectoryWithoutOne() throws IOException {
        Files.writeString(file.resolveSibling("signing.key.pub.rotated-0123456789abcdef.new"), "torn");

        assertThat(KeyArchive.beside(file)).isEmpty();
    }

    private void assertRefused(String problem) {
        assertThatThrownBy(() -> PublicKeyFile.publish(file, KEY))
                .isInstanceOfSatisfying(
                        UnsafeFileException.class,
                        refusal -> assertThat(refusal.problem()).contains(problem));
    }
}
