package dev.cairn.relay;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonTape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A real relay in a process of its own, on paths inside one directory and a free HTTP port.
///
/// Starts `cairn up --data DIR` with the test's class path and waits for the line that says it is ready. What
/// it logs goes to `relay-stderr.log` in the directory. [#close] kills it if it still runs.
public final class RelayProcess implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 30;

    private final Process process;
    private final Path dataDir;
    private final JsonTape ready = new JsonTape();

    private RelayProcess(Process process, Path dataDir, String readyLine) {
        this.process = process;
        this.dataDir = dataDir;
        byte[] line = readyLine.getBytes(StandardCharsets.UTF_8);
        ready.parse(line, 0, line.length);
    }

    /// Starts a relay and returns when it has said whether it is ready.
    ///
    /// @param options further options of `cairn up`, for instance `--config`, `FILE`
    public static RelayProcess start(Path dataDir, String... options) {
        return start(List.of(), dataDir, options);
    }

    /// The same, with options of its JVM, for instance `-Xmx128m`.
    public static RelayProcess start(List<String> jvmOptions, Path dataDir, String... options) {
        Path log = dataDir.resolve("relay-stderr.log");
        try {
            Files.createDirectories(dataDir);
            Process process = command(jvmOptions, dataDir, options)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            String line = firstLine(process);
            if (line == null || !line.startsWith("{\"ready\":")) {
                process.destroyForcibly().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
                throw new IllegalStateException(
                        "the relay ended with " + process.exitValue() + ":\n" + Files.readString(log));
            }
            return new RelayProcess(process, dataDir, line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The command that [#start] runs, for tests of starts that fail.
    public static ProcessBuilder command(List<String> jvmOptions, Path dataDir, String... options) {
        List<String> command = new ArrayList<>(jvm(jvmOptions));
        command.addAll(List.of("up", "--data", dataDir.toString(), "--json"));
        command.addAll(List.of(options));
        if (!command.contains("--http")) {
            command.addAll(List.of("--http", "127.0.0.1:0"));
        }
        return new ProcessBuilder(command);
    }

    /// A JVM on the test's class path with `Main`; a command of `cairn` follows.
    public static List<String> jvm(List<String> jvmOptions) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-Xmx96m", "-XX:MaxDirectMemorySize=256m"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        return command;
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

    /// Waits for its end and returns its exit code.
    public int waitFor() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        String.format(Locale.ROOT, "the relay did not end within %d s", PATIENCE_SECONDS));
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    public Path dataDir() {
        return dataDir;
    }

    /// Its first Unix socket.
    public Path socket() {
        return Path.of(ready.text(ready.firstChild(ready.member(0, "sockets"))));
    }

    /// Its event log.
    public Path log() {
        return Path.of(said("log"));
    }

    /// A file that it named when it was ready, by its member of that line.
    public Path file(String member) {
        return Path.of(said(member));
    }

    /// Where its HTTP server listens, for instance `http://127.0.0.1:40123`.
    public URI http() {
        return URI.create(said("http"));
    }

    /// The token that its WebSockets want.
    public String token() {
        try {
            return Files.readString(Path.of(said("token_file"))).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What it wrote to standard error up to now.
    public String stderr() {
        try {
            return Files.readString(dataDir.resolve("relay-stderr.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }

    /// Whether it said that it was ready, and if not, which parts are down.
    public boolean isReady() {
        return ready.is(ready.member(0, "ready"), JsonKind.TRUE);
    }

    private String said(String key) {
        return ready.text(ready.member(0, key));
    }

    private static @Nullable String firstLine(Process process) throws IOException {
        return process.inputReader(StandardCharsets.UTF_8).readLine();
    }
}
