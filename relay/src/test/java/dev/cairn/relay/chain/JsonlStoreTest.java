package dev.cairn.relay.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cairn.protocol.file.UnixAttributes;
import dev.cairn.relay.chain.ChainStore.Outcome;
import dev.cairn.relay.chain.ChainStore.UnknownFateException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonlStoreTest {

    private static final String NAME = "log.jsonl";

    @TempDir
    private Path dir;

    @BeforeEach
    void makeItSafe() throws IOException {
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void appendsBehindWhatIsThere() throws IOException {
        Files.writeString(log(), "one\n");
        try (JsonlStore store = open()) {

            Outcome outcome = store.append(bytes("two\n"));

            assertThat(outcome).isInstanceOf(Outcome.Stored.class);
            assertThat(store.size()).isEqualTo(8);
        }
        assertThat(log()).hasContent("one\ntwo\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {0640, 0644, 0600})
    void makesTheFileWithItsModeWhateverTheUmask(int mode) throws IOException {
        JsonlStore.open(dir, NAME, mode).close();

        assertThat(UnixAttributes.of(log()).mode() & 0777).isEqualTo(mode);
    }

    @Test
    void makesAMissingDirectoryThatOthersMayEnterButNotWrite() throws IOException {
        Path missing = dir.resolve("a/b");

        JsonlStore.open(missing, NAME, 0640).close();

        assertThat(UnixAttributes.of(missing).mode() & 0777).isEqualTo(0755);
    }

    @Test
    void refusesASymbolicLink() throws IOException {
        Path elsewhere = Files.createFile(dir.resolve("elsewhere"));
        Files.createSymbolicLink(log(), elsewhere);

        assertRefused("symbolic link");

        assertThat(elsewhere).isEmptyFile();
    }

    @Test
    void refusesASymbolicLinkToNothing() throws IOException {
        Files.createSymbolicLink(log(), dir.resolve("nothing"));

        assertRefused("symbolic link");

        assertThat(dir.resolve("nothing")).doesNotExist();
    }

    @Test
    void refusesAFileWithAnotherName() throws IOException {
        Files.createFile(log());
        Files.createLink(dir.resolve("other"), log());

        assertRefused("2 names (hard links)");
    }

    @Test
    void refusesADirectoryInItsPlace() throws IOException {
        Files.createDirectory(log());

        assertRefused("not a regular file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwxr-x", "rwxr-xrwx", "rwxrwxrwx"})
    void refusesADirectoryThatOthersMayWrite(String mode) throws IOException {
        Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString(mode));

        assertRefused("chmod go-w " + dir);
    }

    @Test
    void refusesAFileThatOthersMayWrite() throws IOException {
        Files.createFile(log());
        Files.setPosixFilePermissions(log(), PosixFilePermissions.fromString("rw-rw----"));

        assertRefused("chmod go-w " + log());
    }

    @Test
    void refusesToGoOnWhenAnotherProcessWroteToTheLog() throws IOException {
        try (JsonlStore store = open()) {
            Files.writeString(log(), "intruder\n", StandardOpenOption.APPEND);

            assertThatExceptionOfType(UnknownFateException.class)
                    .isThrownBy(() -> store.append(bytes("line\n")))
                    .withMessageContaining("another process");
        }
        assertThat(log()).hasContent("intruder\n");
    }

    @Test
    void noticesThatItsNameLeadsElsewhere() throws IOException {
        try (JsonlStore store = open()) {
            boolean before = store.isInPlace();
            Files.move(log(), dir.resolve("log.jsonl.1"));
            boolean moved = store.isInPlace();
            Files.createFile(log());

            boolean replaced = store.isInPlace();

            assertThat(before).isTrue();
            assertThat(moved).isFalse();
            assertThat(replaced).isFalse();
        }
    }

    private void assertRefused(String why) {
        assertThatExceptionOfType(StartRefusedException.class)
                .isThrownBy(this::open)
                .withMessageContaining(why)
                .withMessageContaining(dir.toString());
    }

    private JsonlStore open() {
        return JsonlStore.open(dir, NAME, 0640);
    }

    private Path log() {
        return dir.resolve(NAME);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
