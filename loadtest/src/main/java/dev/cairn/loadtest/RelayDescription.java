package dev.cairn.loadtest;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What a relay says about itself when it is ready: on standard output (`cairn up --json`) and in `relay.run.json`.
record RelayDescription(
        Path socket,
        @Nullable URI http,
        @Nullable Path tokenFile,
        @Nullable Path log) {

    /// Where a running relay keeps it, in its data directory.
    static final String FILE = "relay.run.json";

    private static final String LOG_FILE = "events.relay.jsonl";

    /// Reads what the relay with this data directory wrote; where it wrote nothing, its usual paths are taken.
    static RelayDescription in(Path dataDir) throws IOException {
        Path file = dataDir.resolve(FILE);
        return Files.exists(file)
                ? parse(Files.readString(file), dataDir)
                : new RelayDescription(dataDir.resolve("relay.sock"), null, null, dataDir.resolve(LOG_FILE));
    }

    /// Reads the line of a relay with this data directory.
    static RelayDescription parse(String line, Path dataDir) throws IOException {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        JsonTape tape = new JsonTape();
        try {
            tape.parse(bytes, 0, bytes.length);
        } catch (JsonSyntaxException e) {
            throw new IOException("the relay said '" + line + "' instead of where it is", e);
        }
        String http = text(tape, "http");
        String token = text(tape, "token_file");
        String log = text(tape, "log");
        return new RelayDescription(
                firstSocket(tape, dataDir.resolve("relay.sock")),
                http == null ? null : address(http),
                token == null ? null : Path.of(token),
                log == null ? dataDir.resolve(LOG_FILE) : Path.of(log));
    }

    /// An address with or without `http://` in front.
    static URI address(String text) {
        return URI.create(text.contains("://") ? text : "http://" + text);
    }

    /// Where it can be reached, as a target.
    Target target(String name, ServerProcess process) throws IOException {
        WebSocketDoor door = http != null && tokenFile != null
                ? new WebSocketDoor(http, Files.readString(tokenFile).strip())
                : null;
        return new Target(name, socket, door, log, true, process);
    }

    private static Path firstSocket(JsonTape tape, Path usual) {
        int sockets = tape.member(0, "sockets");
        if (sockets >= 0 && tape.is(sockets, JsonKind.ARRAY) && tape.next(sockets) > tape.firstChild(sockets)) {
            return Path.of(tape.text(tape.firstChild(sockets)));
        }
        return usual;
    }

    private static @Nullable String text(JsonTape tape, String member) {
        int node = tape.member(0, member);
        return node >= 0 && tape.is(node, JsonKind.STRING) ? tape.text(node) : null;
    }
}
