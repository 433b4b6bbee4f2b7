package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.RelayProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cairn up --demo` as its user starts it.
class DemoIT {

    private static final int PATIENCE_SECONDS = 90;

    @TempDir
    Path temporary;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void endAll() {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    @Test
    void theStoryHoldsAndLeavesNothingBehind() throws Exception {
        Process demo = start("--json");

        List<JsonObject> steps = stepsOf(demo);

        assertThat(demo.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).as("%s", steps).isZero();
        assertThat(steps).hasSize(9).allMatch(step -> step.isTrue("ok"));
        assertThat(facts(steps, 3).texts("confirmed_by")).hasSizeGreaterThanOrEqualTo(2);
        assertThat(facts(steps, 4).texts("confirmed_by")).containsExactlyInAnyOrder("auditor", "security");
        assertThat(facts(steps, 4).number("records")).isEqualTo(360);
        assertThat(facts(steps, 5).number("found_line"))
                .isEqualTo(facts(steps, 5).number("changed_line"));
        assertThat(facts(steps, 6).number("seal_faults")).isPositive();
        assertThat(facts(steps, 7).number("witness_faults")).isPositive();
        assertThat(facts(steps, 8).number("proven_records")).isEqualTo(360);
        assertThat(facts(steps, 8).texts("witnesses")).containsExactlyInAnyOrder("auditor", "security");
        assertThat(steps.getLast().number("elapsed_ms", Long.MAX_VALUE)).isBetween(1L, 60_000L);
        assertThat(temporary).isEmptyDirectory();
        assertThat(processesOf(temporary)).isEmpty();
    }

    @Test
    void ctrlCInTheMiddleEndsEveryProcessAndRemovesTheDirectory() throws Exception {
        Process demo = start("--json");
        demo.inputReader(StandardCharsets.UTF_8).readLine(); // All four servers run.
        List<ProcessHandle> servers = demo.children().toList();

        CairnProcess.interrupt(demo);

        assertThat(demo.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).isEqualTo(130);
        assertThat(servers).hasSize(4).noneMatch(ProcessHandle::isAlive);
        assertThat(temporary).isEmptyDirectory();
        assertThat(Files.readString(errors())).isEmpty();
    }

    @Test
    void peopleReadAStoryAndMayKeepItsFiles() throws Exception {
        Process demo = start("--keep");

        String story = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(demo.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).as(story).isZero();
        assertThat(story)
                .contains("1  Three witnesses and a relay start", "curl -fsS", "signed by its key", "Everything held.")
                .doesNotContain("\u001b[");
        assertThat(temporary.toFile().list()).hasSize(1);
        assertThat(temporary).isDirectoryRecursivelyContaining("glob:**/relay/events.relay.jsonl");
        assertThat(processesOf(temporary)).isEmpty();
    }

    /// Its temporary files go below the test's own directory.
    private Process start(String... options) throws IOException {
        List<String> command = new ArrayList<>(RelayProcess.jvm(List.of("-Djava.io.tmpdir=" + temporary)));
        command.addAll(List.of("up", "--demo"));
        command.addAll(List.of(options));
        Process process =
                new ProcessBuilder(command).redirectError(errors().toFile()).start();
        started.add(process);
        return process;
    }

    private Path errors() {
        return temporary.resolveSibling(temporary.getFileName() + ".stderr");
    }

    private static List<JsonObject> stepsOf(Process demo) {
        return demo.inputReader(StandardCharsets.UTF_8)
                .lines()
                .map(JsonObject::parse)
                .toList();
    }

    private static JsonObject facts(List<JsonObject> steps, int number) {
        return Objects.requireNonNull(steps.get(number - 1).object("facts"));
    }

    /// Processes whose command line names the directory.
    private static List<String> processesOf(Path directory) throws IOException {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.map(process -> process.info().commandLine().orElse(""))
                    .filter(line -> line.contains(directory + "/cairn-demo"))
                    .toList();
        }
    }
}
