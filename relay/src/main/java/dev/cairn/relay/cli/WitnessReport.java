package dev.cairn.relay.cli;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.json.JsonText;
import dev.cairn.relay.WitnessServer;
import dev.cairn.relay.witness.WitnessConfig;
import java.io.PrintStream;
import java.nio.file.Path;

/// What a witness says when it is ready: where it is, its key, and what a relay's operator must be told; or
/// the same as one line of JSON.
final class WitnessReport {

    private final Surroundings surroundings;
    private final WitnessConfig config;
    private final Path dir;
    private final HostPort address;
    private final Ed25519PublicKey key;

    /// @param address where it really listens
    WitnessReport(Surroundings surroundings, WitnessConfig config, Path dir, HostPort address, Ed25519PublicKey key) {
        this.surroundings = surroundings;
        this.config = config;
        this.dir = dir;
        this.address = address;
        this.key = key;
    }

    void print(boolean json) {
        PrintStream out = surroundings.out();
        if (json) {
            out.println(toJson());
        } else {
            printForPeople(out);
        }
        out.flush();
    }

    private String http() {
        return "http://" + address.authority();
    }

    private String url() {
        return http() + config.paths().getFirst();
    }

    private Path log() {
        return dir.resolve(WitnessServer.LOG_NAME);
    }

    /// An entry of a relay's `witness.endpoints`.
    private JsonText endpoint() {
        return JsonText.object()
                .put("name", address.authority())
                .put("url", url())
                .put("require", "signature")
                .put("public_key", key.text());
    }

    private JsonText toJson() {
        return JsonText.object()
                .put("ready", true)
                .put("version", Cli.version())
                .put("pid", ProcessHandle.current().pid())
                .put("data", dir.toString())
                .put("log", log().toString())
                .put("http", http())
                .put("urls", config.paths().stream().map(path -> http() + path).toList())
                .put("public_key", key.text())
                .put("tokens", config.tokens().count())
                .put("endpoint", endpoint());
    }

    private void printForPeople(PrintStream out) {
        Style style = surroundings.style();
        String given = surroundings.variable("CAIRN_COMMAND");
        String cairn = given == null ? "cairn" : given;
        out.println(style.good("Cairn is a witness.") + " It anchors the seals of others, and signs that it saw them.");
        out.println();
        config.paths().forEach(path -> line(out, style, "url", http() + path));
        line(out, style, "key", key.text());
        int tokens = config.tokens().count();
        line(
                out,
                style,
                "tokens",
                tokens == 0 ? "none: contradictions are marked, not refused" : Human.count(tokens, "token"));
        line(out, style, "data", log().toString());
        out.println();
        out.println("A relay that is to use it gets this into witness.endpoints of its configuration:");
        out.println("  " + style.bold(endpoint().toString()));
        if (tokens > 0) {
            out.println("  and its token as \"auth_token\".");
        }
        out.println();
        out.println("Try, in another terminal:");
        out.println("  " + style.bold("curl " + http() + "/api/v1/health"));
        out.println("  " + style.bold(cairn + " verify --file " + log()));
        out.println();
        out.println(style.faint("Ctrl-C stops it."));
    }

    private static void line(PrintStream out, Style style, String label, String value) {
        out.println("  " + style.faint(String.format("%-8s", label)) + value);
    }
}
