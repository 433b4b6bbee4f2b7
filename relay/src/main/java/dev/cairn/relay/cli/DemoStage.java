package dev.cairn.relay.cli;

import dev.cairn.relay.Main;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Where the demo takes place: a directory of its own and the servers it starts. Whatever happens, Ctrl-C included,
/// ends with [#close]: no server runs on and, unless it is to be kept, nothing of the directory is left.
final class DemoStage implements AutoCloseable {

    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final Duration END_PATIENCE = Duration.ofSeconds(5);

    private final Path dir;
    private final Runnable removal;
    private final List<DemoProcess> processes = new ArrayList<>();
    private boolean closed;

    private DemoStage(Path dir, Runnable removal) {
        this.dir = dir;
        this.removal = removal;
    }

    /// A stage whose directory is removed at the end.
    static DemoStage temporary() throws IOException {
        Path dir = directory();
        return guarded(new DemoStage(dir, () -> remove(dir)));
    }

    /// A stage whose directory stays for its user to look at.
    static DemoStage kept() throws IOException {
        return guarded(new DemoStage(directory(), () -> {}));
    }

    /// A new one, for its owner only, with a name that is short enough to be typed.
    private static Path directory() throws IOException {
        Path parent = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
        while (true) {
            String digits = Integer.toString(new SecureRandom().nextInt(36 * 36 * 36, 36 * 36 * 36 * 36), 36);
            try {
                return Files.createDirectory(parent.resolve("cairn-demo-" + digits), OWNER_ONLY);
            } catch (FileAlreadyExistsException _) {
                // Of another demo: there are other names.
            }
        }
    }

    private static DemoStage guarded(DemoStage stage) {
        Runtime.getRuntime().addShutdownHook(new Thread(stage::close));
        return stage;
    }

    Path dir() {
        return dir;
    }

    /// Starts `cairn` with these arguments; its log is `NAME.log` in the directory.
    ///
    /// @throws CommandFailedException if that is impossible, or the stage is closed
    synchronized DemoProcess start(String name, String... arguments) {
        if (closed) {
            throw CommandFailedException.failed("the demo was stopped");
        }
        List<String> command = new ArrayList<>(cairn());
        command.addAll(Arrays.asList(arguments));
        try {
            DemoProcess process = DemoProcess.start(name, command, dir.resolve(name + ".log"));
            processes.add(process);
            return process;
        } catch (IOException e) {
            throw CommandFailedException.failed("cannot start " + name + ": " + NamedFile.reason(e));
        }
    }

    synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        processes.forEach(DemoProcess::askToStop);
        processes.forEach(process -> process.awaitEnd(END_PATIENCE));
        removal.run();
    }

    /// What this process was started with: the distribution's launcher, or, on another class path, the same
    /// Java.
    private static List<String> cairn() {
        String classPath = System.getProperty("java.class.path");
        Path jar = Path.of(classPath.split(File.pathSeparator, -1)[0]).toAbsolutePath();
        Path launcher = jar.resolveSibling("../bin/cairn").normalize();
        if (Files.isExecutable(launcher)) {
            return List.of(launcher.toString());
        }
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx96m",
                "-XX:MaxDirectMemorySize=256m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                classPath,
                Main.class.getName());
    }

    private static void remove(Path dir) {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException _) {
            // Somebody was quicker.
        } catch (IOException e) {
            throw CommandFailedException.failed("cannot remove " + dir + ": " + NamedFile.reason(e));
        }
    }
}
