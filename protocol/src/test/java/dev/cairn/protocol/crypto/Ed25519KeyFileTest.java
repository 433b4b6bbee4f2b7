package dev.cairn.protocol.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Ed25519KeyFileTest {

    private final SecureRandom random = new SecureRandom();

    @TempDir
    private Path temporary;

    private Path directory;
    private Path file;

    @BeforeEach
    void makeADirectory() throws IOException {
        directory = Files.createDirectory(temporary.resolve("keys"));
        setMode(directory, "rwx------");
        file = directory.resolve("witness.key");
    }

    @Test
    void makesAKeyOnceAndFindsItAgain() throws IOException {
        Ed25519KeyPair made = Ed25519KeyFile.openOrCreate(file, random);
        Ed25519KeyPair found = Ed25519KeyFile.openOrCreate(file, random);

        assertThat(found.publicKey()).isEqualTo(made.publicKey());
        assertThat(Files.readAllBytes(file)).hasSize(32);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(directory).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void readsARawSeed() throws IOException {
        byte[] seed = new byte[32];
        seed[0] = '\n';
        write(seed);

        assertThat(Ed25519KeyFile.read(file).publicKey())
                .isEqualTo(Ed25519KeyPair.fromSeed(seed).publicKey());
    }

    @Test
    void replacesWhatAnInterruptedStartLeft() throws IOException {
        Files.write(directory.resolve("witness.key.new"), new byte[7]);

        Ed25519KeyFile.openOrCreate(file, random);

        assertThat(directory).isDirectoryNotContaining("glob:**.new");
        assertThat(Files.size(file)).isEqualTo(32);
    }

    @Test
    void readingMakesNoKey() {
        assertThatThrownBy(() -> Ed25519KeyFile.read(file)).isInstanceOf(NoSuchFileException.class);
        assertThat(file).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx-----x"})
    void refusesAKeyThatOthersMayUse(String mode) throws IOException {
        write(new byte[32]);
        setMode(file, mode);

        assertRefused("others may use it; its mode must be 0600: chmod 600 " + file);
    }

    @Test
    void refusesASymbolicLink() throws IOException {
        Path elsewhere = Files.write(directory.resolve("elsewhere"), new byte[32]);
        setMode(elsewhere, "rw-------");
        Files.createSymbolicLink(file, elsewhere);

        assertRefused("it is not a regular file");
    }

    @Test
    void refusesADirectoryInItsPlace() throws IOException {
        Files.createDirectory(file);

        assertRefused("it is not a regular file");
    }

    @Test
    void refusesAKeyWithASecondName() throws IOException {
        write(new byte[32]);
        Files.createLink(directory.resolve("second"), file);

        assertRefused("it has more than one name");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 31, 33, 64})
    void refusesAnotherLength(int length) throws IOException {
        write(new byte[length]);

        assertRefused("it does not hold exactly 32 bytes");
    }

    @Test
    void neitherReadsNorMakesAKeyWhereOthersMayReplaceIt() throws IOException {
        setMode(directory, "rwxrwx---");

        assertRefused("others may write its directory, and so replace it");
        assertThat(file).doesNotExist();
    }

    private void assertRefused(String reason) {
        assertThatThrownBy(() -> Ed25519KeyFile.openOrCreate(file, random))
                .isInstanceOfSatisfying(
                        FileSystemException.class,
                        refusal -> assertThat(refusal.getReason()).isEqualTo(reason))
                .hasMessageContaining(file.toString());
    }

    private void write(byte[] content) throws IOException {
        Files.write(file, content);
        setMode(file, "rw-------");
    }

    private static void setMode(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }
}
