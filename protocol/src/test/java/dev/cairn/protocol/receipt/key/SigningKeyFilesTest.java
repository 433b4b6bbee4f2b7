package dev.cairn.protocol.receipt.key;

import static dev.cairn.protocol.receipt.key.KeyDirectory.mode;
import static dev.cairn.protocol.receipt.key.KeyDirectory.setMode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.file.UnsafeFileException;
import dev.cairn.protocol.receipt.KeyRotation;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SigningKeyFilesTest {

    private final SecureRandom random = new SecureRandom();

    @TempDir
    private Path temporary;

    private Path directory;
    private SigningKeyFiles files;

    @BeforeEach
    void nameTheFiles() throws IOException {
        directory = KeyDirectory.in(temporary);
        files = SigningKeyFiles.of(directory.resolve("signing.key"));
    }

    @Nested
    class Generating {

        @Test
        void makesAPairForItsOwnerAndAPublicKeyForAll() throws IOException {
            Ed25519KeyPair made = files.generate(random);

            assertThat(files.open().publicKey()).isEqualTo(made.publicKey());
            assertThat(PublicKeyFile.read(files.publicKey())).isEqualTo(made.publicKey());
            assertThat(files.publicKey()).isEqualTo(directory.resolve("signing.key.pub"));
            assertThat(mode(files.key())).isEqualTo("rw-------");
            assertThat(mode(files.publicKey())).isEqualTo("rw-r--r--");
            assertThat(directory).isDirectoryNotContaining("glob:**.new");
        }

        @Test
        void makesTheDirectoriesThatAreMissing() throws IOException {
            Path deep = directory.resolve("a/b/signing.key");

            SigningKeyFiles.of(deep).generate(random);

            assertThat(mode(directory.resolve("a/b"))).isEqualTo("rwxr-x---");
            assertThat(deep).exists();
        }

        @ParameterizedTest
        @ValueSource(strings = {"signing.key", "signing.key.pub"})
        void overwritesNeitherFile(String name) throws IOException {
            Path existing = Files.writeString(directory.resolve(name), "precious");

            assertThatThrownBy(() -> files.generate(random)).isInstanceOf(FileAlreadyExistsException.class);
            assertThat(existing).hasContent("precious");
            assertThat(directory)
                    .isDirectoryContaining("glob:**" + name)
                    .satisfies(dir -> assertThat(dir.toFile().list()).hasSize(1));
        }

        @Test
        void leavesNoPrivateKeyWhereThePublicOneCannotBeWritten() throws IOException {
            Path open = Files.createDirectory(directory.resolve("open"));
            setMode(open, "rwxrwxrwx");
            SigningKeyFiles apart = new SigningKeyFiles(files.key(), open.resolve("key.pub"));

            assertThatThrownBy(() -> apart.generate(random)).isInstanceOf(UnsafeFileException.class);
            assertThat(files.key()).doesNotExist();
        }

        @Test
        void makesNoKeyInADirectoryThatOthersMayWrite() throws IOException {
            setMode(directory, "rwxrwx---");

            assertThatThrownBy(() -> files.generate(random)).isInstanceOf(UnsafeFileException.class);
            assertThat(files.key()).doesNotExist();
        }
    }

    @Nested
    class Reading {

        @ParameterizedTest
        @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx-----x"})
        void refusesAKeyThatOthersMayUse(String looser) throws IOException {
            files.generate(random);
            setMode(files.key(), looser);

            assertThatThrownBy(files::open)
                    .isInstanceOf(UnsafeFileException.class)
                    .hasMessageContaining(files.key().toString());
        }

        @Test
        void readsAKeyThatItsOwnerMayOnlyRead() throws IOException {
            Ed25519PublicKey key = files.generate(random).publicKey();
            setMode(files.key(), "r--------");

            assertThat(files.open().publicKey()).isEqualTo(key);
        }

        @Test
        void refusesASymbolicLink() throws IOException {
            files.generate(random);
            Path elsewhere = Files.move(files.key(), directory.resolve("elsewhere"));
            Files.createSymbolicLink(files.key(), elsewhere);

            assertThatThrownBy(files::open).hasMessageContaining("symbolic link");
        }

        @Test
        void refusesASecondName() throws IOException {
            files.generate(random);
            Files.createLink(directory.resolve("second"), files.key());

            assertThatThrownBy(files::open).hasMessageContaining("names");
        }

        @Test
        void refusesADirectoryInItsPlace() throws IOException {
            Files.createDirectory(files.key());

            assertThatThrownBy(files::open).hasMessageContaining("not a regular file");
        }

        @Test
        void refusesAKeyInADirectoryThatOthersMayWrite() throws IOException {
            files.generate(random);
            setMode(directory, "rwxrwx---");

            assertThatThrownBy(() -> SigningKeyFile.read(files.key())).hasMessageContaining("may be written by others");
        }

        @Test
        void readsNoMoreThan16KiB() throws IOException {
            Ed25519PublicKey key = files.generate(random).publicKey();
            Files.writeString(files.key(), Files.readString(files.key()) + " ".repeat(16 * 1024 - 119));
            assertThat(files.key()).hasSize(16 * 1024);

            Ed25519KeyPair atTheLimit = files.open();
            Files.writeString(files.key(), Files.readString(files.key()) + " ");

            assertThat(atTheLimit.publicKey()).isEqualTo(key);
            assertThatThrownBy(files::open).hasMessageContaining("larger than 16384 bytes");
        }

        @Test
        void refusesWhatIsNoKeyWithoutShowingIt() throws IOException {
            Files.writeString(files.key(), "hunter2");
            setMode(files.key(), "rw-------");

            assertThatThrownBy(files::open)
                    .isInstanceOf(MalformedKeyException.class)
                    .hasMessageContaining(files.key().toString())
                    .hasMessageNotContaining("hunter2")
                    .hasNoCause();
        }

        @Test
        void makesNoKeyByReading() {
            assertThatThrownBy(files::open).isInstanceOf(NoSuchFileException.class);
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Nested
    class Rotating {

        private Ed25519PublicKey old;

        @BeforeEach
        void makeAKey() throws IOException {
            old = files.generate(random).publicKey();
        }

        @Test
        void archivesTheOldKeyAndPublishesTheNew() throws IOException {
            files.archive(old);
            Ed25519PublicKey next = files.prepareNext(random).publicKey();
            Ed25519PublicKey during = files.open().publicKey();
            files.adoptNext();

            assertThat(during).isEqualTo(old);
            assertThat(files.open().publicKey()).isEqualTo(next).isNotEqualTo(old);
            assertThat(PublicKeyFile.read(files.publicKey())).isEqualTo(next);
            assertThat(KeyArchive.beside(files.publicKey()))
                    .containsExactly(new KeyArchive.Archived(KeyArchive.fileOf(files.publicKey(), old), old));
            assertThat(mode(KeyArchive.fileOf(files.publicKey(), old))).isEqualTo("rw-r--r--");
            assertThat(mode(files.key())).isEqualTo("rw-------");
            assertThat(files.next()).doesNotExist();
        }

        @Test
        void namesTheArchiveByTheEndOfTheFingerprint() {
            String fingerprint = KeyRotation.fingerprint(old);

            assertThat(KeyArchive.fileOf(files.publicKey(), old))
                    .isEqualTo(directory.resolve("signing.key.pub.rotated-" + fingerprint.substring(7 + 48)));
        }

        @Test
        void isUndoneAtStartWhenTheStoreDoesNotKnowIt() throws IOException {
            files.archive(old);
            files.prepareNext(random);

            SigningKeyFiles.Interrupted found = files.settle(null);

            assertThat(found).isEqualTo(SigningKeyFiles.Interrupted.UNDONE);
            assertThat(files.next()).doesNotExist();
            assertThat(KeyArchive.beside(files.publicKey())).isEmpty();
            assertThat(files.open().publicKey()).isEqualTo(old);
        }

        @Test
        void isFinishedAtStartWhenTheStoreKnowsIt() throws IOException {
            files.archive(old);
            Ed25519PublicKey next = files.prepareNext(random).publicKey();

            SigningKeyFiles.Interrupted found = files.settle(next);

            assertThat(found).isEqualTo(SigningKeyFiles.Interrupted.FINISHED);
            assertThat(files.open().publicKey()).isEqualTo(next);
            assertThat(files.settle(next)).isEqualTo(SigningKeyFiles.Interrupted.NONE);
        }

        @Test
        void isFinishedAtStartWhenItWasInterruptedAfterPublishing() throws IOException {
            files.archive(old);
            Ed25519PublicKey next = files.prepareNext(random).publicKey();
            PublicKeyFile.replaceArchived(
                    files.publicKey(), next); // The step before the last, and then the power fails.

            files.settle(next);

            assertThat(files.open().publicKey()).isEqualTo(next);
        }

        @Test
        void takesAnOlderRotationInTheStoreForNoReasonToFinish() throws IOException {
            files.prepareNext(random);

            assertThat(files.settle(old)).isEqualTo(SigningKeyFiles.Interrupted.UNDONE);
        }

        @Test
        void clearsWhatAnInterruptedAttemptLeft() throws IOException {
            Path draft = Files.write(directory.resolve("signing.key.next.new"), new byte[7]);
            files.archive(old);
            Ed25519PublicKey first = files.prepareNext(random).publicKey();
            Ed25519PublicKey second = files.prepareNext(random).publicKey();

            assertThat(draft).doesNotExist();
            assertThat(first).isNotEqualTo(second);
            assertThat(files.adoptNext().publicKey()).isEqualTo(second);
        }

        @Test
        void replacesNoPublishedKeyThatIsNotArchived() throws IOException {
            files.prepareNext(random);

            assertThatThrownBy(files::adoptNext).isInstanceOf(UnsafeFileException.class);
            assertThat(PublicKeyFile.read(files.publicKey())).isEqualTo(old);
            assertThat(files.open().publicKey()).isEqualTo(old);
        }

        @Test
        void archivesTwiceAsOnceButNeverOverAnotherKey() throws IOException {
            files.archive(old);
            files.archive(old);
            Path archive = KeyArchive.fileOf(files.publicKey(), old);
            Files.write(archive, KeyPem.encode(Ed25519KeyPair.generate(random).publicKey()));

            assertThatThrownBy(() -> files.archive(old)).isInstanceOf(UnsafeFileException.class);
        }
    }
}
