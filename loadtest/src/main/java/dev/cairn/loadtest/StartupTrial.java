package dev.cairn.loadtest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How long it takes from the start of the process to the first answered `ping`, and how long `cairn status`
/// takes as a whole process.
final class StartupTrial {

    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final int STATUS_ROUNDS = 9;

    private final Bench bench;
    private final List<Double> starts = new ArrayList<>();
    private final List<Double> statuses = new ArrayList<>();

    StartupTrial(Bench bench) {
        this.bench = bench;
    }

    Report run() throws IOException, InterruptedException {
        int records = bench.settings().records();
        if (records > 0) {
            bench.load().fill(bench.relay(), bench.settings().plan(), records);
            bench.stopRelay();
        }
        for (int round = 1; round <= bench.settings().rounds(); round++) {
            start(round == bench.settings().rounds() ? STATUS_ROUNDS : 0);
        }
        return new Report(
                bench.settings().title(),
                List.of(),
                List.of(
                        Figure.median("start to first answered ping", starts, "ms"),
                        Figure.median("cairn status, whole process", statuses, "ms")),
                null,
                List.of());
    }

    /// Starts a relay, asks it `statusRounds` times for its status, and stops it.
    private void start(int statusRounds) throws IOException, InterruptedException {
        Path errors = bench.directory().resolve("startup.stderr");
        long begun = System.nanoTime();
        Process process = RelayProcess.command(bench.launcher(), bench.dataDir(), errors)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            awaitPing(process, begun);
            starts.add((System.nanoTime() - begun) / 1e6);
            if (statusRounds > 0) {
                awaitReady(begun);
            }
            for (int i = 0; i < statusRounds; i++) {
                statuses.add(statusMillis());
            }
        } finally {
            RelayProcess.stop(process);
        }
    }

    private void awaitPing(Process process, long begun) throws IOException, InterruptedException {
        Path socket = bench.dataDir().resolve("relay.sock");
        while (true) {
            try (ControlConnection control = new ControlConnection(socket)) {
                control.pid();
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() - begun > PATIENCE_NANOS) {
                    throw new UnreachableException("the relay did not start", e);
                }
                Thread.sleep(1);
            }
        }
    }

    /// Events are taken before all parts are open; until then `cairn status` says what is missing, and fails.
    private void awaitReady(long begun) throws IOException, InterruptedException {
        while (status() != 0) {
            if (System.nanoTime() - begun > PATIENCE_NANOS) {
                throw new UnreachableException("the relay did not get ready", new IOException("cairn status fails"));
            }
        }
    }

    private double statusMillis() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        int exit = status();
        double millis = (System.nanoTime() - begun) / 1e6;
        if (exit != 0) {
            throw new IOException("cairn status ended with exit code " + exit);
        }
        return millis;
    }

    private int status() throws IOException, InterruptedException {
        return new ProcessBuilder(
                        bench.launcher().toString(),
                        "status",
                        "--data",
                        bench.dataDir().toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
