package dev.cairn.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiptBaselineIT {

    @TempDir
    Path directory;

    @Test
    void storesARowForEveryFrameAndTheReaderCountsThem() throws Exception {
        Path database = directory.resolve("receipts-baseline.db");
        try (BaselineProcess baseline = BaselineProcess.startReceipts(directory, database)) {
            ReceiptRun run = new ReceiptRun(silent());
            ReceiptRun.Place place = new ReceiptRun.Place(baseline.target(), database);

            run.fill(place, plan(0), 200);
            Measurement measured = run.measure(place, plan(0), 1);

            assertThat(measured.faults()).isEmpty();
            assertThat(measured.events()).isPositive();
            try (StoredReceipts stored = StoredReceipts.open(database)) {
                assertThat(stored.count()).isEqualTo(200 + run.sent().getFirst().total());
            }
        }
    }

    @Test
    void sendsOnTimeAndTellsHowLongTheSocketTook() throws Exception {
        Path database = directory.resolve("receipts-baseline.db");
        try (BaselineProcess baseline = BaselineProcess.startReceipts(directory, database)) {
            ReceiptRun run = new ReceiptRun(silent());

            Measurement measured = run.measure(new ReceiptRun.Place(baseline.target(), database), plan(100), 1);

            assertThat(measured.faults()).isEmpty();
            assertThat(run.sent().getFirst().total()).isBetween(80L, 120L);
            assertThat(measured.latency().count()).isBetween(60L, 120L);
        }
    }

    private static LoadPlan plan(double perSecond) {
        EmitterLoad load = new EmitterLoad(3, 64, perSecond, 530, RequestMix.EVENTS, EmitterLoad.UNLIMITED, false);
        return new LoadPlan(load, 0, 0, 0, Duration.ofMillis(200), Duration.ofMillis(800), true);
    }

    private static Progress silent() {
        return new Progress(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8), false);
    }
}
