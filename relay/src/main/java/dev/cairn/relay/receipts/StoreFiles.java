package dev.cairn.relay.receipts;

import dev.cairn.protocol.file.OwnFile;
import dev.cairn.protocol.file.UnixAttributes;
import dev.cairn.protocol.file.UnsafeFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of the receipts store: made with the right owner and mode, and refused where others could put
/// something else in their place (`specs/receipts.md` 5, 10).
///
/// @param readGroup whose members may read; `agentreceipts-read` where there is such a group, unless given
record StoreFiles(Path db, Optional<String> readGroup) {

    private static final int FILE_MODE = 0640;
    private static final int DIRECTORY_MODE = 0750;
    private static final int PERMISSIONS = 07777;

    private static final Logger LOG = LoggerFactory.getLogger(StoreFiles.class);

    /// Takes the lock of the store, whose directory is made if it is missing, before anything else is touched.
    StoreLock lock() {
        try {
            prepareDirectory();
        } catch (UnsafeFileException e) {
            throw new ReceiptsRefusedException(e.file(), e.problem(), e.remedy());
        } catch (IOException e) {
            throw unusable(e);
        }
        return StoreLock.acquire(db);
    }

    private void prepareDirectory() throws IOException {
        Path directory = directory();
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, OwnFile.mode(DIRECTORY_MODE));
            Files.setPosixFilePermissions(
                    directory, OwnFile.mode(DIRECTORY_MODE).value());
        }
        OwnFile.checkSharedDirectory(directory);
    }

    /// Makes what is missing, and sees to the modes of what is there. Returns whose members may read.
    @Nullable
    GroupPrincipal prepare() {
        Path directory = directory();
        try {
            prepareDirectory();
            OwnFile file = own(db);
            if (!file.exists()) {
                file.create(FILE_MODE).close(); // SQLite gives its other files the mode of this one.
                OwnFile.syncDirectory(directory);
            }
            GroupPrincipal group = group(directory);
            if (group != null) {
                Files.getFileAttributeView(directory, PosixFileAttributeView.class)
                        .setGroup(group);
            }
            for (Path path : all()) {
                tighten(path, group);
            }
            return group;
        } catch (UnsafeFileException e) {
            throw new ReceiptsRefusedException(e.file(), e.problem(), e.remedy());
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /// The main file and the two that SQLite puts beside it.
    List<Path> all() {
        return Stream.of("", "-wal", "-shm")
                .map(suffix -> db.resolveSibling(db.getFileName() + suffix))
                .toList();
    }

    Path directory() {
        return db.toAbsolutePath().resolveSibling("");
    }

    ReceiptsRefusedException unusable(Exception cause) {
        return new ReceiptsRefusedException(
                db, "cannot be used: " + cause.getMessage(), "Check the path, its permissions and the disk.", cause);
    }

    private static void tighten(Path path, @Nullable GroupPrincipal group) throws IOException {
        OwnFile file = own(path);
        if (!file.exists()) {
            return;
        }
        if (group != null) {
            Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setGroup(group);
        }
        UnixAttributes found = UnixAttributes.of(path);
        if (found.isRegularFile() && (found.mode() & PERMISSIONS & ~FILE_MODE) != 0) {
            Files.setPosixFilePermissions(path, OwnFile.mode(FILE_MODE).value());
        }
        file.check();
    }

    /// The group that was named, or the usual one where there is one.
    private @Nullable GroupPrincipal group(Path directory) throws IOException {
        String name = readGroup.orElse(ReadersWay.USUAL_GROUP);
        GroupPrincipal group;
        try {
            group = directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
        } catch (IOException e) {
            if (readGroup.isPresent()) {
                throw new ReceiptsRefusedException(
                        db, "there is no group " + name + ".", "Make it, or leave out receipts.read_group.", e);
            }
            return null;
        }
        if (readGroup.isEmpty() && !mayGive(directory, group)) {
            return null;
        }
        return group;
    }

    /// A group that nobody asked for is given where that is possible.
    private static boolean mayGive(Path directory, GroupPrincipal group) {
        try {
            Files.getFileAttributeView(directory, PosixFileAttributeView.class).setGroup(group);
            return true;
        } catch (IOException _) {
            LOG.atInfo().addKeyValue("group", group.getName()).log("its members cannot be let read the receipts");
            return false;
        }
    }

    private static OwnFile own(Path path) {
        Path file = path.toAbsolutePath();
        return new OwnFile(file.resolveSibling(""), String.valueOf(file.getFileName()), OwnFile.Access.READ);
    }
}
