package dev.cairn.relay.seal;

import dev.cairn.protocol.audit.AuditAnswer.LastSeal;
import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.HeartbeatNote;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.seal.Keys;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealChain;
import dev.cairn.protocol.seal.SealForm;
import dev.cairn.protocol.seal.SealLine;
import dev.cairn.protocol.seal.SealLog;
import dev.cairn.protocol.seal.SealReport;
import dev.cairn.relay.bus.SealState;
import dev.cairn.relay.config.RelayConfig;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The seals of a store as they are found before they are continued by one [SealVerticle].
///
/// @param chain what the next seal must know of those before it
/// @param last the newest one
/// @param total lines of the file that are not blank
/// @param accepted what contradicts the log, and is accepted by the operator at this start
public record RecoveredSeals(
        LineFile file,
        SealForm form,
        SealChain chain,
        @Nullable Seal last,
        long total,
        List<HeartbeatNote> accepted) {

    /// The seals of the relay's chain, in the data directory.
    public static final String NAME = "seals.relay.jsonl";

    private static final Logger LOG = LoggerFactory.getLogger(RecoveredSeals.class);

    /// Reads the seals in `config.dataDir()` beside a log that stands at `log`. Blocking; the time it takes
    /// grows with the file only as fast as newlines can be counted.
    ///
    /// @param earlier asked only where seals and log differ
    /// @throws SealsRefusedException if the log is not the one that was sealed
    /// @throws IOException if the file must not be used as it is
    public static RecoveredSeals recover(RelayConfig config, LogState log, Acceptance earlier) throws IOException {
        LineFile file = LineFile.open(config.dataDir(), NAME, config.chain().dataMode());
        try {
            if (file.repair()) {
                tellTorn(NAME);
            }
            return read(file).judge(config, log, earlier).compare(config, log, earlier);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /// Reads the seals of the receipts in `directory`; what the store says of them is for its owner to find
    /// out. Blocking; reads the end of the file and counts its lines.
    ///
    /// @throws SealsRefusedException if its end is something else
    /// @throws IOException if the file must not be used as it is
    static RecoveredSeals ofReceipts(Path directory) throws IOException {
        LineFile file = LineFile.open(directory, SealPlaces.RECEIPTS_SEALS, SealPlaces.RECEIPTS_MODE);
        try (FileChannel channel = file.reader()) {
            if (file.repair()) {
                tellTorn(SealPlaces.RECEIPTS_SEALS);
            }
            SealLine newest = SealTail.newestLine(channel, SealForm.STORE);
            long total = SealTail.countLines(channel);
            if (newest instanceof SealLine.Read(Seal seal, var _)) {
                SealChain chain = SealTail.chainBehind(seal);
                return new RecoveredSeals(file, SealForm.STORE, chain, seal, total, List.of())
                        .refuseIfMissing(directory);
            }
            if (newest != null || channel.size() > SealForm.STORE.lineMax()) {
                throw new SealsRefusedException(
                        file.path(),
                        "it does not end with a seal.",
                        "Find out who wrote to it. To begin anew, move the file and " + SealPlaces.RECEIPTS_WITNESSES
                                + " aside, but keep them.");
            }
            return new RecoveredSeals(file, SealForm.STORE, SealChain.START, null, total, List.of())
                    .refuseIfMissing(directory);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private RecoveredSeals refuseIfMissing(Path directory) throws IOException {
        WitnessedSeals missing = WitnessedSeals.missing(this, directory, SealPlaces.RECEIPTS_WITNESSES);
        if (missing != null) {
            throw missing.refusal(file.path(), "move " + missing.name() + " aside, but keep it.");
        }
        return this;
    }

    private static void tellTorn(String name) {
        LOG.atWarn().addKeyValue("file", name).log("torn last line; a newline ends it, nothing is cut");
    }

    private static RecoveredSeals read(LineFile file) throws IOException {
        try (FileChannel channel = file.reader()) {
            long total = SealTail.countLines(channel);
            SealLine newest = SealTail.newestLine(channel, SealForm.CHAIN);
            if (newest instanceof SealLine.Read(Seal seal, var _) && seal.link() != null) {
                return new RecoveredSeals(file, SealForm.CHAIN, SealTail.chainBehind(seal), seal, total, List.of());
            }
            if (total == 0) {
                return new RecoveredSeals(file, SealForm.CHAIN, SealChain.START, null, 0, List.of());
            }
            if (newest != null && !(newest instanceof SealLine.Read)) {
                LOG.atWarn()
                        .addKeyValue("file", NAME)
                        .log("the newest line is no seal, and no crash cut it off so: it was changed, as cairn verify"
                                + " tells; the chain of seals goes on behind the last one that can be read");
            }
            // Seals of another relay, or something that is none: only all of them together tell where they stand.
            try (SealLog all = SealLog.in(channel, Keys.NONE)) {
                SealReport report = all.report();
                return new RecoveredSeals(file, SealForm.CHAIN, report.chain(), report.last(), total, List.of());
            }
        }
    }

    /// A log that has fewer records than were sealed, or others, is not the one that was sealed.
    private RecoveredSeals judge(RelayConfig config, LogState log, Acceptance earlier) throws IOException {
        if (last == null) {
            return this;
        }
        long count = log.tip().count();
        Hash sealed = last.payload().tip();
        boolean isShorter = count < chain.count();
        boolean isOther =
                count == last.payload().count() && !sealed.equals(log.tip().hash());
        if (!isShorter && !isOther) {
            return this;
        }
        // A format: what was accepted is known by these words in the log. The same for both, for an accepted log may be
        // shorter today and as long tomorrow.
        String expected = chain.count() + " records up to " + sealed + ", which are sealed";
        String found = isShorter ? count + " records" : String.valueOf(log.tip().hash());
        SealChain anew = new SealChain(chain.seals(), chain.last(), chain.sealedAt(), 0, chain.linked());
        if (isAcceptedEarlier(earlier, expected)) {
            return new RecoveredSeals(file, SealForm.CHAIN, anew, last, total, List.of());
        }
        if (!config.audit().acceptDamage()) {
            throw new SealsRefusedException(
                    config.dataDir().resolve("events.relay.jsonl"),
                    "line " + log.lines() + ", offset " + log.offset() + ": expected " + expected + ", found " + found
                            + ".",
                    "The newest seal in " + NAME + " is of another log: records are missing at the end, or were"
                            + " replaced. Find out what happened first. To continue all the same, start once with"
                            + " audit.accept_damage: the chain goes on and the log says so.");
        }
        var note = new HeartbeatNote.DamageAccepted(log.lines(), log.offset(), expected, found);
        return new RecoveredSeals(file, SealForm.CHAIN, anew, last, total, List.of(note));
    }

    /// Seals of which witnesses have heard must be there, too.
    private RecoveredSeals compare(RelayConfig config, LogState log, Acceptance earlier) throws IOException {
        WitnessedSeals missing = WitnessedSeals.missing(this, config.dataDir(), WitnessFile.NAME);
        if (missing == null || isAcceptedEarlier(earlier, missing.expected())) {
            return this;
        }
        if (!config.audit().acceptDamage()) {
            throw missing.refusal(
                    file.path(),
                    "move " + missing.name() + " aside, but keep it, or start once with audit.accept_damage: the log"
                            + " says so.");
        }
        List<HeartbeatNote> notes = new ArrayList<>(accepted);
        notes.add(new HeartbeatNote.DamageAccepted(log.lines(), log.offset(), missing.expected(), missing.found()));
        return new RecoveredSeals(file, form, chain, last, total, List.copyOf(notes));
    }

    private static boolean isAcceptedEarlier(Acceptance earlier, String expected) throws IOException {
        boolean isNoted = earlier.isNoted(expected);
        if (isNoted) {
            LOG.atInfo().addKeyValue("expected", expected).log("missing, which was accepted at an earlier start");
        }
        return isNoted;
    }

    /// What is sealed when the relay starts.
    public SealState state(RelayConfig config) {
        if (last == null) {
            return new SealState(null, total, null);
        }
        Seal seal = Objects.requireNonNull(last);
        LastSeal shown = new LastSeal(
                seal.payload().sealedAt(), seal.payload().tip(), seal.payload().count());
        return new SealState(shown, total, config.witness().enabled() ? false : null);
    }
}
