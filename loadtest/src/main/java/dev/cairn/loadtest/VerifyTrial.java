package dev.cairn.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// How fast `cairn verify`, as a whole process, checks a log, and in how much memory.
final class VerifyTrial {

    private static final int POLL_MILLIS = 20;
    private static final long PATIENCE_NANOS = 300_000_000_000L;

    private final Bench bench;
    private final List<Double> perSecond = new ArrayList<>();
    private long residentPeakBytes;

    VerifyTrial(Bench bench) {
        this.bench = bench;
    }

    Report run() throws IOException, InterruptedException {
        int records = bench.settings().records();
        bench.load().fill(bench.relay(), bench.settings().plan(), records);
        bench.stopRelay();
        Path log = bench.log();
        List<String> faults = new ArrayList<>();
        for (int round = 1; round <= bench.settings().rounds(); round++) {
            int exit = verify(log, records);
            if (exit != 0) {
                faults.add("cairn verify ended with exit code " + exit);
            }
        }
        return new Report(
                bench.settings().title(),
                List.of(),
                List.of(
                        Figure.median("records verified per second, whole process", perSecond, "/s"),
                        Figure.of("size of the log", Files.size(log) / 1e6, "MB"),
                        Figure.of("most resident memory", residentPeakBytes / 1e6, "MB")),
                null,
                faults);
    }

    private int verify(Path log, int records) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Process process = new ProcessBuilder(bench.launcher().toString(), "verify", "--file", log.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        ServerProcess verifier = new ServerProcess(process.pid());
        while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            residentPeakBytes = Math.max(residentPeakBytes, verifier.residentPeakBytes());
            if (System.nanoTime() - begun > PATIENCE_NANOS) {
                process.destroyForcibly();
            }
        }
        perSecond.add(records / ((System.nanoTime() - begun) / 1e9));
        return process.exitValue();
    }
}
