package dev.cairn.relay.ingress;

import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// One path on which clients find the relay (`specs/audit-relay.md` 1.1, 4.3).
///
/// [#prepare] probes the path, the ingress verticles bind [#bindAddress] in a 0700 directory beside it, where
/// nobody else can connect, and [#open] gives the socket its mode and group and moves it into place. A crash
/// before that leaves the directory behind and no socket; a crash after it leaves a socket that nobody
/// answers, which the next start removes.
///
/// All methods block on the file system.
public final class UnixSocketDoor {

    /// What is spoken behind a door.
    public enum Speech {
        /// Lines or frames, told by a connection's first byte: one of Cairn's own sockets.
        BY_FIRST_BYTE,
        /// Lines, whatever the first byte is: the audit dialect's well-known socket.
        LINES,
        /// Frames, likewise: the receipts dialect's well-known socket.
        FRAMES
    }

    private static final int MODES_ALLOWED = 0666; // A socket is never executed.
    private static final int FORMAT_MASK = 0170000;
    private static final int FORMAT_SOCKET = 0140000;
    private static final int MACOS_ADDRESS_MAX = 103;
    private static final int ADDRESS_MAX = 107;
    private static final String NAME_IN_STAGE = "s";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> TRAVERSABLE = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final Set<PosixFilePermission> GROUP_ONLY = PosixFilePermissions.fromString("rwxr-x---");

    private final Path path;
    private final Speech speech;
    private final Set<PosixFilePermission> mode;
    private final @Nullable GroupPrincipal group;
    private final Path stage;
    private @Nullable Object openedKey;

    private UnixSocketDoor(
            Path path, Speech speech, Set<PosixFilePermission> mode, @Nullable GroupPrincipal group, Path stage) {
        this.path = path;
        this.speech = speech;
        this.mode = mode;
        this.group = group;
        this.stage = stage;
    }

    /// Makes sure that nobody answers at `path`, and prepares to listen there.
    ///
    /// @param mode permission bits, without any execute bit
    /// @throws SocketRefusedException if the path is too long, is no socket, or belongs to a live process
    public static UnixSocketDoor prepare(Path path, Speech speech, int mode, Optional<String> group) {
        return prepare(path, speech, mode, group, true);
    }

    /// The same for the members of a group that nobody asked for: it is passed over where there is no such
    /// group, or where we may not give it a file.
    public static UnixSocketDoor prepareForUsual(Path path, Speech speech, int mode, String group) {
        return prepare(path, speech, mode, Optional.of(group), false);
    }

    private static UnixSocketDoor prepare(
            Path path, Speech speech, int mode, Optional<String> group, boolean isGroupRequired) {
        Path target = path.toAbsolutePath().normalize();
        if ((mode & ~MODES_ALLOWED) != 0) {
            throw new SocketRefusedException(target, "mode 0" + Integer.toOctalString(mode) + " is not allowed");
        }
        Path stage = target.resolveSibling(
                "." + Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36, 36 * 36 * 36 * 36), 36));
        checkLength(target, stage.resolve(NAME_IN_STAGE));
        try {
            Path directory = target.getParent();
            boolean isOurs = createDirectory(directory, speech == Speech.FRAMES ? GROUP_ONLY : TRAVERSABLE);
            probe(target);
            GroupPrincipal owners = group.isPresent() ? lookUp(target, group.get(), isGroupRequired) : null;
            Files.createDirectory(stage, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            if (owners != null && !isGroupRequired && !give(stage, owners)) {
                owners = null;
            }
            if (owners != null && directory != null && isOurs) {
                var _ = give(directory, owners); // They have to pass it.
            }
            return new UnixSocketDoor(target, speech, permissions(mode), owners, stage);
        } catch (IOException e) {
            throw new SocketRefusedException(target, "cannot listen here (" + e.getMessage() + ")", e);
        }
    }

    private static boolean give(Path directory, GroupPrincipal group) {
        try {
            Files.getFileAttributeView(directory, PosixFileAttributeView.class).setGroup(group);
            return true;
        } catch (IOException _) {
            return false; // We are not one of them.
        }
    }

    /// Where clients connect once the door is open.
    public Path path() {
        return path;
    }

    Speech speech() {
        return speech;
    }

    /// Where the verticles bind.
    SocketAddress bindAddress() {
        return SocketAddress.domainSocketAddress(stage.resolve(NAME_IN_STAGE).toString());
    }

    /// Lets clients in; call once every ingress verticle is deployed.
    public void open() {
        Path socket = stage.resolve(NAME_IN_STAGE);
        try {
            PosixFileAttributeView view = Files.getFileAttributeView(socket, PosixFileAttributeView.class);
            if (group != null) {
                view.setGroup(group);
            }
            view.setPermissions(mode);
            openedKey = fileKey(socket);
            Files.move(socket, path, StandardCopyOption.ATOMIC_MOVE);
            Files.delete(stage);
        } catch (IOException e) {
            throw new SocketRefusedException(path, "cannot open the socket (" + e.getMessage() + ")", e);
        }
    }

    /// Takes the path away, unless somebody else has put something there since. Harmless when repeated, or
    /// when the door was never opened.
    public void close() {
        try {
            if (openedKey != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS) && openedKey.equals(fileKey(path))) {
                Files.delete(path);
            }
            Files.deleteIfExists(stage.resolve(NAME_IN_STAGE));
            Files.deleteIfExists(stage);
        } catch (NoSuchFileException _) {
            // Somebody else was faster; gone is what it should be.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void probe(Path target) throws IOException {
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        int format = (int) Files.getAttribute(target, "unix:mode", LinkOption.NOFOLLOW_LINKS) & FORMAT_MASK;
        if (format != FORMAT_SOCKET) {
            throw new SocketRefusedException(target, "there is something that is not a socket");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false); // A live process with a full backlog must not hold us up.
            probe.connect(UnixDomainSocketAddress.of(target));
        } catch (ConnectException _) {
            Files.deleteIfExists(target); // Refused: its process is gone.
            return;
        } catch (IOException e) {
            throw new SocketRefusedException(
                    target, "there is a socket that cannot be asked (" + e.getMessage() + ")", e);
        }
        throw new SocketRefusedException(target, "another process is listening here");
    }

    private static void checkLength(Path target, Path bound) {
        int max = System.getProperty("os.name", "").startsWith("Mac") ? MACOS_ADDRESS_MAX : ADDRESS_MAX;
        int length = Math.max(byteLength(target), byteLength(bound));
        if (length > max) {
            throw new SocketRefusedException(
                    target, "the path is " + (length - max) + " bytes too long for a socket (at most " + max + ")");
        }
    }

    private static int byteLength(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    /// Says whether it was missing. What is missing above it is made for everybody to pass.
    private static boolean createDirectory(@Nullable Path directory, Set<PosixFilePermission> itsMode)
            throws IOException {
        if (directory == null || Files.exists(directory)) {
            return false;
        }
        createDirectory(directory.getParent(), TRAVERSABLE);
        Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(itsMode));
        Files.setPosixFilePermissions(directory, itsMode); // Whatever the umask.
        return true;
    }

    private static @Nullable GroupPrincipal lookUp(Path target, String group, boolean isRequired) {
        try {
            return target.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(group);
        } catch (IOException e) {
            if (isRequired) {
                throw new SocketRefusedException(target, "there is no group " + group, e);
            }
            return null;
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        EnumSet<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] fromHighestBit = PosixFilePermission.values();
        for (int i = 0; i < fromHighestBit.length; i++) {
            if ((mode >> (fromHighestBit.length - 1 - i) & 1) == 1) {
                permissions.add(fromHighestBit[i]);
            }
        }
        return permissions;
    }

    private static Object fileKey(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }
}
