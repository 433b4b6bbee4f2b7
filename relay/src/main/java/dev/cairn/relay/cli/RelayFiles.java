package dev.cairn.relay.cli;

import dev.cairn.relay.chain.Recovery;
import dev.cairn.relay.config.Places;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where one relay is: its directory, its log, its doors.
///
/// Of a relay of which only a socket is known, everything else is unknown too: what lies in the usual places may
/// be of another one.
///
/// @param dataDir null when only a socket is known
/// @param log likewise
/// @param socket the one to ask
/// @param sockets all that the running relay has said, else that one
/// @param http its HTTP address, null when no relay has said so
/// @param tokenFile likewise
/// @param config the file that it was started with, likewise
/// @param receipts its database of receipts, likewise
/// @param receiptsKey the public key that they verify with, likewise
/// @param isWithoutHttp the running relay has said that it has no HTTP server
/// @param commands how to type another command about this relay
record RelayFiles(
        @Nullable Path dataDir,
        @Nullable Path log,
        Path socket,
        List<Path> sockets,
        @Nullable String http,
        @Nullable Path tokenFile,
        @Nullable Path config,
        @Nullable Path receipts,
        @Nullable Path receiptsKey,
        boolean isWithoutHttp,
        CommandText commands) {

    static final String NAME_DIRECTORY = "Name its data directory too: --data DIR";

    static final String HTTP_OFF = "off: no live stream (cairn tail), no WebSockets, no /healthz, /readyz and /metrics";

    static RelayFiles of(Places places, CommandText commands) {
        Path dir = places.dataDir();
        Path log = dir.resolve(Recovery.LOG_NAME);
        Path socket = places.sockets().getFirst();
        return new RelayFiles(dir, log, socket, List.of(socket), null, null, null, null, null, false, commands);
    }

    /// A relay of which nothing but a socket is known.
    static RelayFiles at(Path socket, CommandText commands) {
        return new RelayFiles(null, null, socket, List.of(socket), null, null, null, null, null, false, commands);
    }

    /// @param run what the relay said when it was ready
    static RelayFiles of(Places places, JsonObject run, CommandText commands) {
        RelayFiles usual = of(places, commands);
        List<Path> sockets = run.texts("sockets").stream().map(Path::of).toList();
        return new RelayFiles(
                places.dataDir(),
                usual.log,
                sockets.isEmpty() ? usual.socket : sockets.getFirst(),
                sockets.isEmpty() ? usual.sockets : sockets,
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
                dataDir,
                log,
                other,
                sockets.contains(other) ? sockets : List.of(other),
                http,
                tokenFile,
                config,
                receipts,
                receiptsKey,
                isWithoutHttp,
                commands);
    }

    /// Whether it is known where its files are.
    boolean areKnown() {
        return dataDir != null;
    }

    /// @throws CommandFailedException if only a socket is known
    @Override
    public Path dataDir() {
        return known(dataDir);
    }

    /// @throws CommandFailedException if only a socket is known
    @Override
    public Path log() {
        return known(log);
    }

    private Path known(@Nullable Path path) {
        if (path == null) {
            throw CommandFailedException.usage(unknown("files"), NAME_DIRECTORY);
        }
        return path;
    }

    /// For instance that nothing says where its files are.
    String unknown(String what) {
        return "nothing says where the " + what + " of the relay at " + socket + " are";
    }

    /// What to do when it is down.
    String howToStart() {
        return "Start one with: " + commands.of("up");
    }
}
