package dev.cairn.protocol.seal;

import dev.cairn.protocol.audit.AuditVerifier;
import dev.cairn.protocol.audit.Fault;
import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.Heartbeat;
import dev.cairn.protocol.audit.LogGap;
import dev.cairn.protocol.audit.LogListener;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.LogVerdict;
import dev.cairn.protocol.audit.RepairedRange;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.protocol.seal.SealWalk.Claim;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Verifies a seals file while the log that it seals is verified (`specs/audit-relay.md` 3.6): one pass over
/// each, constant memory, as a seal is read when the log comes to its record.
///
/// ```java
/// try (SealLog seals = SealLog.open(file, keys)) {
///     LogVerdict verdict = new LogFileVerifier(log, threads)
///             .verify(LogState.START, seals.alongside(LogState.START, listener), progress);
///     SealReport report = seals.report(verdict);
/// }
/// ```
///
/// Open it before the log is read: what is appended to the file later is left out, so that every seal is of
/// records that are in the log already. Not thread-safe; for one verification.
public final class SealLog implements AutoCloseable {

    private static final long NOTHING = Long.MAX_VALUE;

    private final SeekableByteChannel file;
    private final SealLines lines;
    private final SealReader reader = new SealReader();
    private final SealWalk walk;
    private final SealListener listener;

    /// The seal that waits for its record.
    private @Nullable Claim claim;

    private @Nullable IOException failure;

    private SealLog(SeekableByteChannel file, Keys keys, SealListener listener) throws IOException {
        this.file = file;
        lines = new SealLines(file, SealForm.CHAIN);
        walk = new SealWalk(keys);
        this.listener = listener;
    }

    /// The seals in `path`; those whose key is not in `keys` are not checked against a signature.
    public static SealLog open(Path path, Keys keys) throws IOException {
        return open(path, keys, SealListener.NONE);
    }

    /// The same, and `listener` hears what becomes of each seal.
    public static SealLog open(Path path, Keys keys, SealListener listener) throws IOException {
        SeekableByteChannel file = Files.newByteChannel(path);
        try {
            return new SealLog(file, keys, listener);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /// The seals in a file that the caller has opened, and closes with this.
    public static SealLog in(SeekableByteChannel file, Keys keys) throws IOException {
        return new SealLog(file, keys, SealListener.NONE);
    }

    /// What must hear a verification of the log that begins at `from`; passes everything on to `other`. Seals
    /// of records before that are not compared with the log.
    public LogListener alongside(LogState from, LogListener other) {
        Hash tip = from.tip().hash();
        if (tip == null) {
            claim = nextClaim();
        } else {
            compareAll(tip, from.tip().count(), -1);
        }
        return new Alongside(other);
    }

    /// What the file is worth, after the log was read with that verdict.
    public SealReport report(LogVerdict verdict) throws IOException {
        boolean readToItsEnd =
                !(verdict instanceof LogVerdict.Broken broken && broken.faults().size() >= AuditVerifier.FAULTS_MAX);
        boolean isTorn = verdict instanceof LogVerdict.Torn;
        SealFault.Kind kind = isTorn ? SealFault.Kind.UNVERIFIED : SealFault.Kind.NO_RECORD;
        String known = isTorn ? "the log verifies up to record " : "the log ends with record ";
        String found = known + verdict.state().tip().count();
        for (; claim != null; claim = nextClaim()) {
            if (readToItsEnd) {
                walk.missing(kind, claim, found);
            }
            tell(claim, SealStanding.UNCONFIRMED);
        }
        return finish();
    }

    /// What the file is worth by itself; nothing is compared with a log.
    public SealReport report() throws IOException {
        do {
            claim = nextClaim();
        } while (claim != null);
        return finish();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private SealReport finish() throws IOException {
        if (failure != null) {
            throw failure;
        }
        return walk.report(lines, SealForm.CHAIN, reader);
    }

    private long awaited() {
        return claim == null ? NOTHING : claim.count();
    }

    /// Compares the seals of one record, of which there may be several, and goes on to the first of a later
    /// one.
    private void compareAll(Hash tip, long count, long end) {
        claim = claim == null ? nextClaim() : claim;
        for (; claim != null && claim.count() <= count; claim = nextClaim()) {
            tell(claim, claim.count() < count ? walk.pass() : compare(claim, tip, end));
        }
    }

    private SealStanding compare(Claim settled, Hash tip, long end) {
        if (!walk.compare(settled, tip, end)) {
            return SealStanding.UNCONFIRMED;
        }
        return settled.signed() ? SealStanding.PROVEN : SealStanding.CONFIRMED;
    }

    private void tell(Claim settled, SealStanding standing) {
        listener.seal(settled.seal(), settled.line(), standing);
    }

    /// The next seal that says something of the log; none behind a failure to read.
    private @Nullable Claim nextClaim() {
        try {
            while (failure == null && lines.next()) {
                Claim next = takeLine();
                if (next != null && next.count() == 0) {
                    walk.missing(SealFault.Kind.NO_RECORD, next, "records are counted from 1");
                    tell(next, SealStanding.UNCONFIRMED);
                } else if (next != null) {
                    return next;
                }
            }
        } catch (IOException e) {
            failure = e;
        }
        return null;
    }

    private @Nullable Claim takeLine() {
        if (lines.isTooLong()) {
            walk.takeTooLong(lines.number(), lines.offset(), SealForm.CHAIN);
            return null;
        }
        return walk.take(reader.read(lines.bytes(), lines.from(), lines.to()), lines.number(), lines.offset());
    }

    /// Asks the log for the records that are sealed.
    private final class Alongside implements LogListener {

        private final LogListener other;

        Alongside(LogListener other) {
            this.other = other;
        }

        @Override
        public long awaited() {
            return Math.min(SealLog.this.awaited(), other.awaited());
        }

        @Override
        public void reached(Tip tip, long end) {
            if (tip.count() == other.awaited()) {
                other.reached(tip, end);
            }
            if (tip.count() == SealLog.this.awaited() && tip.hash() != null) {
                compareAll(tip.hash(), tip.count(), end);
            }
        }

        @Override
        public void record(long seq, long offset, int length) {
            other.record(seq, offset, length);
        }

        @Override
        public void heartbeat(Heartbeat heartbeat, long offset) {
            other.heartbeat(heartbeat, offset);
        }

        @Override
        public void repaired(RepairedRange range, long records) {
            other.repaired(range, records);
        }

        @Override
        public void gap(LogGap gap) {
            other.gap(gap);
        }

        @Override
        public void fault(Fault fault) {
            listener.logFault(fault);
            other.fault(fault);
        }
    }
}
