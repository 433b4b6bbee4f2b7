package dev.cairn.relay.cli;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A server of the demo, in a process of its own, whose first line on standard output says that it is ready.
final class DemoProcess {

    private final String name;
    private final Process process;
    private final Path log;
    private final CompletableFuture<JsonObject> ready = new CompletableFuture<>();

    private DemoProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /// Starts it and does not wait; what it has to say otherwise goes to `log`.
    static DemoProcess start(String name, List<String> command, Path log) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectInput(new File("/dev/null")).redirectError(log.toFile());
        DemoProcess started = new DemoProcess(name, builder.start(), log);
        Thread.ofVirtual().start(started::listen);
        return started;
    }

    /// What it said when it was ready.
    ///
    /// @throws CommandFailedException if it does not say so in time
    JsonObject ready(Duration patience) throws InterruptedException {
        try {
            return ready.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException _) {
            throw CommandFailedException.failed(name + " did not start: " + lastWords());
        } catch (TimeoutException _) {
            throw CommandFailedException.failed(
                    name + " was not ready within " + patience.toSeconds() + " s: " + lastWords());
        }
    }

    /// Wishes that it ends, as Ctrl-C would.
    void askToStop() {
        process.destroy();
    }

    /// Waits for its end and ends it by force when that takes too long.
    ///
    /// @return whether it ended by itself
    boolean awaitEnd(Duration patience) {
        boolean ended = false;
        try {
            ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            process.destroyForcibly()
                    .onExit()
                    .orTimeout(2, TimeUnit.SECONDS)
                    .handle((_, _) -> ended(process))
                    .join();
        }
        return ended;
    }

    private static boolean ended(Process process) {
        return !process.isAlive();
    }

    private void listen() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            ready.complete(JsonObject.parse(String.valueOf(out.readLine())));
            out.transferTo(Writer.nullWriter());
        } catch (IOException | IllegalArgumentException e) {
            ready.completeExceptionally(e);
        }
    }

    private String lastWords() {
        try {
            List<String> lines = Files.readAllLines(log);
            return lines.isEmpty() ? "it said nothing" : Human.visible(lines.getLast(), 500);
        } catch (IOException e) {
            return NamedFile.reason(e);
        }
    }
}
