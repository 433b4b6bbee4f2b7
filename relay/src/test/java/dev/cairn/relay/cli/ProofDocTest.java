package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page about proof says what `cairn verify` prints: its examples are run.
class ProofDocTest {

    private static final Path PAGE = Path.of("../docs/proof.md");

    @TempDir
    private Path dir;

    private SealedDirectory relay = new SealedDirectory(Path.of("absent"));

    @BeforeEach
    void sealAndWitness() throws IOException {
        relay = new SealedDirectory(Files.createDirectory(dir.resolve("data")));
        relay.records(4).seal().witnessed(2, "a", "b").records(3).seal().witnessed(2, "a", "b");
        relay.records(5).seal().witnessed(2, "a", "b").records(2);
    }

    @Test
    void theFirstExampleIsWhatIsPrinted() throws IOException {
        CommandRun run = relay.verify();

        assertThat(run.exitCode()).isZero();
        assertThat(stripped(run.out())).isEqualTo(stripped(output("console live")));
    }

    @Test
    void theOtherMachineNeedsTheFilesAndTheConfigurationOnly() throws IOException {
        Path elsewhere = Files.createDirectory(dir.resolve("elsewhere"));
        for (Path file : List.of(relay.log(), relay.seals(), relay.witnesses())) {
            Files.copy(file, elsewhere.resolve(file.getFileName()));
        }
        String endpoint = "{\"name\":\"%s\",\"url\":\"http://%s.example/\",\"public_key\":\"%s\"}";
        Files.writeString(
                elsewhere.resolve("relay-config.json"),
                "{\"witness\":{\"enabled\":true,\"quorum\":2,\"endpoints\":["
                        + endpoint.formatted(
                                "a", "a", SealedDirectory.witness("a").publicKey()) + ","
                        + endpoint.formatted(
                                "b", "b", SealedDirectory.witness("b").publicKey()) + "]}}");
        String[] args = command("console elsewhere")
                .replaceAll(" ([a-z.-]+\\.jsonl?)", " " + elsewhere + "/$1")
                .split(" ");

        CommandRun run = CommandRun.atHome(elsewhere, args);

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(stripped(run.out())).isEqualTo(stripped(output("console elsewhere")));
    }

    @Test
    void theJsonHasTheMembersThatItShows() throws IOException {
        String example = example("json proven").strip();

        String proven = JsonObject.parse(relay.verify("--json").out().strip().getBytes(StandardCharsets.UTF_8))
                .raw("proven");

        assertThat(stripped(String.valueOf(proven))).isEqualTo(stripped(example));
    }

    /// Without what differs from run to run: paths, hashes, ids, durations.
    private static String stripped(String text) {
        return text.replaceAll("(/[^ ,]*/)", "")
                .replaceAll("in [0-9]+ ms", "in N ms")
                .replaceAll("sha256:[0-9a-f]*…?", "sha256:")
                .replaceAll("\\b[0-9a-f]{16}\\b", "ID")
                .strip();
    }

    private static String command(String kind) throws IOException {
        return example(kind).lines().findFirst().orElseThrow().substring("$ cairn ".length());
    }

    private static String output(String kind) throws IOException {
        String example = example(kind);
        return example.substring(example.indexOf('\n') + 1);
    }

    private static String example(String kind) throws IOException {
        Matcher block =
                Pattern.compile("```" + kind + "\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        assertThat(block.find()).as(kind).isTrue();
        return block.group(1);
    }
}
