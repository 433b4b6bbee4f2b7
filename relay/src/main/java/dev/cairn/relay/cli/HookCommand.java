package dev.cairn.relay.cli;

import dev.cairn.protocol.emitter.EmitOutcome;
import dev.cairn.protocol.emitter.ReceiptsEmitter;
import dev.cairn.protocol.emitter.ReceiptsSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/// Tells a relay what Claude Code tells its hooks (`specs/receipts.md` 9). A process for each tool call: what it
/// does not need is not loaded.
final class HookCommand implements Callable<Integer> {

    private static final int WHY_MAX = 500;

    private final Surroundings surroundings;
    private final RelayOptions relay = new RelayOptions();

    static CommandLine line(Surroundings surroundings) {
        HookCommand hook = new HookCommand(surroundings);
        Shape shape = Shape.of("hook", hook)
                .header("Record the tool call of a Claude Code hook: reads its JSON from standard input.")
                .description(
                        "Says nothing when all is well, and never keeps a tool from running: it ends within a moment, "
                                + "relay or not, as soon as the JSON object is whole, whether its host ends the input "
                                + "or not; one that is not whole within " + HookInput.MILLIS_MAX / 1_000
                                + " s is not recorded. Of input and output a receipt holds hashes only.",
                        "Sends to AGENTRECEIPTS_SOCKET or the usual socket of that dialect, else to your own relay.",
                        "Exit code: 0 sent, 1 not.")
                .footer(
                        "In ~/.claude/settings.json:",
                        "  {\"hooks\": {",
                        "    \"PreToolUse\":  [{\"matcher\": \"*\", \"hooks\": [{\"type\": \"command\", \"command\": \"cairn hook\"}]}],",
                        "    \"PostToolUse\": [{\"matcher\": \"*\", \"hooks\": [{\"type\": \"command\", \"command\": \"cairn hook\"}]}]}}");
        return hook.relay.addTo(shape).line();
    }

    private HookCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (surroundings.inIsTerminal()) {
            throw failure("it reads a hook's JSON from standard input", help());
        }
        HookPayload payload = read();
        String named = payload.sessionId(surroundings);
        String session = named.isEmpty() ? UUID.randomUUID().toString() : named;
        Path socket = socket();
        try (var emitter = new ReceiptsEmitter(socket, session, InstantSource.system())) {
            // Not a switch: the JVM would make a class for it, which takes longer than to send.
            if (emitter.send(payload.toolCall()) instanceof EmitOutcome.Failed failed) {
                throw failure(
                        "not recorded: no relay takes it at " + socket + ": " + Human.visible(failed.why(), WHY_MAX),
                        relay.isGiven()
                                ? relay.locate(surroundings).howToStart()
                                : "Start one with: " + commands().of("up"));
            }
            return ExitCode.GOOD;
        } catch (IllegalArgumentException e) {
            throw failure("not recorded: " + Human.visible(String.valueOf(e.getMessage()), WHY_MAX), "");
        }
    }

    private HookPayload read() throws IOException, InterruptedException {
        byte[] json = HookInput.read(surroundings.in());
        try {
            return HookPayload.read(json);
        } catch (IllegalArgumentException e) {
            throw failure(
                    "standard input is no hook's JSON: " + Human.visible(String.valueOf(e.getMessage()), WHY_MAX),
                    help());
        }
    }

    /// Where told, else where the dialect's emitters look, else a relay's own socket, which speaks the dialect
    /// too.
    private Path socket() {
        if (!relay.isGiven()) {
            String named = surroundings.variable(ReceiptsSocket.VARIABLE);
            Optional<Path> usual = ReceiptsSocket.usual(surroundings.environment(), System.getProperty("os.name"));
            if (usual.isPresent() && (named != null || Files.exists(usual.get()))) {
                return usual.get();
            }
        }
        return relay.locate(surroundings).socket();
    }

    private String help() {
        return "See: " + commands().of("hook --help");
    }

    private CommandText commands() {
        return CommandText.of(surroundings, null, null);
    }

    /// Always 1, wrong use included: by 2 Claude Code understands that the tool must not run.
    private static CommandFailedException failure(String error, String remedy) {
        return CommandFailedException.failed(error, remedy);
    }
}
