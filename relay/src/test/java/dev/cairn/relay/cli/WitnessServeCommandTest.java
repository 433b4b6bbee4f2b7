package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WitnessServeCommandTest {

    @TempDir
    private Path dir;

    @Test
    void teaches() {
        CommandRun group = CommandRun.of("witness");
        CommandRun help = CommandRun.of("witness", "serve", "--help");

        assertThat(group.exitCode()).isZero();
        assertThat(group.out()).contains("cairn witness serve");
        assertThat(help.out()).contains("--tokens", "name:token", "0600", "--allow-anyone", "cairn verify --file");
        assertThat(help.out().lines()).allMatch(line -> line.length() <= 110);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0:8788", "[::]:8788", "192.0.2.1:8788"})
    void doesNotListenToStrangersUnlessToldSo(String address) {
        CommandRun run = CommandRun.of("witness", "serve", "--data", data(), "--http", address);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains(address, "--tokens FILE", "--allow-anyone")
                .doesNotContain("defect");
        assertThat(dir.resolve("data")).doesNotExist();
    }

    @Test
    void saysHowToMakeTokens() {
        CommandRun run = CommandRun.of("witness", "serve", "--data", data(), "--tokens", dir + "/none");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("there is no file", "umask 077", "openssl rand -hex 32");
    }

    @Test
    void refusesTokensThatOthersCanRead() throws IOException {
        Path tokens = Files.writeString(dir.resolve("tokens"), "alice:0123456789abcdef\n");

        CommandRun run = CommandRun.of("witness", "serve", "--data", data(), "--tokens", tokens.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("chmod 600").doesNotContain("0123456789abcdef");
    }

    @ParameterizedTest
    @ValueSource(strings = {"anchor", "/", "/a/../b", "/a b", "/a/*", "/:id"})
    void refusesAPathThatIsNone(String path) {
        CommandRun run = CommandRun.of("witness", "serve", "--data", data(), "--path", path);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("--path: expected a path such as /api/v1/anchor");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--rate=0", "--rate=100001", "--burst=0", "--burst=1000001", "--rate=-1"})
    void refusesALimitThatIsNone(String option) {
        CommandRun run = CommandRun.of("witness", "serve", "--data", data(), option);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains(option.substring(0, option.indexOf('=')) + ": expected 1 to ");
    }

    private String data() {
        return dir.resolve("data").toString();
    }
}
