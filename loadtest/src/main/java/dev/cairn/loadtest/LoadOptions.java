package dev.cairn.loadtest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/// What the command line says about the load; [Settings] are made of it.
final class LoadOptions {

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            converter = Scenarios.class,
            completionCandidates = Scenarios.class,
            description = "A load whose number is in docs/performance.md; other options override its settings: "
                    + "${COMPLETION-CANDIDATES}.")
    @Nullable
    Scenario scenario;

    @Option(
            names = "--dialect",
            paramLabel = "NAME",
            description =
                    "What is sent: ${COMPLETION-CANDIDATES} (default audit). Receipts are frames without an answer; their "
                            + "rows are counted after the commit by a reader of the store.")
    @Nullable
    Dialect dialect;

    @Option(
            names = {"-c", "--connections"},
            paramLabel = "N",
            description = "Emitters, each with a connection of its own (default 8).")
    @Nullable
    Integer connections;

    @Option(
            names = {"-r", "--rate"},
            paramLabel = "N",
            description = "Requests per second over all connections, sent on time whatever the relay does (open loop); "
                    + "latency counts from when a request was due. Without it: as fast as possible.")
    @Nullable
    Double rate;

    @Option(
            names = {"-w", "--window"},
            paramLabel = "N",
            description = "Requests under way over all connections, when as fast as possible (default 16384). "
                    + "Quote it with every number.")
    @Nullable
    Integer window;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            description = "Size of an event (default 450, as hooks send), or of a frame of receipts (default 530).")
    @Nullable
    Integer bytes;

    @Option(
            names = "--mix",
            paramLabel = "KIND=WEIGHT,...",
            converter = Mixes.class,
            description =
                    "Kinds of requests by weight, of event, ping, state, sign and verify, such as event=95,ping=3,sign=2 "
                            + "(default event=1).")
    @Nullable
    RequestMix mix;

    @Option(names = "--idle", paramLabel = "N", description = "Connections that say nothing (default 0).")
    @Nullable
    Integer idle;

    @Option(names = "--subscribers", paramLabel = "N", description = "Live subscribers (default 0).")
    @Nullable
    Integer subscribers;

    @Option(
            names = "--slow-subscribers",
            paramLabel = "N",
            description = "Live subscribers that never read (default 0); the relay should close them.")
    int slowSubscribers;

    @Option(
            names = "--paced",
            description = "Waits for the subscribers as well, so that they are as busy as can be and not behind.")
    boolean paced;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long each round is measured (default 5s).")
    @Nullable
    Duration duration;

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long the first round runs before that (default 4s; later rounds 1s).")
    Duration warmUp = Duration.ofSeconds(4);

    @Option(
            names = "--rounds",
            paramLabel = "N",
            description = "How often it is measured (default 5 with --baseline, else 1).")
    @Nullable
    Integer rounds;

    @Option(
            names = "--records",
            paramLabel = "N",
            description =
                    "Size of the log that startup-1m and verify-1m make first (default 1000000), or of the store that "
                            + "receipts-verify makes (default 200000).")
    @Nullable
    Integer records;

    @Option(
            names = "--baseline",
            description =
                    "Measures in between a process that only copies the same bytes to a file with fdatasync, "
                            + "answers, and passes them on to as many subscribers, and prints the ratios. Runs minutes apart cannot be compared: disks and machines swing.")
    boolean baseline;

    @Option(names = "--no-baseline", description = "Leaves out the baseline of a scenario.")
    boolean noBaseline;

    @Option(
            names = "--check",
            description =
                    "Verifies afterwards that every acknowledged event is in the chain once, under the hash it was "
                            + "acknowledged with, that chain and seals verify, that every signature does, and that every subscriber "
                            + "saw every record in order.")
    boolean check;

    @Option(
            names = "--temp",
            paramLabel = "DIR",
            description = "Where the data of the relay and the baseline goes for the time (default ${DEFAULT-VALUE}).")
    Path temp = Path.of(System.getProperty("java.io.tmpdir"));

    /// The dialects that a relay can be driven with.
    enum Dialect {
        AUDIT,
        RECEIPTS
    }

    /// The scenario that was named; that of receipts where only the dialect was.
    @Nullable
    Scenario scenario() {
        return scenario == null && dialect == Dialect.RECEIPTS ? Scenario.RECEIPTS : scenario;
    }

    /// Whether the scenario speaks another dialect than the one that was named.
    boolean contradictItself() {
        return scenario != null && dialect != null && scenario.trial().isOfReceipts() != (dialect == Dialect.RECEIPTS);
    }

    /// Scenarios by their names on the command line.
    static final class Scenarios implements ITypeConverter<Scenario>, Iterable<String> {

        @Override
        public Scenario convert(String text) {
            for (Scenario scenario : Scenario.values()) {
                if (scenario.label().equals(text)) {
                    return scenario;
                }
            }
            throw new TypeConversionException("no scenario is called '" + text + "'");
        }

        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Scenario.values()).map(Scenario::label).iterator();
        }
    }

    /// Mixes, with the reader's own words where one is wrong.
    static final class Mixes implements ITypeConverter<RequestMix> {

        @Override
        public RequestMix convert(String text) {
            try {
                return RequestMix.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
