package dev.cairn.relay.cli;

import dev.cairn.protocol.audit.HeartbeatKind;
import dev.cairn.protocol.audit.LinkedHeartbeat;
import dev.cairn.protocol.audit.LogFileVerifier;
import dev.cairn.protocol.audit.LogGap;
import dev.cairn.protocol.audit.LogListener;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.LogVerdict;
import dev.cairn.protocol.audit.LogVerdict.Unterminated;
import dev.cairn.protocol.audit.RepairedRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What a full check of a relay's log found.
///
/// @param gaps silences where a heartbeat was due, the first ones; the state counts all but one that lasts
/// @param isSilent the last gap lasts: the relay that writes this log does not
/// @param leftOut what repairs left out
record LogReport(
        Path file,
        Place place,
        LogVerdict verdict,
        List<LogGap> gaps,
        boolean isSilent,
        LeftOut leftOut,
        Duration elapsed) {

    private static final int GAPS_KEPT = 1_000;
    private static final int PATIENCE_TRIES = 5;
    private static final int PATIENCE_MILLIS = 100;

    /// Where a log is: only where a relay writes it, its end says something about now.
    enum Place {
        LIVE,
        ELSEWHERE
    }

    /// Bytes of torn lines, and how many records were whole among them.
    record LeftOut(long bytes, long records) {

        static final LeftOut NOTHING = new LeftOut(0, 0);
    }

    /// Verifies a log from its beginning; a relay may be writing it.
    static LogReport of(Path file, Place place, Progress progress) throws InterruptedException {
        return check(file, place, LogState.START, LeftOut.NOTHING, progress);
    }

    /// Verifies what was appended since.
    LogReport goOn() throws InterruptedException {
        return check(file, place, verdict.state(), leftOut, Progress.silent());
    }

    private static LogReport check(Path file, Place place, LogState from, LeftOut before, Progress progress)
            throws InterruptedException {
        Collector found = new Collector(before);
        try {
            long size = Math.max(1, Files.size(file));
            LogFileVerifier verifier =
                    new LogFileVerifier(file, Runtime.getRuntime().availableProcessors());
            LogVerdict verdict =
                    verifier.verify(from, found, offset -> progress.at(found.records, (double) offset / size));
            for (int i = 0; i < PATIENCE_TRIES && verdict instanceof Unterminated unterminated; i++) {
                TimeUnit.MILLISECONDS.sleep(PATIENCE_MILLIS); // A relay may be in the middle of this very line.
                verdict = verifier.verify(unterminated.state(), found, _ -> {});
            }
            Optional<LogGap> now =
                    place == Place.LIVE ? LogGap.between(verdict.state().last(), Instant.now()) : Optional.empty();
            now.ifPresent(found.gaps::add);
            return new LogReport(
                    file, place, verdict, List.copyOf(found.gaps), now.isPresent(), found.leftOut, progress.elapsed());
        } catch (IOException e) {
            throw NamedFile.refusal(file, e);
        } finally {
            progress.end();
        }
    }

    boolean isIntact() {
        return verdict instanceof LogVerdict.Intact;
    }

    boolean isGood() {
        return isIntact() && verdict.state().tip().count() > 0;
    }

    /// The heartbeat that this log, which is no live one, ends with, unless that says that the relay stopped.
    @Nullable
    LinkedHeartbeat openEnd() {
        LinkedHeartbeat last = verdict.state().last();
        return place == Place.LIVE || last == null || last.kind() == HeartbeatKind.STOP ? null : last;
    }

    private static final class Collector implements LogListener {

        private final List<LogGap> gaps = new ArrayList<>();
        private LeftOut leftOut;
        private long records;

        Collector(LeftOut before) {
            leftOut = before;
        }

        @Override
        public void record(long seq, long offset, int length) {
            records++;
        }

        @Override
        public void repaired(RepairedRange range, long wholeRecords) {
            leftOut = new LeftOut(leftOut.bytes + range.bytes(), leftOut.records + wholeRecords);
        }

        @Override
        public void gap(LogGap gap) {
            if (gaps.size() < GAPS_KEPT) {
                gaps.add(gap);
            }
        }
    }
}
