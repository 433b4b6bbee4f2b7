package dev.cairn.protocol.proof;

import dev.cairn.protocol.seal.Keys;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealReport;
import dev.cairn.protocol.seal.SealStanding;
import dev.cairn.protocol.seal.StoreRows;
import dev.cairn.protocol.seal.StoreSealLog;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Verifies the seals of a store of receipts and what witnesses said of them, against the store's rows
/// (`specs/receipts.md` 6.7): one pass over each file, in constant memory.
///
/// Open it before the store is read, for a relay may be writing all of them. Not thread-safe; for one verification.
public final class StoreProof implements AutoCloseable {

    private final @Nullable WitnessCheck witnesses;
    private final @Nullable StoreSealLog seals;
    private @Nullable Seal signed;
    private @Nullable Seal confirmed;

    private StoreProof(@Nullable StoreSealLog seals, @Nullable WitnessCheck witnesses) {
        this.seals = seals;
        this.witnesses = witnesses;
    }

    /// @param seals `null` where there is no such file
    /// @param witnesses likewise; without seals, every record in it is of a seal that is not there
    public static StoreProof open(@Nullable Path seals, Keys keys, @Nullable Path witnesses, WitnessTrust trust)
            throws IOException {
        // Replies first: each one in the file is of a seal that is in its file already.
        WitnessCheck check = witnesses == null ? null : WitnessCheck.open(witnesses, trust);
        try {
            return new StoreProof(seals == null ? null : StoreSealLog.open(seals, keys), check);
        } catch (IOException | RuntimeException e) {
            if (check != null) {
                check.close();
            }
            throw e;
        }
    }

    /// What is proven of a store with these rows.
    ///
    /// @param chainsHold whether the chains themselves verify; if not, no seal proves how they were
    public ProofReport verify(StoreRows rows, boolean chainsHold) throws IOException {
        if (witnesses != null && !chainsHold) {
            witnesses.logFault();
        }
        SealReport report = seals == null ? null : seals.verify(rows, (seal, _, standing) -> hear(seal, standing));
        return new ProofReport(
                report,
                witnesses == null ? null : witnesses.report(chainsHold),
                chainsHold ? signed : null,
                chainsHold ? confirmed : null);
    }

    private void hear(Seal seal, SealStanding standing) {
        if (standing == SealStanding.PROVEN) {
            signed = seal;
            confirmed = seal;
        } else if (standing == SealStanding.CONFIRMED) {
            confirmed = seal;
        }
        if (witnesses != null) {
            witnesses.seal(seal, standing);
        }
    }

    @Override
    public void close() throws IOException {
        try (WitnessCheck _ = witnesses) {
            if (seals != null) {
                seals.close();
            }
        }
    }
}
