package dev.cairn.loadtest;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A baseline, [BaselineServer] or [ReceiptBaseline], as a process of its own.
final class BaselineProcess implements AutoCloseable {

    /// What a baseline prints when it serves; and behind it, where it has one, the port of its subscribers.
    static final String READY = "ready";

    private static final int STOP_SECONDS = 5;

    private final Process process;
    private final Target target;

    private BaselineProcess(Process process, Target target) {
        this.process = process;
        this.target = target;
    }

    /// Starts one that copies lines to a file, on a socket and a file in `directory`, which should be on the
    /// relay's disk.
    static BaselineProcess start(Path directory) throws IOException {
        return start(BaselineServer.class, directory, "baseline", directory.resolve("baseline.log"));
    }

    /// Starts one that inserts a row per transaction into `database`.
    static BaselineProcess startReceipts(Path directory, Path database) throws IOException {
        return start(ReceiptBaseline.class, directory, "receipts-baseline", database);
    }

    private static BaselineProcess start(Class<?> main, Path directory, String name, Path file) throws IOException {
        Path socket = directory.resolve(name + ".sock");
        Path errors = directory.resolve(name + ".err");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(
                        java.toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName(),
                        socket.toString(),
                        file.toString())
                .redirectError(errors.toFile())
                .start();
        String said = process.inputReader().readLine();
        if (said == null || !said.startsWith(READY)) {
            process.destroyForcibly();
            throw new IOException("the baseline did not start; see " + errors);
        }
        WebSocketDoor door = door(said.substring(READY.length()).strip());
        return new BaselineProcess(
                process, new Target("baseline", socket, door, null, false, new ServerProcess(process.pid())));
    }

    private static @Nullable WebSocketDoor door(String port) {
        return port.isEmpty() ? null : new WebSocketDoor(URI.create("http://127.0.0.1:" + port), "of-nobody");
    }

    Target target() {
        return target;
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close(); // The end of its input is the sign to end.
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
