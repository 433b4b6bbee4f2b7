package dev.cairn.loadtest;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// `cairn receipts verify` on the relay's store, as a whole process.
final class ReceiptVerifier {

    private static final int POLL_MILLIS = 10;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Bench bench;

    /// @param cpu user and system time, as far as it was seen before the process ended
    record Outcome(int exitCode, double seconds, Duration cpu, long residentPeakBytes) {}

    ReceiptVerifier(Bench bench) {
        this.bench = bench;
    }

    Outcome verify() throws IOException, InterruptedException {
        Path data = bench.dataDir();
        long begun = System.nanoTime();
        Process process = new ProcessBuilder(
                        bench.launcher().toString(), "receipts", "verify", "--data", data.toString())
                .redirectOutput(bench.directory().resolve("verify.out").toFile())
                .redirectError(bench.directory().resolve("verify.err").toFile())
                .start();
        ServerProcess verifier = new ServerProcess(process.pid());
        Duration cpu = Duration.ZERO;
        long resident = 0;
        while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
            Duration seen = verifier.cpu();
            cpu = seen.compareTo(cpu) > 0 ? seen : cpu;
            resident = Math.max(resident, verifier.residentPeakBytes());
            if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                process.destroyForcibly();
            }
        }
        return new Outcome(process.exitValue(), (System.nanoTime() - begun) / 1e9, cpu, resident);
    }

    /// What is wrong with the store as a whole; a relay may be writing it.
    List<String> faults() throws IOException, InterruptedException {
        int exitCode = verify().exitCode();
        return exitCode == 0 ? List.of() : List.of("cairn receipts verify ended with exit code " + exitCode);
    }
}
