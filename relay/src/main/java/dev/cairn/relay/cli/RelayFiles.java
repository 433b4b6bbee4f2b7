package dev.cairn.relay.cli;

import dev.cairn.relay.chain.Recovery;
import dev.cairn.relay.config.Places;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where one relay is: its directory, its log, its doors.
///
/// @param http its HTTP address, null when no relay has said so
/// @param tokenFile likewise
/// @param config the file that it was started with, likewise
/// @param receipts its database of receipts, likewise
/// @param receiptsKey the public key that they verify with, likewise
/// @param isWithoutHttp the running relay has said that it has no HTTP server
/// @param commands how to type another command about this relay
record RelayFiles(
        Path dataDir,
        Path log,
        Path socket,
        @Nullable String http,
        @Nullable Path tokenFile,
        @Nullable Path config,
        @Nullable Path receipts,
        @Nullable Path receiptsKey,
        boolean isWithoutHttp,
        CommandText commands) {

    static final String HTTP_OFF = "off: no live stream (cairn tail), no WebSockets, no /healthz, /readyz and /metrics";

    static RelayFiles of(Places places, CommandText commands) {
        Path dir = places.dataDir();
        Path log = dir.resolve(Recovery.LOG_NAME);
        return new RelayFiles(dir, log, places.sockets().getFirst(), null, null, null, null, null, false, commands);
    }

    /// @param run what the relay said when it was ready
    static RelayFiles of(Places places, JsonObject run, CommandText commands) {
        RelayFiles usual = of(places, commands);
        return new RelayFiles(
                places.dataDir(),
                usual.log,
                Path.of(run.texts("sockets").stream().findFirst().orElse(usual.socket.toString())),
                run.text("http"),
                path(run, "token_file"),
                path(run, "config"),
                path(run, "receipts"),
                path(run, "receipts_public_key"),
                run.text("http") == null,
                commands);
    }

    private static @Nullable Path path(JsonObject run, String name) {
        String path = run.text(name);
        return path == null ? null : Path.of(path);
    }

    RelayFiles withSocket(Path other) {
        return new RelayFiles(
                dataDir, log, other, http, tokenFile, config, receipts, receiptsKey, isWithoutHttp, commands);
    }

    /// What to do when it is down.
    String howToStart() {
        return "Start one with: " + commands.of("up");
    }
}
