package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "emit",
        header = "Send events to the relay: one from flags, or many as JSON lines.",
        description = {
            "Each line of a file or of standard input is one event, sent exactly as it is. A line that the relay "
                    + "refuses is reported with its number, and the others go on.",
            "Exit code: 0 all stored, 1 some refused, 2 input cannot be read, 3 no relay."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  cairn emit --action file_write --target src/main.c",
            "  cairn emit --action command_execute --target 'make all' --agent codex --risk medium",
            "  cairn emit --file events.jsonl",
            "  my-exporter | cairn emit"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class EmitCommand implements Callable<Integer> {

    private static final int REFUSALS_SHOWN = 20;

    private final Surroundings surroundings;

    @ArgGroup(exclusive = false)
    private @Nullable EventFlags event;

    @Option(names = "--file", paramLabel = "FILE", description = "Read events from a file, '-' for standard input.")
    private @Nullable Path file;

    @Mixin
    private final RelayOptions relay = new RelayOptions();

    @Option(names = "--json", description = "Print the relay's answer, or one line that sums up many.")
    private boolean json;

    EmitCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (event != null && file != null) {
            throw CommandFailedException.usage("--action and --file exclude each other");
        }
        RelayFiles files = relay.locate(surroundings);
        if (event != null) {
            return emitOne(files, event.toJson(newId("evt_"), Instant.now()));
        }
        if (file == null || file.toString().equals("-")) {
            return emitStandardInput(files);
        }
        try (InputStream in = open(file)) {
            return emitAll(files, in, Files.size(file));
        }
    }

    private Integer emitStandardInput(RelayFiles files) throws IOException, InterruptedException {
        if (surroundings.inIsTerminal()) {
            surroundings.err().println("Reading events from the terminal, one JSON object a line; Ctrl-D ends.");
        }
        return emitAll(files, surroundings.in(), -1);
    }

    private Integer emitOne(RelayFiles files, String payload) {
        try (RelaySocket socket = RelaySocket.connect(files.socket())) {
            JsonObject answer = socket.ask("{\"protocol_version\":1,\"type\":\"event\",\"payload\":" + payload + "}");
            boolean stored = answer.isTrue("ok");
            if (json) {
                surroundings.out().println(answer.raw());
            } else if (stored) {
                surroundings.out().println(surroundings.style().good("stored") + " " + answer.text("relay_hash"));
            } else {
                surroundings
                        .err()
                        .println("cairn: refused: " + Human.visible(answer.text("error", "no reason given"), 500));
            }
            return stored ? ExitCode.GOOD : ExitCode.FAILED;
        }
    }

    private Integer emitAll(RelayFiles files, InputStream in, long size) throws IOException, InterruptedException {
        Progress progress = new Progress(surroundings, "events");
        try (RelaySocket socket = RelaySocket.connect(files.socket())) {
            Emission emission = new Emission(socket, in);
            emission.run(() -> progress.at(emission.answered(), size <= 0 ? -1 : (double) emission.bytesRead() / size));
            progress.end();
            report(emission, progress.elapsed());
            if (emission.lost() != null) {
                throw CommandFailedException.unreachable("the connection broke after "
                        + Human.count(emission.answered(), "answer") + ": " + emission.lost());
            }
            return emission.refused() == 0 ? ExitCode.GOOD : ExitCode.FAILED;
        }
    }

    private void report(Emission emission, Duration elapsed) {
        List<Emission.Refusal> refusals = emission.refusals();
        for (Emission.Refusal refusal : refusals.subList(0, Math.min(refusals.size(), REFUSALS_SHOWN))) {
            surroundings.err().println("line " + refusal.line() + ": " + Human.visible(refusal.error(), 500));
        }
        if (emission.refused() > REFUSALS_SHOWN) {
            surroundings.err().println("… and " + Human.count(emission.refused() - REFUSALS_SHOWN) + " more");
        }
        if (json) {
            surroundings
                    .out()
                    .println(JsonText.object()
                            .put("stored", emission.stored())
                            .put("refused", emission.refused())
                            .put("last_relay_hash", emission.lastHash())
                            .put("elapsed_ms", elapsed.toMillis()));
            return;
        }
        double rate = emission.answered() / Math.max(1e-3, elapsed.toNanos() / 1e9);
        String figures = Human.count(emission.stored(), "event") + " stored"
                + (emission.refused() == 0 ? "" : ", " + Human.count(emission.refused()) + " refused")
                + " in " + Human.duration(elapsed) + " (" + Human.count((long) rate) + "/s)";
        Style style = surroundings.style();
        surroundings.out().println(emission.refused() == 0 ? style.good(figures) : style.warning(figures));
    }

    private static InputStream open(Path file) {
        try {
            return Files.newInputStream(file);
        } catch (IOException e) {
            throw CommandFailedException.usage("cannot read " + file + ": " + e.getMessage());
        }
    }

    /// An id in the clients' form: a prefix, then a ULID, which sorts by time.
    private static String newId(String prefix) {
        return prefix + Ulid.next(System.currentTimeMillis());
    }

    /// One event, told by flags.
    static final class EventFlags {

        @Option(names = "--action", required = true, description = "What was done: file_read, command_execute, …")
        @SuppressWarnings("NullAway.Init") // picocli sets it: it is required.
        private String action;

        @Option(names = "--target", description = "What it was done to: a path, a command, a URL, a tool or a prompt.")
        private @Nullable String target;

        @Option(names = "--agent", defaultValue = "custom", description = "Who did it (default: ${DEFAULT-VALUE}).")
        private String agent = "custom";

        @Option(names = "--session", description = "The agent's session (default: this user's shell).")
        private @Nullable String session;

        @Option(names = "--status", description = "pending, completed, denied or failed.")
        private @Nullable String status;

        @Option(
                names = "--risk",
                defaultValue = "none",
                description = "none, low, medium, high or critical (default: ${DEFAULT-VALUE}).")
        private String risk = "none";

        String toJson(String id, Instant now) {
            JsonText json = JsonText.object()
                    .put("id", id)
                    .put("session_id", session == null ? "cli-" + System.getProperty("user.name") : session)
                    .put("timestamp", timestamp(now))
                    .put("agent", agent)
                    .put("action", action);
            if (status != null) {
                json.put("status", status);
            }
            if (target != null) {
                json.put("target", target(action, target));
            }
            return json.put("risk", JsonText.object().put("level", risk)).toString();
        }

        private static String timestamp(Instant now) {
            return now.truncatedTo(ChronoUnit.MILLIS).toString();
        }

        /// The kind of thing that an action is about follows from its name.
        private static JsonText target(String action, String target) {
            String kind = action.substring(0, Math.max(0, action.indexOf('_')));
            return switch (kind) {
                case "command" -> JsonText.object().put("type", "command").put("command", target);
                case "web", "api" -> JsonText.object().put("type", "url").put("url", target);
                case "mcp" -> JsonText.object().put("type", "mcp_tool").put("tool_name", target);
                case "prompt", "response", "session", "subagent", "task" ->
                    JsonText.object().put("type", "prompt").put("path", target);
                default -> JsonText.object().put("type", "file").put("path", target);
            };
        }
    }

    /// Encloses an event's JSON in a request.
    static byte[] head() {
        return "{\"protocol_version\":1,\"type\":\"event\",\"payload\":".getBytes(StandardCharsets.UTF_8);
    }
}
