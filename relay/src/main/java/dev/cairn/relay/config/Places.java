package dev.cairn.relay.config;

import java.nio.file.Path;
import java.util.List;

/// Where a relay keeps its things and opens its sockets when its configuration does not say so.
///
/// @param teamSync whether a team-sync reader follows the log on this host, which wants few heartbeat lines
///     (`specs/audit-relay.md` 4.2)
public record Places(Path dataDir, List<Path> sockets, boolean teamSync) {

    /// The directory that the audit dialect's clients have compiled in, on Linux too.
    public static final Path WELL_KNOWN = Path.of("/Library/Patchwork");

    /// Everything inside one directory.
    public static Places in(Path dataDir) {
        return new Places(dataDir, List.of(dataDir.resolve("relay.sock")), false);
    }

    Places wellKnown() {
        return new Places(WELL_KNOWN, List.of(WELL_KNOWN.resolve("relay.sock")), teamSync);
    }
}
