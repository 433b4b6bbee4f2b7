package dev.cairn.relay.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensFileTest {

    private static final String SECRET = "0123456789abcdef";

    @TempDir
    private Path dir;

    @Test
    void holdsOwnersWhoMayHaveSeveralTokens() throws IOException {
        Tokens tokens = TokensFile.read(
                file("# relays\n\n alice:" + SECRET + "\r\nalice:" + SECRET + "2\nbob:" + SECRET + "3", "rw-------"));

        assertThat(tokens.count()).isEqualTo(3);
        assertThat(tokens.areRequired()).isTrue();
        assertThat(tokens.nameOf(SECRET)).contains("alice");
        assertThat(tokens.nameOf(SECRET + "2")).contains("alice");
        assertThat(tokens.nameOf(SECRET + "3")).contains("bob");
        assertThat(tokens.nameOf(SECRET + "4")).isEmpty();
        assertThat(tokens.nameOf("")).isEmpty();
        assertThat(tokens.toString()).doesNotContain(SECRET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "# nobody\n",
                "alice",
                ":" + SECRET,
                "alice:short",
                "ali ce:" + SECRET,
                "alice: " + SECRET,
                "alice:" + SECRET + " x",
                "alice:" + SECRET + "\nbob:" + SECRET
            })
    void refusesALineThatIsNotOneAndDoesNotShowIt(String text) throws IOException {
        Path file = file(text, "rw-------");

        assertThatThrownBy(() -> TokensFile.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ": ")
                .message()
                .doesNotContain(SECRET)
                .doesNotContain("short");
    }

    @Test
    void refusesAFileThatOthersMayUseOrReplace() throws IOException {
        Path exposed = file("alice:" + SECRET, "rw-r-----");
        Path link = Files.createSymbolicLink(dir.resolve("link"), file("alice:" + SECRET, "rw-------"));
        Path second = file("alice:" + SECRET, "rw-------");
        Files.createLink(dir.resolve("other"), second);

        assertThatThrownBy(() -> TokensFile.read(exposed)).hasMessageContaining("chmod 600");
        assertThatThrownBy(() -> TokensFile.read(link)).hasMessageContaining("not a regular file");
        assertThatThrownBy(() -> TokensFile.read(second)).hasMessageContaining("more than one name");
        assertThatThrownBy(() -> TokensFile.read(dir.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }

    private Path file(String text, String mode) throws IOException {
        Path file = Files.createTempFile(dir, "tokens", "");
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
