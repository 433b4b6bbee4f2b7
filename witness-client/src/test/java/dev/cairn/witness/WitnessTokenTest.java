package dev.cairn.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WitnessTokenTest {

    @TempDir
    private Path directory;

    @Test
    void isReadFromAFile() throws IOException {
        WitnessToken token = WitnessToken.read(file("s3cret\n", "rw-------"));

        assertThat(token.authorization()).isEqualTo("Bearer s3cret");
        assertThat(token.toString()).isEqualTo("token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s3cret s3cret", "s3cret\r\nX: y", "s3cr\u00E9t", "s3cret\0"})
    void isPrintableAsciiWithoutBlanks(String secret) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WitnessToken.of(secret))
                .withMessage("expected a token of 1 to 4096 printable characters without blanks");
    }

    @Test
    void isNotTakenFromAFileThatOthersMayUse() throws IOException {
        Path file = file("s3cret", "rw-r-----");

        assertThatThrownBy(() -> WitnessToken.read(file))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("others may use it");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " \n", "s3cret\nsecond"})
    void isNotTakenFromAFileThatHoldsNone(String content) throws IOException {
        Path file = file(content, "rw-------");

        assertThatThrownBy(() -> WitnessToken.read(file))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining(file.toString())
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void isNotTakenFromAFileThatIsTooLargeOrNoneAtAll() throws IOException {
        Path file = file("x".repeat(WitnessToken.LENGTH_MAX + 1), "rw-------");

        assertThatThrownBy(() -> WitnessToken.read(file)).hasMessageContaining("it is larger than 4096 bytes");
        assertThatThrownBy(() -> WitnessToken.read(directory)).hasMessageContaining("it is not a regular file");
        assertThatThrownBy(() -> WitnessToken.read(directory.resolve("absent"))).isInstanceOf(IOException.class);
    }

    private Path file(String content, String mode) throws IOException {
        Path file = Files.writeString(directory.resolve("token"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
