package dev.cairn.relay.cli;

import dev.cairn.relay.config.Places;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where one relay is: its directory, its log, its doors.
///
/// @param http its HTTP address, null when no relay has said so
/// @param tokenFile likewise
record RelayFiles(
        Path dataDir,
        Path log,
        Path socket,
        @Nullable String http,
        @Nullable Path tokenFile) {

    static RelayFiles of(Places places) {
        Path dir = places.dataDir();
        Path log = dir.resolve(RelayOptions.LOG_FILE);
        return new RelayFiles(dir, log, places.sockets().getFirst(), null, null);
    }

    /// @param run what the relay said when it was ready
    static RelayFiles of(Places places, JsonObject run) {
        RelayFiles usual = of(places);
        String token = run.text("token_file");
        return new RelayFiles(
                places.dataDir(),
                usual.log,
                Path.of(run.texts("sockets").stream().findFirst().orElse(usual.socket.toString())),
                run.text("http"),
                token == null ? null : Path.of(token));
    }

    RelayFiles withSocket(Path other) {
        return new RelayFiles(dataDir, log, other, http, tokenFile);
    }
}
