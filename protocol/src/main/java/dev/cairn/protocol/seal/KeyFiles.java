package dev.cairn.protocol.seal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.cairn.protocol.file.OwnFile;
import dev.cairn.protocol.file.UnixAttributes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The directory of a keyring (`specs/audit-relay.md` 5.2): a file for each key, and one that names the active key.
///
/// Whatever is opened is checked first: owner, mode, no link, one name. Whatever is written appears whole or
/// not at all: a crash leaves at most a temporary file, which the next writer removes.
final class KeyFiles {

    /// Most keys in a ring.
    static final int KEYS_MAX = 4096;

    private static final String ACTIVE = "ACTIVE";
    private static final String KEY_SUFFIX = ".key";
    private static final String TEMPORARY = ".writing";
    private static final String LOCK = ".lock";
    private static final int DIRECTORY_MODE = 0700;
    private static final int FILE_MODE = 0600;
    private static final int KEY_FILE_MAX = 1024;
    private static final int ACTIVE_MAX = 128;

    /// Within this process file locks do not exclude.
    private static final ReentrantLock WRITERS = new ReentrantLock();

    private final Path directory;

    KeyFiles(Path directory) {
        this.directory = directory;
    }

    /// Whether it is there; where it would be, it may be made.
    boolean directoryExists() throws KeyringException {
        checkPlace();
        return Files.exists(directory, LinkOption.NOFOLLOW_LINKS);
    }

    private void checkPlace() throws KeyringException {
        try {
            OwnFile.checkSecretPlace(directory);
        } catch (IOException e) {
            throw KeyringException.of(directory, "the keyring", e);
        }
    }

    void checkDirectory() throws KeyringException {
        try {
            OwnFile.checkSecretDirectory(directory);
        } catch (IOException e) {
            throw KeyringException.of(directory, "the keyring", e);
        }
    }

    void makeDirectory() throws KeyringException {
        checkPlace();
        try {
            makeDirectories(directory.toAbsolutePath());
        } catch (IOException e) {
            throw KeyringException.of(directory, "the keyring", e);
        }
        checkDirectory();
    }

    /// Each durably: a seal that outlives its key can be checked by nobody.
    private static void makeDirectories(Path wanted) throws IOException {
        Path parent = wanted.getParent();
        if (parent == null || Files.exists(wanted, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        makeDirectories(parent);
        try {
            Files.createDirectory(wanted, OwnFile.mode(DIRECTORY_MODE));
        } catch (FileAlreadyExistsException _) {
            return; // Another process was quicker.
        }
        OwnFile.syncDirectory(parent);
    }

    /// The ids for which there are files, in order.
    Set<String> ids() throws KeyringException {
        Set<String> ids = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                String id = name.endsWith(KEY_SUFFIX) ? name.substring(0, name.length() - KEY_SUFFIX.length()) : "";
                if (SealKey.isId(id)) {
                    ids.add(id);
                }
                if (ids.size() > KEYS_MAX) {
                    throw KeyringException.of(
                            directory,
                            "the keyring",
                            "holds more than " + KEYS_MAX + " keys.",
                            "Move away keys that no signature in use was made with.");
                }
            }
        } catch (DirectoryIteratorException e) {
            throw KeyringException.of(directory, "the keyring", new IOException(e));
        } catch (IOException e) {
            throw KeyringException.of(directory, "the keyring", e);
        }
        return ids;
    }

    /// The id of the active key; `null` if none is named.
    @Nullable
    String activeId() throws KeyringException {
        OwnFile file = file(ACTIVE);
        if (!file.exists()) {
            return null;
        }
        String subject = "the keyring's " + ACTIVE;
        String text = new String(read(file, subject, ACTIVE_MAX), ISO_8859_1);
        String id = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        if (!SealKey.isId(id)) {
            throw KeyringException.of(
                    file.path(), subject, "holds no key id.", "Write the id of the key to sign with into it.");
        }
        return id;
    }

    SealKey read(String id) throws KeyringException {
        OwnFile file = keyFile(id);
        String subject = "key " + id;
        byte[] content = read(file, subject, KEY_FILE_MAX);
        try {
            return SealKey.of(id, content);
        } catch (IllegalArgumentException _) {
            throw KeyringException.of(file.path(), subject, "is empty.", "Restore it from a backup.");
        } finally {
            Arrays.fill(content, (byte) 0);
        }
    }

    /// The key file's attributes, which are what they must be.
    UnixAttributes check(String id) throws IOException {
        return keyFile(id).check();
    }

    /// Does something while no other process or thread writes to the directory.
    <T> T exclusively(Writing<T> writing) throws KeyringException {
        makeDirectory();
        WRITERS.lock();
        try (FileChannel channel = openLock();
                FileLock _ = channel.lock()) {
            return writing.run();
        } catch (IOException e) {
            throw KeyringException.of(directory, "the keyring", e);
        } finally {
            WRITERS.unlock();
        }
    }

    interface Writing<T> {
        T run() throws IOException;
    }

    /// Adds a key; only within [#exclusively].
    void writeKey(String id, byte[] raw) throws IOException {
        write(id + KEY_SUFFIX, raw);
    }

    /// Names the key to sign with; only within [#exclusively].
    void writeActive(String id) throws IOException {
        write(ACTIVE, (id + "\n").getBytes(ISO_8859_1));
    }

    private void write(String name, byte[] content) throws IOException {
        OwnFile temporary = file(TEMPORARY);
        Files.deleteIfExists(temporary.path());
        try (FileChannel channel = temporary.create(FILE_MODE)) {
            ByteBuffer buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
            Files.move(temporary.path(), file(name).path(), StandardCopyOption.ATOMIC_MOVE);
            OwnFile.syncDirectory(directory);
        } finally {
            Files.deleteIfExists(temporary.path());
        }
    }

    private FileChannel openLock() throws IOException {
        OwnFile file = file(LOCK);
        if (!file.exists()) {
            return file.create(FILE_MODE);
        }
        return file.open(StandardOpenOption.WRITE);
    }

    private static byte[] read(OwnFile file, String subject, int max) throws KeyringException {
        try (FileChannel channel = file.open(StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate(max + 1);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // On to the end.
            }
            if (!buffer.hasRemaining()) {
                throw KeyringException.of(file.path(), subject, "is too long.", "Move it away.");
            }
            byte[] content = Arrays.copyOf(buffer.array(), buffer.position());
            Arrays.fill(buffer.array(), (byte) 0);
            return content;
        } catch (IOException e) {
            throw KeyringException.of(file.path(), subject, e);
        }
    }

    private OwnFile keyFile(String id) {
        if (!SealKey.isId(id)) {
            throw new IllegalArgumentException("no key id"); // Checked by whoever got it from outside.
        }
        return file(id + KEY_SUFFIX);
    }

    private OwnFile file(String name) {
        return new OwnFile(directory, name, OwnFile.Access.NONE);
    }
}
