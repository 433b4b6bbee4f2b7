package dev.cairn.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// What the kernel says about the process under load.
record ServerProcess(long pid) {

    /// The load generator itself.
    static ServerProcess self() {
        return new ServerProcess(ProcessHandle.current().pid());
    }

    /// User and system time so far; zero if it cannot be told. Its resolution is a clock tick, mostly 10 ms.
    Duration cpu() {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO);
    }

    /// Resident memory now; 0 if it cannot be told.
    long residentBytes() {
        return statusBytes("VmRSS:");
    }

    /// The most resident memory it ever had; 0 if it cannot be told.
    long residentPeakBytes() {
        return statusBytes("VmHWM:");
    }

    private long statusBytes(String name) {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        try {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith(name)) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
            return 0;
        } catch (IOException _) {
            return 0; // No /proc here, or the process has ended.
        }
    }
}
