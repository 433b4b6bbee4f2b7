package dev.cairn.relay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenFileTest {

    private final SecureRandom random = new SecureRandom();

    @TempDir
    Path dir;

    @Test
    void makesATokenThatOnlyItsOwnerMayRead() throws IOException {
        BearerToken token = TokenFile.openOrCreate(dir, random);

        assertThat(token.reveal()).hasSize(BearerToken.LENGTH);
        assertThat(dir.resolve(TokenFile.NAME)).hasContent(token.reveal() + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.resolve(TokenFile.NAME))))
                .isEqualTo("rw-------");
        assertThat(dir).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void findsTheSameTokenAgain() throws IOException {
        BearerToken made = TokenFile.openOrCreate(dir, random);

        assertThat(TokenFile.openOrCreate(dir, random).reveal()).isEqualTo(made.reveal());
        assertThat(TokenFile.read(dir).matches(made.reveal())).isTrue();
    }

    @Test
    void makesAnotherTokenForAnotherRelay() throws IOException {
        Path other = Files.createDirectory(dir.resolve("other"));

        assertThat(TokenFile.openOrCreate(dir, random)
                        .matches(TokenFile.openOrCreate(other, random).reveal()))
                .isFalse();
    }

    @Test
    void doesNotMakeOneToReadIt() {
        assertThatThrownBy(() -> TokenFile.read(dir)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void replacesADraftThatAnInterruptedStartLeft() throws IOException {
        Files.writeString(dir.resolve("http.token.new"), "half");

        TokenFile.openOrCreate(dir, random);

        assertThat(dir).isDirectoryNotContaining("glob:**.new");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx--x---"})
    void refusesAFileThatOthersMayUse(String permissions) throws IOException {
        TokenFile.openOrCreate(dir, random);
        Files.setPosixFilePermissions(dir.resolve(TokenFile.NAME), PosixFilePermissions.fromString(permissions));

        assertThatThrownBy(() -> TokenFile.openOrCreate(dir, random))
                .hasMessageContaining("http.token")
                .hasMessageContaining("its mode must be 0600");
    }

    @Test
    void refusesASymbolicLink() throws IOException {
        Path elsewhere = Files.createDirectory(dir.resolve("elsewhere"));
        TokenFile.openOrCreate(elsewhere, random);
        Files.createSymbolicLink(dir.resolve(TokenFile.NAME), elsewhere.resolve(TokenFile.NAME));

        assertThatThrownBy(() -> TokenFile.openOrCreate(dir, random)).hasMessageContaining("not a regular file");
    }

    @Test
    void refusesASymbolicLinkThatLeadsNowhere() throws IOException {
        Files.createSymbolicLink(dir.resolve(TokenFile.NAME), dir.resolve("nothing"));

        assertThatThrownBy(() -> TokenFile.openOrCreate(dir, random)).hasMessageContaining("not a regular file");
        assertThat(dir.resolve("nothing")).doesNotExist();
    }

    @Test
    void refusesAFileWithTwoNames() throws IOException {
        TokenFile.openOrCreate(dir, random);
        Files.createLink(dir.resolve("second"), dir.resolve(TokenFile.NAME));

        assertThatThrownBy(() -> TokenFile.openOrCreate(dir, random)).hasMessageContaining("more than one name");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "short",
                "has blanks has blanks has blanks has blanks",
                "ü23456789012345678901234567890123456789012"
            })
    void refusesContentThatIsNoTokenWithoutShowingIt(String content) throws IOException {
        TokenFile.openOrCreate(dir, random);
        Files.writeString(dir.resolve(TokenFile.NAME), content);

        assertThatThrownBy(() -> TokenFile.openOrCreate(dir, random))
                .hasMessageContaining("remove it to have a new one made")
                .satisfies(refusal -> assertThat(
                                content.isEmpty() || !refusal.toString().contains(content))
                        .isTrue());
    }

    @Test
    void refusesAFileThatIsTooLarge() throws IOException {
        BearerToken token = TokenFile.openOrCreate(dir, random);
        Files.writeString(dir.resolve(TokenFile.NAME), token.reveal() + "\n\n\n");

        assertThatThrownBy(() -> TokenFile.openOrCreate(dir, random))
                .hasMessageContaining("it is larger than 45 bytes");
    }

    @Test
    void neverShowsASecretByAccident() {
        BearerToken token = BearerToken.random(random);

        assertThat("token: " + token).doesNotContain(token.reveal());
        assertThat(token.matches(token.reveal())).isTrue();
        assertThat(token.matches(token.reveal() + "x")).isFalse();
        assertThat(token.matches("")).isFalse();
    }
}
