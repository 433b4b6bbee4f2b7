package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.List;
import java.util.Optional;

/// A group that every machine has, for those who may read receipts.
final class ReadGroup {

    static final String NAME = List.of("daemon", "nogroup", "nobody").stream()
            .filter(ReadGroup::exists)
            .findFirst()
            .orElse("daemon");

    private ReadGroup() {}

    static void assumeItCanBeGiven() {
        assumeThat(System.getProperty("user.name"))
                .as("only root can give files to any group, and be another user")
                .isEqualTo("root");
        assumeThat(exists(NAME)).as("a group of the system's own").isTrue();
    }

    /// Its number, when a file has been given to it.
    static int id(Path at) throws IOException {
        UserPrincipalLookupService groups = FileSystems.getDefault().getUserPrincipalLookupService();
        Path probe = Files.createTempFile(at.toAbsolutePath().getParent(), "group", "");
        try {
            Files.setAttribute(probe, "posix:group", groups.lookupPrincipalByGroupName(NAME));
            return gid(probe);
        } finally {
            Files.delete(probe);
        }
    }

    static int gid(Path path) throws IOException {
        return (int) Files.getAttribute(path, "unix:gid", LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean exists(String name) {
        try {
            return Optional.ofNullable(FileSystems.getDefault()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByGroupName(name))
                    .isPresent();
        } catch (IOException _) {
            return false;
        }
    }
}
