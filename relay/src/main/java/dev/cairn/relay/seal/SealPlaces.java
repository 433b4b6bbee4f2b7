package dev.cairn.relay.seal;

import dev.cairn.relay.config.RelayConfig;
import java.nio.file.Path;

/// Where the seals of receipts are: beside their database, under names that begin like it (`specs/receipts.md` 6.7).
public final class SealPlaces {

    /// The seals of the receipts, beside their database.
    public static final String RECEIPTS_SEALS = "receipts.seals.jsonl";

    /// What witnesses gave for them.
    public static final String RECEIPTS_WITNESSES = "receipts.witnesses.jsonl";

    static final int RECEIPTS_MODE = 0640;

    private SealPlaces() {}

    /// The directory of a relay's receipts.
    static Path receipts(RelayConfig config) {
        Path db = config.receipts().files().db(config.dataDir());
        return db.toAbsolutePath().resolveSibling("");
    }
}
