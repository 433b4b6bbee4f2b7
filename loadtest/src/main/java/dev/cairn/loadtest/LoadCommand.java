package dev.cairn.loadtest;

import dev.cairn.loadtest.RequestMix.Kind;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command `cairn loadtest`.
@Command(
        name = "cairn loadtest",
        header = "Drives a relay through its public doors and says how fast it is.",
        description = {
            "",
            "Starts a relay on a directory of its own (or uses the one that --data or --socket names), puts a load on it, "
                    + "and prints throughput, latency, and what it cost the relay in CPU time and memory. The load generator "
                    + "shares the machine with the relay; its own share is in the column 'load gen'."
        },
        customSynopsis = "cairn loadtest [OPTION...]",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nTry it:%n",
        footer = {
            "  cairn loadtest                            as fast as possible for 5 s",
            "  cairn loadtest --scenario throughput-8    a number of docs/performance.md",
            "  cairn loadtest -r 10000 --baseline        latency, and what the disk allows",
            "  cairn loadtest -r 1000 --subscribers 100 --check",
            "                                            live, everything verified",
            "  cairn loadtest --data DIR -r 100          a relay that runs already",
            "  cairn loadtest --dialect receipts         signed receipts, and what one row per commit allows"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:good",
            " 1:a check failed, or requests were refused or not answered",
            " 2:usage",
            " 3:relay unreachable"
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        usageHelpAutoWidth = true)
final class LoadCommand implements Callable<Integer> {

    static final int GOOD = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int UNREACHABLE = 3;

    private static final Duration LONGEST = Duration.ofMinutes(60);
    private static final int CONNECTIONS_MAX = 10_000;
    private static final int RECORDS_MIN = 1_000;
    private static final int PAYLOAD_BYTES = 450;
    private static final int FRAME_BYTES = 530;

    private final PrintStream out;
    private final PrintStream err;
    private final Progress progress;
    private final @Nullable String home;

    @Mixin
    private final LoadOptions load = new LoadOptions();

    @Mixin
    private final TargetOptions target = new TargetOptions();

    @Option(names = "--json", description = "Prints the result as one JSON object.")
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it.
    private CommandSpec spec;

    /// @param home the distribution's directory, `null` to look for it
    LoadCommand(PrintStream out, PrintStream err, Progress progress, @Nullable String home) {
        this.out = out;
        this.err = err;
        this.progress = progress;
        this.home = home;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Settings settings = settings();
        warnOfMemoryDisk(settings.workDir());
        try (Bench bench = new Bench(settings, progress)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> closeQuietly(bench)));
            Report report = run(bench);
            progress.clear();
            if (json) {
                out.println(JsonReport.of(report));
            } else {
                new TextReport(out).print(report);
            }
            return report.isGood() ? GOOD : FAILED;
        } catch (UnreachableException e) {
            return fail(e, UNREACHABLE);
        } catch (IOException e) {
            return fail(e, FAILED);
        }
    }

    private static Report run(Bench bench) throws IOException, InterruptedException {
        return switch (bench.settings().trial()) {
            case PAIRS -> new PairTrial(bench).run();
            case SEALS -> new SealTrial(bench).run();
            case IDLE -> new IdleTrial(bench).run();
            case STARTUP -> new StartupTrial(bench).run();
            case VERIFY -> new VerifyTrial(bench).run();
            case MEMORY -> new MemoryTrial(bench).run();
            case RECEIPTS -> new ReceiptTrial(bench).run();
            case RECEIPTS_VERIFY -> new ReceiptVerifyTrial(bench).run();
            case HOOK -> new HookTrial(bench).run();
        };
    }

    private int fail(IOException e, int exitCode) {
        progress.clear();
        err.println("cairn loadtest: " + e.getMessage());
        return exitCode;
    }

    /// On Ctrl-C: nothing may be left running.
    private void closeQuietly(Bench bench) {
        try {
            bench.close();
        } catch (IOException e) {
            err.println("cairn loadtest: " + e.getMessage());
        }
    }

    private void warnOfMemoryDisk(Path directory) throws IOException {
        if (Files.isDirectory(directory) && Files.getFileStore(directory).type().equals("tmpfs")) {
            err.println("cairn loadtest: " + directory + " is in memory, where a sync costs nothing; "
                    + "name a directory on a disk with --temp");
        }
    }

    /// Command line, scenario and defaults, in this order of precedence.
    Settings settings() {
        refuseIf(load.contradictItself(), "--scenario and --dialect contradict each other");
        Scenario scenario = load.scenario();
        boolean baseline = load.baseline || (scenario != null && scenario.hasBaseline() && !load.noBaseline);
        LoadPlan plan = new LoadPlan(
                emitterLoad(scenario),
                orElse(load.subscribers, scenario == null ? 0 : scenario.subscribers()),
                load.slowSubscribers,
                orElse(load.idle, scenario == null ? 0 : scenario.idle()),
                load.warmUp,
                load.duration != null ? load.duration : Duration.ofSeconds(scenario == null ? 5 : scenario.seconds()),
                load.check || (scenario != null && scenario.isChecked()));
        int rounds = orElse(load.rounds, scenario == null ? baseline ? 5 : 1 : scenario.rounds());
        Scenario.Trial trial = scenario == null ? Scenario.Trial.PAIRS : scenario.trial();
        int records = scenario == null || scenario.records() == 0 ? 0 : orElse(load.records, scenario.records());
        refuseNonsense(plan, rounds, trial);
        refuseLiveBaseline(plan, baseline);
        return new Settings(
                trial,
                title(scenario, plan, rounds, records),
                plan,
                rounds,
                baseline,
                records,
                target.place(),
                target.launcher(home),
                load.temp.toAbsolutePath());
    }

    private EmitterLoad emitterLoad(@Nullable Scenario scenario) {
        return new EmitterLoad(
                orElse(load.connections, scenario == null ? 8 : scenario.connections()),
                orElse(load.window, scenario == null ? 16_384 : scenario.window()),
                load.rate != null ? load.rate : scenario == null ? 0 : scenario.perSecond(),
                orElse(load.bytes, isOfReceipts(scenario) ? FRAME_BYTES : PAYLOAD_BYTES),
                load.mix != null ? load.mix : scenario == null ? RequestMix.EVENTS : scenario.mix(),
                EmitterLoad.UNLIMITED,
                load.paced || (scenario != null && scenario.isPacedBySubscribers()));
    }

    private void refuseNonsense(LoadPlan plan, int rounds, Scenario.Trial trial) {
        EmitterLoad emitters = plan.emitters();
        between("--connections", emitters.connections(), 1, CONNECTIONS_MAX);
        between("--window", emitters.window(), emitters.connections(), 1_000_000);
        between(
                "--bytes",
                emitters.payloadBytes(),
                trial.isOfReceipts() ? FrameBlock.FRAME_BYTES_MIN : RequestBlock.PAYLOAD_BYTES_MIN,
                RequestBlock.PAYLOAD_BYTES_MAX);
        between("--records", orElse(load.records, RECORDS_MIN), RECORDS_MIN, 100_000_000);
        between("--rounds", rounds, 1, 100);
        between("--subscribers", plan.subscribers(), 0, 10_000);
        between("--slow-subscribers", plan.slowSubscribers(), 0, 10_000);
        between("--idle", plan.idle(), 0, 100_000);
        refuseIf(load.rate != null && !(load.rate > 0 && load.rate <= 10_000_000), "--rate: expected 1 to 10000000");
        refuseIf(
                plan.duration().isZero() || plan.duration().plus(plan.warmUp()).compareTo(LONGEST) > 0,
                "--duration: expected more than nothing, and no more than an hour with --warmup");
        refuseIf(
                load.baseline
                        && (emitters.mix().has(Kind.SIGN) || emitters.mix().has(Kind.VERIFY)),
                "--baseline signs and verifies nothing");
        refuseIf(load.baseline && load.noBaseline, "--baseline and --no-baseline exclude each other");
        refuseIf(
                emitters.pacedBySubscribers()
                        && (plan.subscribers() == 0 || !emitters.mix().isEventsOnly()),
                "--paced: needs --subscribers, and events only");
        refuseIf(emitters.pacedBySubscribers() && emitters.isOpenLoop(), "--paced and --rate exclude each other");
        boolean startsItself =
                trial == Scenario.Trial.STARTUP || trial == Scenario.Trial.VERIFY || trial.isOfReceipts();
        refuseIf(
                trial.isOfReceipts()
                        && (load.mix != null || plan.subscribers() + plan.slowSubscribers() + plan.idle() > 0),
                "--mix, --subscribers, --slow-subscribers and --idle are of the audit dialect");
        refuseIf(
                startsItself && target.place() != null,
                "this scenario starts its own relay: without --data and --socket");
    }

    /// The baseline's subscribers cannot fall behind and catch up from a log, as those of a relay do.
    private void refuseLiveBaseline(LoadPlan plan, boolean baseline) {
        EmitterLoad emitters = plan.emitters();
        refuseIf(
                baseline && plan.subscribers() > 0 && !emitters.isOpenLoop() && !emitters.pacedBySubscribers(),
                "--subscribers with --baseline: needs --rate or --paced");
    }

    private void between(String option, int value, int min, int max) {
        refuseIf(value < min || value > max, option + ": expected " + min + " to " + max + ", got " + value);
    }

    private void refuseIf(boolean wrong, String message) {
        if (wrong) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private static boolean isOfReceipts(@Nullable Scenario scenario) {
        return scenario != null && scenario.trial().isOfReceipts();
    }

    private static int orElse(@Nullable Integer told, int usual) {
        return told != null ? told : usual;
    }

    private static String title(@Nullable Scenario scenario, LoadPlan plan, int rounds, int records) {
        String label = scenario == null ? "" : scenario.label() + " (" + scenario.purpose() + "): ";
        if (scenario == Scenario.HOOK) {
            return label + rounds + " processes, one after the other";
        }
        return label
                + (records > 0
                        ? String.format(Locale.ROOT, "%,d records, %d rounds", records, rounds)
                        : load(plan, rounds));
    }

    private static String load(LoadPlan plan, int rounds) {
        EmitterLoad emitters = plan.emitters();
        String pace = emitters.isOpenLoop()
                ? String.format(Locale.ROOT, "%,.0f/s open loop", emitters.perSecond())
                : String.format(Locale.ROOT, "window %,d", emitters.window());
        return String.format(
                Locale.ROOT,
                "%d connections, %s, %d bytes, %s, %d subscribers, %d idle; %d × %d ms after %d ms of warm-up",
                emitters.connections(),
                pace,
                emitters.payloadBytes(),
                emitters.mix(),
                plan.subscribers(),
                plan.idle(),
                rounds,
                plan.duration().toMillis(),
                plan.warmUp().toMillis());
    }
}
