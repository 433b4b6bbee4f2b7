package dev.cairn.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoadCommandTest {

    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void sendsEventsAsFastAsPossibleUnlessToldOtherwise() {
        Settings settings = settings();

        assertThat(settings.plan().emitters())
                .isEqualTo(new EmitterLoad(8, 16_384, 0, 450, RequestMix.EVENTS, EmitterLoad.UNLIMITED, false));
        assertThat(settings.plan().warmUp()).isEqualTo(Duration.ofSeconds(4));
        assertThat(settings.rounds()).isEqualTo(1);
        assertThat(settings.where()).isNull();
    }

    @Test
    void measuresFivePairsWithABaseline() {
        assertThat(settings("--baseline").rounds()).isEqualTo(5);
    }

    @Test
    void takesAScenariosSettingsExceptThoseThatAreGiven() {
        Settings settings = settings("--scenario", "open-10k", "-c", "2", "--rounds", "3", "--duration", "500ms");

        assertThat(settings.plan().emitters().connections()).isEqualTo(2);
        assertThat(settings.plan().emitters().perSecond()).isEqualTo(10_000);
        assertThat(settings.plan().duration()).isEqualTo(Duration.ofMillis(500));
        assertThat(settings.baseline()).isTrue();
        assertThat(settings.rounds()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"live-1000x50", "live-100x1000"})
    void measuresLiveScenariosBesideABaseline(String scenario) {
        Settings settings = settings("--scenario", scenario);

        assertThat(settings.baseline()).isTrue();
        assertThat(settings.rounds()).isEqualTo(3);
        assertThat(settings.plan().duration()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings("--scenario", scenario, "--no-baseline").baseline()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"live-saturated-100", "live-saturated-1000", "live-1000x1000"})
    void measuresOtherLiveScenariosOnceAndAlone(String scenario) {
        assertThat(settings("--scenario", scenario).baseline()).isFalse();
        assertThat(settings("--scenario", scenario).rounds()).isEqualTo(1);
        assertThat(settings("--scenario", scenario, "--baseline").baseline()).isTrue();
    }

    @Test
    void givesTheBaselineAsManySubscribersAndNothingElseBesideTheEmitters() {
        LoadPlan plan = settings("-r", "100", "--subscribers", "7", "--slow-subscribers", "2", "--idle", "3", "--check")
                .plan();

        assertThat(plan.onBaseline())
                .isEqualTo(new LoadPlan(plan.emitters(), 7, 0, 0, plan.warmUp(), plan.duration(), false));
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void knowsEveryScenarioByItsName(Scenario scenario) {
        Settings settings = settings("--scenario", scenario.label());

        assertThat(settings.trial()).isEqualTo(scenario.trial());
        assertThat(settings.title()).startsWith(scenario.label());
    }

    @Test
    void makesALogOfTheSizeThatWasAskedFor() {
        assertThat(settings("--scenario", "verify-1m").records()).isEqualTo(1_000_000);
        assertThat(settings("--scenario", "verify-1m", "--records", "5000").records())
                .isEqualTo(5_000);
        assertThat(settings("--scenario", "open-10k", "--records", "5000").records())
                .isZero();
    }

    @Test
    void signsOverOneConnectionWithoutABaseline() {
        Settings settings = settings("--scenario", "sign-2k");

        assertThat(settings.plan().emitters())
                .isEqualTo(new EmitterLoad(1, 1_024, 2_000, 450, RequestMix.SIGNATURES, EmitterLoad.UNLIMITED, false));
        assertThat(settings.baseline()).isFalse();
        assertThat(settings.plan().check()).isTrue();
    }

    @Test
    void sendsFramesOfTheirUsualSizeWhenTheDialectIsNamed() {
        Settings settings = settings("--dialect", "receipts", "-c", "2");

        assertThat(settings.trial()).isEqualTo(Scenario.Trial.RECEIPTS);
        assertThat(settings.plan().emitters())
                .isEqualTo(new EmitterLoad(2, 16_384, 0, 530, RequestMix.EVENTS, EmitterLoad.UNLIMITED, false));
        assertThat(settings.baseline()).isTrue();
        assertThat(settings.plan().check()).isTrue();
        assertThat(settings("--dialect", "audit").trial()).isEqualTo(Scenario.Trial.PAIRS);
        assertThat(settings("--scenario", "receipts-verify").records()).isEqualTo(200_000);
        assertThat(settings("--scenario", "receipts-10k").baseline()).isFalse();
    }

    @Test
    void takesARelayThatRunsAlready() {
        Settings.Place place =
                settings("--socket", "/run/x.sock", "--http", "127.0.0.1:8787").where();

        assertThat(place)
                .isEqualTo(new Settings.Place(
                        null, Path.of("/run/x.sock"), URI.create("http://127.0.0.1:8787"), null, null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--bytes=442",
                "--bytes=1000001",
                "--connections=0",
                "--rate=0",
                "--rate=x",
                "--window=7",
                "--mix=seal=1",
                "--mix=sign=1 --baseline",
                "--duration=0s",
                "--duration=2h",
                "--duration=61m",
                "--scenario=fast",
                "--rounds=0",
                "--records=999",
                "--idle=-1",
                "--paced",
                "--paced --subscribers=1 --rate=10",
                "--baseline --no-baseline",
                "--baseline --subscribers=1",
                "--scenario=throughput-8 --subscribers=1",
                "--scenario=verify-1m --data=x",
                "--dialect=collab",
                "--dialect=receipts --scenario=verify-1m",
                "--dialect=audit --scenario=hook",
                "--dialect=receipts --data=x",
                "--dialect=receipts --mix=ping=1",
                "--dialect=receipts --bytes=419",
                "--nonsense",
                "word"
            })
    void refusesNonsenseInOneSentence(String options) {
        int exitCode = execute(options.split(" ", -1));

        assertThat(exitCode).isEqualTo(LoadCommand.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .startsWith("cairn loadtest: ")
                .endsWith("--help'.\n");
        assertThat(out.size()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--connections=x", "--rate=x", "--slow-subscribers=1.5"})
    void saysThatANumberWasExpected(String option) {
        int exitCode = execute(option);

        assertThat(exitCode).isEqualTo(LoadCommand.USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .containsPattern("expected a (whole )?number, got ")
                .doesNotContainPattern("\\b(int|double)\\b");
    }

    @Test
    void saysWhenThereIsNoRelay() {
        int exitCode = execute("--socket", directory.resolve("no.sock").toString(), "--temp", directory.toString());

        assertThat(exitCode).isEqualTo(LoadCommand.UNREACHABLE);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("cairn loadtest: the relay cannot be reached");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void failsWhenRequestsAreRefused() throws Exception {
        Path socket = directory.resolve("relay.sock");

        try (TinyRelay _ = TinyRelay.on(socket, _ -> "{\"ok\":false,\"error\":\"Write failed: no space\"}")) {
            int exitCode = execute(shortLoadOn(socket));

            assertThat(exitCode).isEqualTo(LoadCommand.FAILED);
            assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"ok\":false", "Write failed: no space");
        }
    }

    @Test
    void printsOneJsonObject() throws Exception {
        Path socket = directory.resolve("relay.sock");

        try (TinyRelay _ = TinyRelay.on(socket, _ -> TinyRelay.STORED)) {
            int exitCode = execute(shortLoadOn(socket));

            assertThat(exitCode).isEqualTo(LoadCommand.GOOD);
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .startsWith("{\"title\":")
                    .contains("\"ok\":true", "\"p99_micros\":")
                    .endsWith("}\n")
                    .containsOnlyOnce("\n");
        }
    }

    private String[] shortLoadOn(Path socket) {
        return new String[] {
            "--socket",
            socket.toString(),
            "--json",
            "--rate",
            "200",
            "--warmup",
            "0s",
            "--duration",
            "300ms",
            "--temp",
            directory.toString()
        };
    }

    private Settings settings(String... options) {
        LoadCommand command = command();
        Main.commandLine(command, false).parseArgs(options);
        return command.settings();
    }

    private int execute(String... options) {
        return Main.commandLine(command(), false)
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .execute(options);
    }

    private LoadCommand command() {
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        PrintStream output = new PrintStream(out, true, StandardCharsets.UTF_8);
        return new LoadCommand(output, errors, new Progress(errors, false), null);
    }
}
