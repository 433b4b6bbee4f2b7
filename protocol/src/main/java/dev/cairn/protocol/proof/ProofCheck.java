package dev.cairn.protocol.proof;

import dev.cairn.protocol.audit.Fault;
import dev.cairn.protocol.audit.LogListener;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.LogVerdict;
import dev.cairn.protocol.seal.Keys;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealListener;
import dev.cairn.protocol.seal.SealLog;
import dev.cairn.protocol.seal.SealStanding;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Verifies the seals of a log and what witnesses said of them, while the log itself is verified
/// (`specs/audit-relay.md` 3.6): one pass over each of the three files, in constant memory.
///
/// Open it before the log is read, for a relay may be writing all of them: what is younger than this is left
/// out. Not thread-safe; for one verification.
public final class ProofCheck implements AutoCloseable {

    /// The newest seals that are of the log.
    private record Found(@Nullable Seal signed, @Nullable Seal confirmed) {}

    private final @Nullable WitnessCheck witnesses;
    private final @Nullable SealLog seals;
    private Found found = new Found(null, null);

    /// What held when the log's first fault was met.
    private @Nullable Found beforeFault;

    private ProofCheck(@Nullable Path seals, Keys keys, @Nullable WitnessCheck witnesses) throws IOException {
        this.witnesses = witnesses;
        this.seals = seals == null ? null : SealLog.open(seals, keys, new Ear());
    }

    /// @param seals `null` where there is no such file
    /// @param witnesses likewise; without seals, every record in it is of a seal that is not there
    public static ProofCheck open(@Nullable Path seals, Keys keys, @Nullable Path witnesses, WitnessTrust trust)
            throws IOException {
        // Replies first: each one in the file is of a seal that is in its file already.
        WitnessCheck check = witnesses == null ? null : WitnessCheck.open(witnesses, trust);
        try {
            return new ProofCheck(seals, keys, check);
        } catch (IOException | RuntimeException e) {
            if (check != null) {
                check.close();
            }
            throw e;
        }
    }

    /// What must hear the verification of the log that begins at `from`; passes everything on to `other`.
    public LogListener alongside(LogState from, LogListener other) {
        return seals == null ? other : seals.alongside(from, other);
    }

    /// What is proven, after the log was read with that verdict.
    public ProofReport report(LogVerdict verdict) throws IOException {
        boolean holds = verdict instanceof LogVerdict.Intact || verdict instanceof LogVerdict.Unterminated;
        var sealReport = seals == null ? null : seals.report(verdict);
        Found proven = holds || beforeFault == null ? found : beforeFault;
        return new ProofReport(
                sealReport, witnesses == null ? null : witnesses.report(holds), proven.signed(), proven.confirmed());
    }

    @Override
    public void close() throws IOException {
        try (WitnessCheck _ = witnesses) {
            if (seals != null) {
                seals.close();
            }
        }
    }

    private final class Ear implements SealListener {

        @Override
        public void seal(Seal seal, long line, SealStanding standing) {
            if (standing == SealStanding.PROVEN) {
                found = new Found(seal, seal);
            } else if (standing == SealStanding.CONFIRMED) {
                found = new Found(found.signed(), seal);
            }
            if (witnesses != null) {
                witnesses.seal(seal, standing);
            }
        }

        @Override
        public void logFault(Fault fault) {
            if (beforeFault == null) {
                beforeFault = found;
                if (witnesses != null) {
                    witnesses.logFault();
                }
            }
        }
    }
}
