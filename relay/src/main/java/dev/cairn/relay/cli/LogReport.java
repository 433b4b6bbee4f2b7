package dev.cairn.relay.cli;

import dev.cairn.protocol.audit.Fault;
import dev.cairn.protocol.audit.HeartbeatKind;
import dev.cairn.protocol.audit.LinkedHeartbeat;
import dev.cairn.protocol.audit.LogFileVerifier;
import dev.cairn.protocol.audit.LogGap;
import dev.cairn.protocol.audit.LogListener;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.LogVerdict;
import dev.cairn.protocol.audit.LogVerdict.Unterminated;
import dev.cairn.protocol.audit.RepairedRange;
import dev.cairn.protocol.proof.ProofCheck;
import dev.cairn.protocol.proof.ProofReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What a full check of a relay's log, and of its seals and their witnesses, found.
///
/// @param evidence what the log was to be proven by
/// @param proof what is proven by it
/// @param gaps silences where a heartbeat was due, the newest ones; the state counts all but one that lasts
/// @param isSilent the last gap lasts: the relay that writes this log does not
/// @param leftOut what repairs left out
/// @param behind bytes behind those that the verdict is about
record LogReport(
        Path file,
        Place place,
        Evidence evidence,
        LogVerdict verdict,
        ProofReport proof,
        List<LogGap> gaps,
        boolean isSilent,
        LeftOut leftOut,
        long behind,
        Duration elapsed) {

    private static final int GAPS_KEPT = 1_000;
    private static final int PATIENCE_TRIES = 5;
    private static final int PATIENCE_MILLIS = 100;

    /// Where a log is: only where a relay writes it, its end says something about now.
    enum Place {
        LIVE,
        ELSEWHERE
    }

    /// What a log is worth in a word: the same one for people, for programs and for the doctor.
    enum Standing {
        INTACT,
        /// Nothing is wrong, but fewer witnesses have confirmed a seal than the user demands.
        UNPROVEN,
        NO_RECORDS,
        /// Only the end is wrong, and as a crash leaves it; nothing that was sealed is missing.
        TORN,
        BROKEN;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Bytes of torn lines, and how many records were whole among them.
    record LeftOut(long bytes, long records) {

        static final LeftOut NOTHING = new LeftOut(0, 0);
    }

    /// Verifies a log from its beginning; a relay may be writing it.
    static LogReport of(Path file, Place place, Evidence evidence, Progress progress) throws InterruptedException {
        try (ProofCheck check = evidence.open()) {
            return check(file, place, evidence, check, LogState.START, LeftOut.NOTHING, progress);
        } catch (IOException e) {
            throw NamedFile.refusal(file, e);
        }
    }

    /// Verifies what was appended to the log since; what is proven stays as it was.
    LogReport goOn() throws InterruptedException {
        try (ProofCheck nothing = ProofCheck.open(null, evidence.keys(), null, evidence.trust())) {
            LogReport later = check(file, place, evidence, nothing, verdict.state(), leftOut, Progress.silent());
            return later.with(proof);
        } catch (IOException e) {
            throw NamedFile.refusal(file, e);
        }
    }

    /// Verifies seals and replies again, as there are new ones, and compares with the log what is of records
    /// behind `from`.
    LogReport proveFrom(LogState from) throws InterruptedException {
        try (ProofCheck check = evidence.open()) {
            LogListener listener = check.alongside(from, LogListener.NONE);
            LogVerdict again = new LogFileVerifier(file, 1).verify(from, listener, _ -> {});
            return with(check.report(again).orBefore(proof));
        } catch (IOException e) {
            throw NamedFile.refusal(file, e);
        }
    }

    private static LogReport check(
            Path file,
            Place place,
            Evidence evidence,
            ProofCheck proof,
            LogState from,
            LeftOut before,
            Progress progress)
            throws InterruptedException, IOException {
        Collector found = new Collector(before);
        LogListener listener = proof.alongside(from, found);
        try {
            long size = Math.max(1, Files.size(file));
            LogFileVerifier verifier =
                    new LogFileVerifier(file, Runtime.getRuntime().availableProcessors());
            LogVerdict verdict =
                    verifier.verify(from, listener, offset -> progress.at(found.records, (double) offset / size));
            for (int i = 0; i < PATIENCE_TRIES && verdict instanceof Unterminated unterminated; i++) {
                TimeUnit.MILLISECONDS.sleep(PATIENCE_MILLIS); // A relay may be in the middle of this very line.
                verdict = verifier.verify(unterminated.state(), listener, _ -> {});
            }
            Optional<LogGap> now =
                    place == Place.LIVE ? LogGap.between(verdict.state().last(), Instant.now()) : Optional.empty();
            now.ifPresent(found.gaps::addLast);
            return new LogReport(
                    file,
                    place,
                    evidence,
                    verdict,
                    proof.report(verdict),
                    List.copyOf(found.gaps),
                    now.isPresent(),
                    found.leftOut,
                    Math.max(0, size - verdict.state().offset()),
                    progress.elapsed());
        } finally {
            progress.end();
        }
    }

    private LogReport with(ProofReport other) {
        return new LogReport(file, place, evidence, verdict, other, gaps, isSilent, leftOut, behind, elapsed);
    }

    /// What is wrong with the log itself, in its order.
    List<Fault> faults() {
        return switch (verdict) {
            case LogVerdict.Intact _, LogVerdict.Unterminated _ -> List.of();
            case LogVerdict.Torn torn -> torn.faults();
            case LogVerdict.Broken broken -> broken.faults();
        };
    }

    /// How many records there are before anything is wrong.
    long recordsThatHold() {
        List<Fault> faults = faults();
        return faults.isEmpty()
                ? verdict.state().tip().count()
                : faults.getFirst().recordsBefore();
    }

    Standing standing() {
        return switch (verdict) {
            case LogVerdict.Intact(LogState state) when state.tip().count() == 0 -> Standing.NO_RECORDS;
            case LogVerdict.Intact _ when !view().isSound() -> Standing.BROKEN;
            case LogVerdict.Intact _ -> view().hasQuorum() ? Standing.INTACT : Standing.UNPROVEN;
            default -> isCutOff() && view().isSound() ? Standing.TORN : Standing.BROKEN;
        };
    }

    /// Whether by itself the log is as a crash leaves it. What was sealed is durable, no crash takes that.
    boolean isCutOff() {
        return verdict instanceof Unterminated || (verdict instanceof LogVerdict.Torn torn && torn.isCutOff());
    }

    /// Whether nothing is wrong with the log by itself, whatever its seals say.
    boolean isIntact() {
        return verdict instanceof LogVerdict.Intact;
    }

    /// Whether the log has records and nothing is wrong with it, its seals or what their witnesses said, and
    /// as many witnesses as the user demands have confirmed one.
    boolean isGood() {
        return standing() == Standing.INTACT;
    }

    /// What seals and witnesses prove of it.
    ProofView view() {
        return new ProofView(
                ProofSubject.LOG, evidence, proof, verdict.state().tip().count());
    }

    /// The heartbeat that this log, which is no live one, ends with, unless that says that the relay stopped.
    @Nullable
    LinkedHeartbeat openEnd() {
        LinkedHeartbeat last = verdict.state().last();
        return place == Place.LIVE || last == null || last.kind() == HeartbeatKind.STOP ? null : last;
    }

    private static final class Collector implements LogListener {

        private final Deque<LogGap> gaps = new ArrayDeque<>();
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
            if (gaps.size() == GAPS_KEPT) {
                gaps.removeFirst();
            }
            gaps.addLast(gap);
        }
    }
}
