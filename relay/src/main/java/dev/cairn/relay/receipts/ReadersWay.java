package dev.cairn.relay.receipts;

import com.sun.security.auth.module.UnixSystem;
import dev.cairn.protocol.file.OwnFile;
import dev.cairn.protocol.file.UnixAttributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way of those who may read the receipts to the store (`specs/receipts.md` 10): through the data directory, in
/// which nothing else is for them.
///
/// @param dataDir the relay's
/// @param store the directory of the database, which has the readers' group
public record ReadersWay(Path dataDir, Path store) {

    /// Whose members may read, where there is such a group and no other is named.
    public static final String USUAL_GROUP = "agentreceipts-read";

    private static final int PERMISSIONS = 07777;
    private static final int CLOSED = 0700;
    private static final int PASSABLE = 0710;
    private static final int GROUP_PASSES = 0010;
    private static final int WORLD_PASSES = 0001;

    private static final Logger LOG = LoggerFactory.getLogger(ReadersWay.class);

    /// Lets them pass the data directory, if it is ours and has the mode that a relay makes it with; any
    /// other is as somebody wanted it, and stays. Says where they cannot pass.
    void open(GroupPrincipal readers) throws IOException {
        if (store.startsWith(dataDir) && isClosedByUs()) {
            Files.getFileAttributeView(dataDir, PosixFileAttributeView.class).setGroup(readers);
            Files.setPosixFilePermissions(dataDir, OwnFile.mode(PASSABLE).value());
            LOG.atInfo()
                    .addKeyValue("group", readers.getName())
                    .addKeyValue("file", dataDir)
                    .log("its members may pass this directory, to read the receipts");
        }
        obstacle(store)
                .ifPresent(directory -> LOG.atWarn()
                        .addKeyValue("group", readers.getName())
                        .addKeyValue("file", directory)
                        .log("its members may read the receipts, but cannot pass this directory"));
    }

    /// The first directory above the store's that its group cannot pass.
    public static Optional<Path> obstacle(Path store) throws IOException {
        Path real = store.toRealPath();
        Object group = Files.getAttribute(real, "unix:gid");
        for (Path directory = real.getParent(); directory != null; directory = directory.getParent()) {
            boolean isTheirs = group.equals(Files.getAttribute(directory, "unix:gid"));
            int passes = isTheirs ? GROUP_PASSES : WORLD_PASSES;
            if ((UnixAttributes.ofTarget(directory).mode() & passes) == 0) {
                return Optional.of(directory);
            }
        }
        return Optional.empty();
    }

    private boolean isClosedByUs() throws IOException {
        UnixAttributes found = UnixAttributes.ofTarget(dataDir);
        return found.uid() == new UnixSystem().getUid() && (found.mode() & PERMISSIONS) == CLOSED;
    }
}
