package dev.cairn.relay.cli;

import dev.cairn.protocol.audit.LogFileVerifier;
import dev.cairn.protocol.audit.LogGap;
import dev.cairn.protocol.audit.LogListener;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.LogVerdict;
import dev.cairn.protocol.audit.LogVerdict.Unterminated;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What a full check of a relay's log found.
///
/// @param gaps silences where a heartbeat was due, the first ones; the state counts all
record LogReport(Path file, LogVerdict verdict, List<LogGap> gaps, Duration elapsed) {

    private static final int GAPS_KEPT = 1_000;
    private static final int PATIENCE_TRIES = 5;
    private static final int PATIENCE_MILLIS = 100;

    /// Verifies a log from its beginning; a relay may be writing it.
    static LogReport of(Path file, Progress progress) throws InterruptedException {
        return check(file, LogState.START, new ArrayList<>(), progress);
    }

    private static LogReport check(Path file, LogState from, List<LogGap> gaps, Progress progress)
            throws InterruptedException {
        long size = Math.max(1, sizeOf(file));
        RecordCounter counter = new RecordCounter(gaps);
        try {
            LogFileVerifier verifier =
                    new LogFileVerifier(file, Runtime.getRuntime().availableProcessors());
            LogVerdict verdict =
                    verifier.verify(from, counter, offset -> progress.at(counter.records, (double) offset / size));
            for (int i = 0; i < PATIENCE_TRIES && verdict instanceof Unterminated unterminated; i++) {
                TimeUnit.MILLISECONDS.sleep(PATIENCE_MILLIS); // A relay may be in the middle of this very line.
                verdict = verifier.verify(unterminated.state(), counter, _ -> {});
            }
            progress.end();
            LogGap.between(verdict.state().last(), Instant.now()).ifPresent(gaps::add);
            return new LogReport(file, verdict, List.copyOf(gaps), progress.elapsed());
        } catch (IOException e) {
            throw CommandFailedException.usage("cannot read " + file + ": " + e.getMessage());
        }
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException _) {
            throw CommandFailedException.usage(
                    "there is no log " + file + "\nA relay makes it on its first start: cairn up");
        } catch (IOException e) {
            throw CommandFailedException.usage("cannot read " + file + ": " + e.getMessage());
        }
    }

    /// Verifies what was appended since.
    LogReport goOn() throws InterruptedException {
        return check(file, verdict.state(), new ArrayList<>(), Progress.silent());
    }

    boolean isIntact() {
        return verdict instanceof LogVerdict.Intact;
    }

    boolean isGood() {
        return isIntact() && verdict.state().tip().count() > 0;
    }

    private static final class RecordCounter implements LogListener {

        private final List<LogGap> gaps;
        private long records;

        RecordCounter(List<LogGap> gaps) {
            this.gaps = gaps;
        }

        @Override
        public void record(long seq, long offset, int length) {
            records++;
        }

        @Override
        public void gap(LogGap gap) {
            if (gaps.size() < GAPS_KEPT) {
                gaps.add(gap);
            }
        }
    }
}
