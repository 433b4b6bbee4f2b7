package dev.cairn.relay;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A real witness in a process of its own, on a free port: `cairn witness serve --json`. [#close] kills it if
/// it still runs.
public final class WitnessProcess implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 30;

    private final Process process;
    private final JsonObject ready;

    private WitnessProcess(Process process, JsonObject ready) {
        this.process = process;
        this.ready = ready;
    }

    /// Starts a witness and returns when it is ready.
    public static WitnessProcess start(Path dataDir, String... options) {
        List<String> command = new ArrayList<>(RelayProcess.jvm(List.of()));
        command.addAll(List.of("witness", "serve", "--data", dataDir.toString(), "--json"));
        command.addAll(List.of(options));
        if (!command.contains("--http")) {
            command.addAll(List.of("--http", "127.0.0.1:0"));
        }
        Path log = dataDir.resolveSibling(dataDir.getFileName() + "-stderr.log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            String line = process.inputReader(StandardCharsets.UTF_8).readLine();
            if (line == null) {
                throw new IllegalStateException("the witness ended:\n" + Files.readString(log));
            }
            return new WitnessProcess(process, new JsonObject(line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What it said when it was ready.
    public JsonObject ready() {
        return ready;
    }

    /// Where anchors are sent.
    public String url() {
        return ready.getJsonArray("urls").getString(0);
    }

    public Path log() {
        return Path.of(ready.getString("log"));
    }

    /// `SIGTERM`, then its exit code.
    public int stop() {
        process.destroy();
        return waitFor();
    }

    /// `SIGKILL`: as if the power went.
    public void kill() {
        process.destroyForcibly();
        waitFor();
    }

    private int waitFor() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("the witness did not end");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }
}
