package dev.cairn.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/// How fast `cairn receipts verify`, as a whole process, checks every signature and link of a store, and in how much
/// memory.
final class ReceiptVerifyTrial {

    private final Bench bench;
    private final List<Double> perSecond = new ArrayList<>();
    private final List<Double> perCoreSecond = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();
    private long residentPeakBytes;

    ReceiptVerifyTrial(Bench bench) {
        this.bench = bench;
    }

    Report run() throws IOException, InterruptedException {
        int records = bench.settings().records();
        ReceiptRun.Place place = bench.receipts();
        bench.receiptRun().fill(place, bench.settings().plan(), records);
        bench.stopRelay();
        long rows;
        try (StoredReceipts stored = StoredReceipts.open(place.database())) {
            rows = stored.count();
        }
        for (int round = 1; round <= bench.settings().rounds(); round++) {
            verify(rows);
        }
        return new Report(
                bench.settings().title(),
                List.of(),
                List.of(
                        Figure.median("receipts verified per second, whole process", perSecond, "/s"),
                        Figure.median("… per second of CPU time, so per core", perCoreSecond, "/s"),
                        Figure.of("size of the store", Files.size(place.database()) / 1e6, "MB"),
                        Figure.of("most resident memory", residentPeakBytes / 1e6, "MB")),
                null,
                faults);
    }

    private void verify(long rows) throws IOException, InterruptedException {
        ReceiptVerifier.Outcome outcome = new ReceiptVerifier(bench).verify();
        perSecond.add(rows / outcome.seconds());
        perCoreSecond.add(rows / (outcome.cpu().toNanos() / 1e9));
        residentPeakBytes = Math.max(residentPeakBytes, outcome.residentPeakBytes());
        if (outcome.exitCode() != 0) {
            faults.add("cairn receipts verify ended with exit code " + outcome.exitCode());
        }
    }
}
