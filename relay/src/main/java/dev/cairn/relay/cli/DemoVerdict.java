package dev.cairn.relay.cli;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// What `cairn verify` says of a log: its text for people, and its facts.
record DemoVerdict(String text, JsonObject facts, boolean isGood) {

    private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");
    private static final int FAULT_LINES = 3; // Where and what it is, what was expected, what was found.

    /// Verifies as a stranger would: with the log, what lies beside it, and public keys from elsewhere.
    ///
    /// @param options those of `cairn verify`
    static DemoVerdict of(List<String> options, Surroundings surroundings) {
        Captured forPeople = run(options, surroundings);
        List<String> asJson = new ArrayList<>(options);
        asJson.add("--json");
        Captured forPrograms = run(asJson, surroundings);
        if (forPeople.exitCode() != forPrograms.exitCode() || forPeople.exitCode() > ExitCode.FAILED) {
            throw CommandFailedException.failed(
                    "cairn verify cannot do its work: " + forPeople.err().strip());
        }
        return new DemoVerdict(
                forPeople.out(), JsonObject.parse(forPrograms.out().strip()), forPeople.exitCode() == ExitCode.GOOD);
    }

    /// @param quorum how many witnesses must have confirmed
    static List<String> options(Path log, Path keys, Path config, int quorum) {
        return List.of(
                "verify",
                "--file",
                log.toString(),
                "--keys",
                keys.toString(),
                "--config",
                config.toString(),
                "--quorum",
                String.valueOf(quorum));
    }

    /// All that people read.
    List<String> lines() {
        return text.lines().toList();
    }

    /// Its headline and the first fault, of which there may be more.
    List<String> headlineAndFirstFault() {
        List<String> lines = lines();
        int first = 1;
        while (first < lines.size() && !label(lines.get(first)).equals("first")) {
            first++;
        }
        List<String> essence = new ArrayList<>(lines.subList(0, 1));
        essence.addAll(lines.subList(first, Math.min(first + FAULT_LINES, lines.size())));
        essence.add("  …");
        return essence;
    }

    private static String label(String line) {
        String[] words = COLOUR.matcher(line).replaceAll("").strip().split(" ", 2);
        return words[0];
    }

    /// Faults of the kind of evidence `name`, or, when that is empty, of the chain itself.
    List<JsonObject> faults(String name) {
        JsonObject evidence = name.isEmpty() ? facts : facts.object(name);
        return evidence == null ? List.of() : evidence.objects("faults");
    }

    private record Captured(int exitCode, String out, String err) {}

    private static Captured run(List<String> arguments, Surroundings surroundings) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Surroundings captured = new Surroundings(
                InputStream.nullInputStream(),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                surroundings.outIsTerminal(),
                false,
                surroundings.environment());
        int exitCode = Cli.run(arguments.toArray(String[]::new), captured);
        return new Captured(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
}
