package dev.cairn.protocol.proof;

import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealStanding;
import dev.cairn.protocol.witness.SealedTip;
import dev.cairn.protocol.witness.WitnessLog;
import dev.cairn.protocol.witness.WitnessLog.Line;
import dev.cairn.protocol.witness.WitnessRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads records of witnesses alongside the seals that they are of, both in the order of their files.
///
/// Only the newest seals are remembered: the records of one are written before the next but few come.
final class WitnessCheck implements AutoCloseable {

    private static final int REMEMBERED_MAX = 256;

    private final WitnessLog log;
    private final WitnessTally tally;
    private final Map<String, SealedBy> remembered = new LinkedHashMap<>() {

        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SealedBy> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };

    private @Nullable SealedBy newest;
    private @Nullable Line next;
    private @Nullable IOException failure;

    private WitnessCheck(WitnessLog log, WitnessTrust trust) {
        this.log = log;
        tally = new WitnessTally(trust);
    }

    static WitnessCheck open(Path file, WitnessTrust trust) throws IOException {
        WitnessCheck check = new WitnessCheck(WitnessLog.open(file), trust);
        check.advance();
        return check;
    }

    /// The next seal of the seals file; takes what is recorded of it.
    void seal(Seal seal, SealStanding standing) {
        newest = new SealedBy(seal, standing.isOfTheLog());
        remembered.put(seal.signature(), newest);
        while (next != null && !isAhead(next)) {
            take(next);
            advance();
        }
    }

    /// Seals from here on are of records behind a fault.
    void logFault() {
        tally.rememberBeforeFault();
    }

    /// @param logHolds whether the log has no fault after all
    WitnessReport report(boolean logHolds) throws IOException {
        for (; next != null; advance()) {
            take(next);
        }
        if (failure != null) {
            throw failure;
        }
        return tally.report(newest, logHolds);
    }

    @Override
    public void close() throws IOException {
        log.close();
    }

    private void advance() {
        try {
            next = failure == null ? log.next() : null;
        } catch (IOException e) {
            failure = e;
            next = null;
        }
    }

    /// Whether the line may be of a seal that is still to come: seals never cover fewer records than those
    /// before.
    private boolean isAhead(Line line) {
        return line instanceof Line.Read read
                && !remembered.containsKey(read.record().sealSignature())
                && newest != null
                && read.record().sealCount() >= newest.count();
    }

    private void take(Line line) {
        switch (line) {
            case Line.Unreadable(String reason, long _, long _) ->
                tally.fault(WitnessFault.Kind.UNREADABLE, line, "a record of witnesses", reason);
            case Line.Unterminated(long bytes, long _, long _) -> tally.unterminated(bytes);
            case Line.Read(WitnessRecord record, long _, long _) -> take(record, line);
        }
    }

    private void take(WitnessRecord record, Line line) {
        if (record.sealSignature().isEmpty()) {
            tally.unbound();
            return;
        }
        SealedBy sealed = remembered.get(record.sealSignature());
        if (sealed == null) {
            tally.fault(
                    WitnessFault.Kind.NO_SEAL,
                    line,
                    "a record of a seal of the seals file",
                    "one of " + record.sealCount() + " records with signature " + record.sealSignature());
            return;
        }
        SealedTip tip = sealed.tip();
        if (!record.isOf(tip)) {
            tally.fault(
                    WitnessFault.Kind.CONTRADICTION,
                    line,
                    tip.tip() + " with " + tip.count() + " records",
                    record.sealTip() + " with " + record.sealCount() + " records");
            return;
        }
        tally.take(sealed, record, line);
    }
}
