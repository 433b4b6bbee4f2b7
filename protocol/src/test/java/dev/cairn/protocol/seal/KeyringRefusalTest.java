package dev.cairn.protocol.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import dev.cairn.protocol.seal.Keys.Lookup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a keyring does not use, and how it says so.
class KeyringRefusalTest {

    @TempDir
    Path temporary;

    /// The real one: a directory that others could not replace.
    Path parent = Path.of("");

    private final AtomicLong nanos = new AtomicLong();

    @BeforeEach
    void makeParent() throws IOException {
        parent = Files.createDirectory(temporary.resolve("keys"));
        TestKeys.chmod(parent, "rwx------");
    }

    @Test
    void anIdOfAnotherFormNeverBecomesAPath() throws IOException {
        Path directory = TestKeys.ring(parent);
        TestKeys.write(parent, "0123456789abcdef.key", TestKeys.FIRST);
        TestKeys.write(directory, "ABCDEF0123456789.key", TestKeys.FIRST);
        Keyring ring = ring(directory);

        for (String id : List.of(
                "",
                "../0123456789abcdef",
                "ABCDEF0123456789",
                "0123456789abcde",
                "a".repeat(65),
                "x\u0000y",
                ".lock")) {
            assertThat(ring.find(id)).isInstanceOf(Lookup.Unknown.class);
        }
    }

    @Test
    void aKeyOpenToOthersIsRefusedByNameAndClientsLearnNoPath() throws IOException {
        Path directory = TestKeys.ring(parent);
        Path file = directory.resolve(TestKeys.FIRST_ID + ".key");

        for (String mode : List.of("rw-r-----", "rw----r--", "rw--w----", "rwx--x---")) {
            TestKeys.chmod(file, mode);

            assertRefused(ring(directory).active(), file, "may be");
        }
    }

    @Test
    void aKeyThatIsOpenedToOthersLaterIsRefusedWithinASecond() throws IOException {
        Path directory = TestKeys.ring(parent);
        Keyring ring = ring(directory);
        key(ring.active());

        TestKeys.chmod(directory.resolve(TestKeys.FIRST_ID + ".key"), "rw-r--r--");
        pass(1);

        assertThat(ring.active()).isInstanceOf(Lookup.Unusable.class);
    }

    @Test
    void whatBelongsToSomebodyElseIsRefused() throws IOException {
        Path directory = TestKeys.ring(parent);
        Path file = directory.resolve(TestKeys.FIRST_ID + ".key");
        assumeTrue(new UnixSystem().getUid() == 0, "only the superuser can give files away");

        Files.setAttribute(file, "unix:uid", 65_534);
        assertRefused(ring(directory).active(), file, "belongs to user 65534");
        Files.setAttribute(directory, "unix:uid", 65_534);
        assertRefused(ring(directory).active(), directory, "belongs to user 65534");
    }

    @Test
    void linksAreRefused() throws IOException {
        Path directory = TestKeys.ring(parent);
        Path file = directory.resolve(TestKeys.FIRST_ID + ".key");
        Path elsewhere = parent.resolve("elsewhere");

        Files.createLink(elsewhere, file);
        assertRefused(ring(directory).active(), file, "2 names");
        Files.delete(file);
        Files.createSymbolicLink(file, elsewhere);
        assertRefused(ring(directory).active(), file, "symbolic link");
    }

    @Test
    void anActiveFileThatIsALinkOrOpenToOthersIsRefused() throws IOException {
        Path directory = TestKeys.ring(parent);
        Path active = directory.resolve("ACTIVE");

        TestKeys.chmod(active, "rw-rw-rw-");
        assertRefused(ring(directory).active(), active, "may be written");
        Files.move(active, parent.resolve("elsewhere"));
        Files.createSymbolicLink(active, parent.resolve("elsewhere"));
        assertRefused(ring(directory).active(), active, "symbolic link");
        Files.delete(active);
        Files.createSymbolicLink(active, parent.resolve("nowhere"));
        assertRefused(ring(directory).active(), active, "symbolic link");
        assertThat(Files.exists(parent.resolve("nowhere"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    @Test
    void aDirectoryThatOthersMayEnterOrThatIsALinkIsRefused() throws IOException {
        Path directory = TestKeys.ring(parent);
        Path link = Files.createSymbolicLink(parent.resolve("link"), directory);

        assertRefused(ring(link).active(), link, "symbolic link");
        assertThatExceptionOfType(KeyringException.class)
                .isThrownBy(() -> ring(link).rotate());
        TestKeys.chmod(directory, "rwxr-x---");
        assertRefused(ring(directory).active(), directory, "chmod 700");
        assertThatExceptionOfType(KeyringException.class)
                .isThrownBy(() -> ring(directory).rotate());
        assertThatExceptionOfType(KeyringException.class)
                .isThrownBy(() -> ring(directory).list());
        TestKeys.chmod(directory, "rwx------");
        TestKeys.chmod(parent, "rwxrwxrwx");
        assertRefused(ring(directory).active(), directory, "replaced as a whole");
    }

    @Test
    void aRingBehindALinkIsRefusedAndNoneIsMadeThere() throws IOException {
        Path directory = TestKeys.ring(parent);
        Path link = Files.createSymbolicLink(temporary.resolve("link"), parent);
        Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
        Path empty = Files.createSymbolicLink(temporary.resolve("empty"), elsewhere);
        Path dangling = Files.createSymbolicLink(temporary.resolve("dangling"), temporary.resolve("nowhere"));

        assertRefused(ring(link.resolve("seal")).active(), link, "is a symbolic link, which is not followed");
        assertRefused(ring(link.resolve("seal")).find(TestKeys.FIRST_ID), link, "symbolic link");
        for (Path place : List.of(link, empty, dangling)) {
            assertThatExceptionOfType(KeyringException.class)
                    .isThrownBy(() -> ring(place.resolve("seal")).rotate())
                    .withMessageContaining(place + ": is a symbolic link");
            assertThatExceptionOfType(KeyringException.class)
                    .isThrownBy(() -> ring(place.resolve("seal")).list());
            assertRefused(ring(place.resolve("seal")).active(), place, "symbolic link");
        }

        assertThat(elsewhere).isEmptyDirectory();
        assertThat(ring(directory).find(TestKeys.FIRST_ID)).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void aWayThatIsALinkFurtherUpIsFollowed() throws IOException {
        TestKeys.ring(parent);
        Path link = Files.createSymbolicLink(temporary.resolve("link"), temporary);

        assertThat(ring(link.resolve("keys/seal")).active()).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void anActiveFileWithoutAKeyIsAnErrorAndMakesNoKey() throws IOException {
        Path directory = TestKeys.ring(parent);

        for (String active :
                List.of("", "\n", "../" + TestKeys.FIRST_ID, TestKeys.FIRST_ID + "\n\n", "x".repeat(4096))) {
            TestKeys.write(directory, "ACTIVE", active.getBytes(UTF_8));
            assertRefused(ring(directory).active(), directory.resolve("ACTIVE"), "");
        }
        TestKeys.write(directory, "ACTIVE", "0123456789abcdef\n".getBytes(UTF_8));
        assertRefused(ring(directory).active(), directory, "0123456789abcdef");

        assertThat(ring(directory).find(TestKeys.FIRST_ID)).isInstanceOf(Lookup.Found.class);
        assertThat(names()).hasSize(3);
    }

    @Test
    void anActiveKeyThatIsNotWhatItsIdSaysDoesNotSign() throws IOException {
        Path directory = TestKeys.ring(parent);
        TestKeys.write(directory, TestKeys.FIRST_ID + ".key", TestKeys.SECOND);
        Keyring ring = ring(directory);

        assertRefused(ring.active(), directory, "is not what its id");
        assertThat(key(ring.find(TestKeys.FIRST_ID)).maySign()).isFalse();
    }

    @Test
    void anEmptyOrHugeKeyFileIsRefused() throws IOException {
        Path directory = TestKeys.ring(parent);
        Path file = directory.resolve(TestKeys.FIRST_ID + ".key");

        Files.write(file, new byte[0]);
        assertRefused(ring(directory).find(TestKeys.FIRST_ID), file, "is empty");
        Files.write(file, new byte[1 << 20]);
        assertRefused(ring(directory).find(TestKeys.FIRST_ID), file, "is too long");
        Files.delete(file);
        Files.createDirectory(file);
        assertRefused(ring(directory).find(TestKeys.FIRST_ID), file, "not a regular file");
    }

    private Keyring ring(Path directory) {
        return Keyring.in(directory, nanos::get);
    }

    private void pass(int seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    private static SealKey key(Lookup lookup) {
        return switch (lookup) {
            case Lookup.Found found -> found.key();
            case Lookup.Unusable unusable -> throw new AssertionError(unusable.reason());
            case Lookup.Unknown unknown -> throw new AssertionError(unknown);
        };
    }

    private void assertRefused(Lookup lookup, Path named, String problem) {
        assertThat(lookup).isInstanceOf(Lookup.Unusable.class);
        KeyringException reason = ((Lookup.Unusable) lookup).reason();
        assertThatThrownBy(() -> {
                    throw reason;
                })
                .hasMessageContaining(named + ": ")
                .hasMessageContaining(problem);
        assertThat(reason.publicText()).doesNotContain("/").doesNotContain(parent.toString());
    }

    private List<String> names() {
        try (var files = Files.list(parent.resolve("seal"))) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
