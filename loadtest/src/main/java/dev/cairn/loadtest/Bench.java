package dev.cairn.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a trial works with: the relay, the baseline, and a directory for their data. Whatever it started, it
/// ends and removes.
final class Bench implements AutoCloseable {

    private static final int SPARE_CONNECTIONS = 100;

    private final Settings settings;
    private final LoadRun load;
    private final Path directory;
    private @Nullable RelayProcess own;
    private @Nullable BaselineProcess baseline;
    private @Nullable BaselineProcess receiptBaseline;
    private final ReceiptRun receiptRun;
    private @Nullable Target attached;

    Bench(Settings settings, Progress progress) throws IOException {
        this.settings = settings;
        this.load = new LoadRun(progress);
        this.receiptRun = new ReceiptRun(progress);
        this.directory = Files.createTempDirectory(settings.workDir(), "cairn-load");
    }

    Settings settings() {
        return settings;
    }

    LoadRun load() {
        return load;
    }

    /// The relay: the one that runs already, or one that is started now.
    ///
    /// @throws UnreachableException if there is none
    synchronized Target relay() throws IOException, InterruptedException {
        Settings.Place where = settings.where();
        if (where != null) {
            attached = attached == null ? attach(where) : attached;
            return attached;
        }
        if (own == null) {
            LoadPlan plan = settings.plan();
            RelayProcess.liftLimits(dataDir(), plan.idle() + plan.emitters().connections() + SPARE_CONNECTIONS);
            own = RelayProcess.start(launcher(), dataDir());
        }
        return own.target();
    }

    /// Stops the relay if it was started here; [#relay] starts another one on the same data.
    synchronized void stopRelay() {
        if (own != null) {
            own.close();
            own = null;
        }
    }

    synchronized Target baseline() throws IOException {
        if (baseline == null) {
            baseline = BaselineProcess.start(directory);
        }
        return baseline.target();
    }

    ReceiptRun receiptRun() {
        return receiptRun;
    }

    /// The relay that was started here, and its receipts.
    ReceiptRun.Place receipts() throws IOException, InterruptedException {
        return new ReceiptRun.Place(relay(), dataDir().resolve("receipts/receipts.db"));
    }

    synchronized ReceiptRun.Place receiptBaseline() throws IOException {
        Path database = directory.resolve("receipts-baseline.db");
        if (receiptBaseline == null) {
            receiptBaseline = BaselineProcess.startReceipts(directory, database);
        }
        return new ReceiptRun.Place(receiptBaseline.target(), database);
    }

    /// Where a relay that is started here keeps its data.
    Path dataDir() throws IOException {
        return Files.createDirectories(directory.resolve("data"));
    }

    /// Where a relay that is started here keeps its chain.
    Path log() throws IOException {
        return dataDir().resolve("events.relay.jsonl");
    }

    Path directory() {
        return directory;
    }

    /// The program that starts a relay.
    Path launcher() throws UnreachableException {
        Path launcher = settings.launcher();
        if (launcher == null) {
            throw new UnreachableException("no distribution of Cairn was found to start a relay from: build it with "
                    + "'mvn package', name it with --cairn, or name a running relay with --data or --socket");
        }
        return launcher;
    }

    @Override
    public synchronized void close() throws IOException {
        stopRelay();
        if (baseline != null) {
            baseline.close();
        }
        if (receiptBaseline != null) {
            receiptBaseline.close();
        }
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                List<Path> leavesFirst = files.sorted(Comparator.reverseOrder()).toList();
                for (Path file : leavesFirst) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static Target attach(Settings.Place where) throws IOException {
        try {
            Path dataDir = where.dataDir();
            Path socket = where.socket();
            RelayDescription found = dataDir != null
                    ? RelayDescription.in(dataDir)
                    : new RelayDescription(socket == null ? Path.of("") : socket, null, null, null);
            RelayDescription told = new RelayDescription(
                    socket != null ? socket : found.socket(),
                    where.http() != null ? where.http() : found.http(),
                    where.tokenFile() != null ? where.tokenFile() : found.tokenFile(),
                    where.log() != null ? where.log() : found.log());
            try (ControlConnection control = new ControlConnection(told.socket())) {
                return told.target("relay", new ServerProcess(control.pid()));
            }
        } catch (IOException e) {
            throw new UnreachableException("the relay cannot be reached: " + e.getMessage(), e);
        }
    }
}
