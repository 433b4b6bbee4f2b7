package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cairn.relay.RelayProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// One command that goes on, in a process of its own, whose lines are heard as they come. [#close] kills it.
final class CairnProcess implements AutoCloseable {

    private static final int SIGHUP = 1;
    private static final int SIGINT = 2;
    private static final String IGNORED = "SigIgn:";

    private static final int PATIENCE_SECONDS = 30;
    private static final String END = "\0";

    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> heard = new ArrayList<>();

    private CairnProcess(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::read);
    }

    /// Both of its outputs are heard as one.
    static CairnProcess start(String... args) throws IOException {
        List<String> command = new ArrayList<>(RelayProcess.jvm(List.of()));
        command.addAll(Arrays.asList(args));
        return new CairnProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /// The next line that is `wanted`; those before it are passed over.
    String await(Predicate<String> wanted) throws InterruptedException {
        while (true) {
            String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(line).as("a line behind %s", heard).isNotNull().isNotEqualTo(END);
            heard.add(line);
            if (wanted.test(line)) {
                return line;
            }
        }
    }

    /// Every line that was passed until now.
    List<String> heard() {
        return heard;
    }

    /// As Ctrl-C does.
    void interrupt() throws IOException, InterruptedException {
        interrupt(process);
    }

    /// Sends what Ctrl-C sends. Skips the test where whoever runs it ignores that, as shells do for jobs in the
    /// background: the processes that it starts ignore it too.
    static void interrupt(Process process) throws IOException, InterruptedException {
        assumeThat(isIgnored(SIGINT))
                .as("SIGINT is ignored by whoever runs this test")
                .isFalse();
        Process kill = new ProcessBuilder("kill", "-INT", String.valueOf(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    /// Sends what the end of a terminal sends; likewise.
    static void hangUp(Process process) throws IOException, InterruptedException {
        assumeThat(isIgnored(SIGHUP))
                .as("SIGHUP is ignored by whoever runs this test")
                .isFalse();
        Process kill = new ProcessBuilder("kill", "-HUP", String.valueOf(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private static boolean isIgnored(int signal) throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.exists(status)
                && Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith(IGNORED))
                        .mapToLong(line -> Long.parseUnsignedLong(
                                line.substring(IGNORED.length()).strip(), 16))
                        .anyMatch(mask -> (mask >> (signal - 1) & 1) == 1);
    }

    long pid() {
        return process.pid();
    }

    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("it ended")
                .isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void read() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            out.lines().forEach(lines::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lines.add(END);
        }
    }
}
