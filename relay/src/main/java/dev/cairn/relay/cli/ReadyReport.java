package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
import dev.cairn.relay.Relay;
import dev.cairn.relay.bus.Parts;
import dev.cairn.relay.chain.Recovery;
import dev.cairn.relay.config.Receipts;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.http.TokenFile;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a relay says when it has started: whether it is ready, where everything is and what to try next, or the same
/// as one line of JSON.
final class ReadyReport {

    private static final int REASON_MAX = 500;

    private final Surroundings surroundings;
    private final RelayConfig config;
    private final Relay.Doors doors;
    private final Map<String, String> down;
    private final String rootChain;
    private final @Nullable Path configFile;

    /// Who reads it.
    enum Audience {
        /// Who started a relay for themselves, and runs agents as the same user.
        USER,
        /// Who runs a service, as a user of its own.
        OPERATOR,
        PROGRAM
    }

    /// @param down why a part does not do what it is for, by part; empty when the relay is ready
    /// @param rootChain that receipts go into; empty if that is not known
    ReadyReport(
            Surroundings surroundings,
            RelayConfig config,
            Relay.Doors doors,
            Map<String, String> down,
            String rootChain,
            @Nullable Path configFile) {
        this.surroundings = surroundings;
        this.config = config;
        this.doors = doors;
        this.down = down;
        this.rootChain = rootChain;
        this.configFile = configFile;
    }

    JsonText toJson() {
        Path dir = config.dataDir();
        Receipts receipts = config.receipts();
        String http = doors.http() == null ? null : doors.http().toString();
        String webSockets = http == null ? null : http.replaceFirst("^http", "ws");
        return JsonText.object()
                .put("ready", down.isEmpty())
                .putRaw("down", downAsJson())
                .put("version", Cli.version())
                .put("pid", ProcessHandle.current().pid())
                .put("data", dir.toString())
                .put("log", dir.resolve(Recovery.LOG_NAME).toString())
                .put("seals", dir.resolve(Evidence.SEALS_FILE).toString())
                .put("witnesses", dir.resolve(Evidence.WITNESSES_FILE).toString())
                .put("keys", Evidence.sealRing(dir).toString())
                .put("sockets", doors.sockets().stream().map(Path::toString).toList())
                .put("http", http)
                .put("emit", webSockets == null ? null : webSockets + "/v1/emit")
                .put("stream", webSockets == null ? null : webSockets + "/v1/stream")
                .put(
                        "token_file",
                        http == null ? null : dir.resolve(TokenFile.NAME).toString())
                .put("receipts", receipts.enabled() ? receipts.files().db(dir).toString() : null)
                .put(
                        "receipts_key",
                        receipts.enabled() && receipts.transit().isEmpty()
                                ? receipts.files().key(dir).toString()
                                : null)
                .put(
                        "receipts_public_key",
                        receipts.enabled() ? receipts.files().publicKey(dir).toString() : null)
                .put("receipts_chain", rootChain.isEmpty() ? null : rootChain)
                .put(
                        "config",
                        configFile == null ? null : configFile.toAbsolutePath().toString());
    }

    /// As `/readyz` has it.
    private String downAsJson() {
        return down.entrySet().stream()
                .map(part -> JsonText.object().put("part", part.getKey()).put("reason", part.getValue()))
                .map(JsonText::toString)
                .collect(Collectors.joining(",", "[", "]"));
    }

    void print(Audience audience) {
        PrintStream out = surroundings.out();
        if (audience == Audience.PROGRAM) {
            out.println(toJson());
        } else {
            printForPeople(out, audience);
        }
        out.flush();
    }

    private void printForPeople(PrintStream out, Audience audience) {
        Style style = surroundings.style();
        Path dir = config.dataDir();
        printHeadline(out, style);
        out.println();
        doors.sockets().forEach(socket -> line(out, style, "socket", socket.toString()));
        line(
                out,
                style,
                "http",
                doors.http() == null
                        ? style.warning(RelayFiles.HTTP_OFF)
                        : doors.http() + style.faint("  token in " + dir.resolve(TokenFile.NAME)));
        line(out, style, "data", dir.resolve(Recovery.LOG_NAME).toString());
        if (config.receipts().enabled()) {
            printReceipts(out, style, audience);
        }
        line(out, style, "config", configFile == null ? "none needed (docs/configuration.md)" : configFile.toString());
        out.println();
        boolean isUsual =
                configFile == null && dir.equals(UserPaths.perUser(surroundings).dataDir());
        CommandText commands = CommandText.of(surroundings, isUsual ? null : dir, null);
        printCommands(out, style, commands);
        out.println();
        out.println(style.faint("Ctrl-C stops it."));
    }

    private void printHeadline(PrintStream out, Style style) {
        if (down.isEmpty()) {
            out.println(style.good("Cairn is ready.") + " It keeps what your agents do, and passes it on live.");
            return;
        }
        boolean isKept = !down.containsKey(Parts.CHAIN) && !down.containsKey(Parts.RECEIPTS);
        out.println(style.bad("Cairn runs, but it is not ready.")
                + (isKept
                        ? " It keeps what your agents do; what does not work:"
                        : " It does not keep all that your agents do:"));
        down.forEach((part, reason) -> out.println("  " + part + ": "
                + (part.equals(Parts.CHAIN) ? "events are refused: " : "")
                + Human.visible(reason, REASON_MAX)));
    }

    private void printCommands(PrintStream out, Style style, CommandText commands) {
        if (!down.isEmpty()) {
            out.println("To see what is wrong and what to do, in another terminal:");
            out.println("  " + style.bold(commands.of("verify")));
            out.println("  " + style.bold(commands.of("doctor")));
            return;
        }
        out.println("Try, in another terminal:");
        out.println("  " + style.bold(commands.of("emit --action file_write --target notes.txt")));
        if (doors.http() != null) {
            out.println("  " + style.bold(commands.of("tail --follow")));
        }
        out.println("  " + style.bold(commands.of("verify")));
    }

    /// Where the receipts are, and how the dialect's other programs find them.
    private void printReceipts(PrintStream out, Style style, Audience audience) {
        Path dir = config.dataDir();
        Receipts.Files files = config.receipts().files();
        Path socket = doors.sockets().getLast(); // Where emitters look by themselves, if that is open.
        line(out, style, "signed", files.db(dir).toString());
        line(out, style, "", style.faint("for other tools of the format, to paste, again after a restart:"));
        export(out, style, "SOCKET", socket.toString());
        export(out, style, "DB", files.db(dir).toString());
        export(out, style, "PUBLIC_KEY", files.publicKey(dir).toString());
        if (!rootChain.isEmpty()) {
            export(out, style, "CHAIN_ID", rootChain); // They would look for today's, without what follows the date.
        }
        if (audience == Audience.USER) {
            line(out, style, "", style.faint("an agent that runs as this user could touch all of this"));
        }
    }

    private static void export(PrintStream out, Style style, String name, String value) {
        line(out, style, "", style.faint("export AGENTRECEIPTS_" + name + "=" + CommandText.quoted(value)));
    }

    private static void line(PrintStream out, Style style, String label, String value) {
        out.println("  " + style.faint(String.format("%-8s", label)) + value);
    }
}
