package dev.cairn.loadtest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A relay that the load generator started for itself: `cairn up` on a directory of its own.
final class RelayProcess implements AutoCloseable {

    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final int CONNECTIONS_ALLOWED = 12_000; // Below the default of `ingress.connections_per_uid_max`.
    private static final int SIGNATURES_ALLOWED = 1_000_000; // The most that `sign.rate_per_uid` can say.
    private static final int STOP_SECONDS = 15;

    private final Process process;
    private final Target target;

    private RelayProcess(Process process, Target target) {
        this.process = process;
        this.target = target;
    }

    /// Lets a relay on `dataDir` sign as fast as it can, and take so many connections of one user if that
    /// is more than it takes by itself: who measures wants to meet the machine's limits.
    static void liftLimits(Path dataDir, int connections) throws IOException {
        String ingress = connections <= CONNECTIONS_ALLOWED
                ? ""
                : ",\"ingress\":{\"connections_max\":" + connections + ",\"connections_per_uid_max\":" + connections
                        + "}";
        Files.writeString(
                configOf(dataDir), "{\"sign\":{\"rate_per_uid\":" + SIGNATURES_ALLOWED + "}" + ingress + "}\n");
    }

    private static Path configOf(Path dataDir) {
        return dataDir.resolveSibling(dataDir.getFileName() + ".config.json");
    }

    /// What starts a relay on `dataDir`; its log goes to `errors`, as an unread pipe would stop it.
    static ProcessBuilder command(Path launcher, Path dataDir, Path errors) {
        List<String> words = new ArrayList<>(List.of(
                launcher.toString(),
                "up",
                "--json",
                "--data",
                dataDir.toString(),
                "--socket",
                dataDir.resolve("relay.sock").toString(),
                "--http",
                "127.0.0.1:0"));
        Path config = configOf(dataDir);
        if (Files.exists(config)) {
            words.addAll(List.of("--config", config.toString()));
        }
        return new ProcessBuilder(words)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectError(errors.toFile());
    }

    /// Starts a relay and waits until it says that it is ready.
    ///
    /// @throws UnreachableException if it does not
    static RelayProcess start(Path launcher, Path dataDir) throws IOException, InterruptedException {
        Path errors = dataDir.resolveSibling(dataDir.getFileName() + ".stderr");
        Process process = command(launcher, dataDir, errors).start();
        BufferedReader out = process.inputReader();
        CompletableFuture<String> ready = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> follow(out, ready));
        try {
            String line = ready.get(START_PATIENCE.toSeconds(), TimeUnit.SECONDS);
            RelayDescription description = RelayDescription.parse(line, dataDir);
            try (ControlConnection control = new ControlConnection(description.socket())) {
                return new RelayProcess(process, description.target("relay", new ServerProcess(control.pid())));
            }
        } catch (ExecutionException | TimeoutException | IOException e) {
            process.destroyForcibly();
            throw new UnreachableException("the relay did not start: " + lastOf(errors), e);
        }
    }

    Target target() {
        return target;
    }

    /// Stops it as a user would, and by force if it takes too long.
    @Override
    public void close() {
        stop(process);
    }

    /// Ends `process` with SIGTERM, and by force if it takes too long.
    static void stop(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static void follow(BufferedReader out, CompletableFuture<String> ready) {
        try (Reader rest = out) {
            String line = out.readLine();
            if (line == null || !line.startsWith("{\"ready\":true")) {
                String words = line == null ? "it ended without a word" : "it said " + line;
                ready.completeExceptionally(new IOException(words));
                return;
            }
            ready.complete(line);
            rest.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
    }

    private static String lastOf(Path errors) throws IOException {
        List<String> lines = Files.readAllLines(errors);
        return lines.isEmpty() ? "it said nothing; see " + errors : lines.getLast() + " (see " + errors + ")";
    }
}
