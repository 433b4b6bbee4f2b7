package dev.cairn.relay.cli;

import dev.cairn.protocol.emitter.Event;
import dev.cairn.protocol.json.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

final class EmitCommand implements Callable<Integer> {

    /// What stands before an event's JSON in a request; a closing brace ends it.
    static final String REQUEST_HEAD = "{\"protocol_version\":1,\"type\":\"event\",\"payload\":";

    private static final int REFUSALS_SHOWN = 20;

    private final Surroundings surroundings;

    private final EventFlags event = new EventFlags();

    private @Nullable Path file;

    private final RelayOptions relay = new RelayOptions();

    private boolean json;

    static CommandLine line(Surroundings surroundings) {
        EmitCommand emit = new EmitCommand(surroundings);
        Shape shape = Shape.of("emit", emit)
                .header("Send events to the relay: one from flags, or many as JSON lines.")
                .description(
                        "Each line of a file or of standard input is one event, sent exactly as it is. A line that "
                                + "the relay refuses is reported with its number, and the others go on.",
                        "Exit code: 0 all stored, 1 some refused, 2 input cannot be read, 3 no relay.")
                .footer(
                        "Examples:",
                        "  cairn emit --action file_write --target src/main.c",
                        "  cairn emit --action command_execute --target 'make all' --agent codex --risk medium",
                        "  cairn emit --file events.jsonl",
                        "  my-exporter | cairn emit");
        emit.event
                .addTo(shape)
                .path(value -> emit.file = value, "FILE", "Read events from a file, '-' for standard input.", "--file")
                .flag(
                        value -> emit.json = value,
                        "Print the relay's answer, or one line that sums up many and names the first 1,000 refused ones.",
                        "--json");
        return emit.relay.addTo(shape).line();
    }

    EmitCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (event.isGiven() && file != null) {
            throw CommandFailedException.usage("--action and --file exclude each other");
        }
        RelayFiles files = relay.locate(surroundings);
        if (event.isGiven()) {
            Instant now = Instant.now();
            return emitOne(files, event.toJson(Event.newId(now, new SecureRandom()), now));
        }
        if (file == null || file.toString().equals("-")) {
            return emitStandardInput(files);
        }
        try (InputStream in = NamedFile.open(file)) {
            return emitAll(files, file.toString(), in, Files.size(file));
        }
    }

    private Integer emitStandardInput(RelayFiles files) throws InterruptedException {
        if (surroundings.inIsTerminal()) {
            surroundings.err().println("Reading events from the terminal, one JSON object a line; Ctrl-D ends.");
        }
        return emitAll(files, "standard input", surroundings.in(), -1);
    }

    private Integer emitOne(RelayFiles files, String payload) {
        try (RelaySocket socket = RelaySocket.connect(files)) {
            JsonObject answer = socket.ask(REQUEST_HEAD + payload + "}");
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

    private Integer emitAll(RelayFiles files, String name, InputStream in, long size) throws InterruptedException {
        Progress progress = new Progress(surroundings, "events");
        try (RelaySocket socket = RelaySocket.connect(files)) {
            Emission emission = new Emission(socket, in);
            try {
                emission.run(
                        () -> progress.at(emission.answered(), size <= 0 ? -1 : (double) emission.bytesRead() / size));
            } catch (IOException e) {
                throw CommandFailedException.usage("cannot read " + name + ": " + NamedFile.reason(e));
            } finally {
                progress.end();
            }
            return report(emission, progress.elapsed(), files);
        }
    }

    private Integer report(Emission emission, Duration elapsed, RelayFiles files) {
        List<Emission.Refusal> refusals = emission.refusals();
        for (Emission.Refusal refusal : refusals.subList(0, Math.min(refusals.size(), REFUSALS_SHOWN))) {
            surroundings.err().println("line " + refusal.line() + ": " + Human.visible(refusal.error(), 500));
        }
        if (emission.refused() > REFUSALS_SHOWN) {
            surroundings.err().println("… and " + Human.count(emission.refused() - REFUSALS_SHOWN) + " more");
        }
        if (emission.lost() != null) {
            if (!json) {
                surroundings.out().println(figures(emission, elapsed));
            }
            throw CommandFailedException.unreachable(
                            "the connection broke after " + Human.count(emission.answered(), "answer") + ": "
                                    + emission.lost(),
                            "What has no answer may be stored or not. Look for the reason with: "
                                    + files.commands().of("doctor"))
                    .answering(toJson(emission, elapsed));
        }
        if (json) {
            JsonText answer = toJson(emission, elapsed);
            if (emission.refused() > 0) {
                answer.put("error", Human.count(emission.refused(), "event") + " refused");
            }
            surroundings.out().println(answer);
        } else {
            surroundings.out().println(figures(emission, elapsed));
        }
        return emission.refused() == 0 ? ExitCode.GOOD : ExitCode.FAILED;
    }

    private static JsonText toJson(Emission emission, Duration elapsed) {
        String refusals = emission.refusals().stream()
                .map(refusal -> JsonText.object()
                        .put("line", refusal.line())
                        .put("error", refusal.error())
                        .toString())
                .collect(Collectors.joining(",", "[", "]"));
        return JsonText.object()
                .put("ok", emission.refused() == 0 && emission.lost() == null)
                .put("stored", emission.stored())
                .put("refused", emission.refused())
                .put("last_relay_hash", emission.lastHash())
                .put("elapsed_ms", elapsed.toMillis())
                .putRaw("refusals", refusals);
    }

    private String figures(Emission emission, Duration elapsed) {
        String figures = figures(emission.stored(), emission.refused(), elapsed);
        Style style = surroundings.style();
        return emission.refused() == 0 ? style.good(figures) : style.warning(figures);
    }

    /// The rate is that of stored events: a refusal is quick, and no work done.
    static String figures(long stored, long refused, Duration elapsed) {
        double rate = stored / Math.max(1e-3, elapsed.toNanos() / 1e9);
        return Human.count(stored, "event") + " stored"
                + (refused == 0 ? "" : ", " + Human.count(refused) + " refused")
                + " in " + Human.duration(elapsed)
                + (stored == 0 ? "" : " (" + Human.count((long) rate) + "/s)");
    }
}
