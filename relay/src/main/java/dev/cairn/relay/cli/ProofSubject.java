package dev.cairn.relay.cli;

import dev.cairn.relay.seal.KeyWatch;
import dev.cairn.relay.seal.SealPlaces;
import java.nio.file.Path;

/// What seals and witnesses are of: words for it, and where they are.
enum ProofSubject {
    /// The log of audit events.
    LOG("log", "record", Evidence.SEALS_FILE, Evidence.WITNESSES_FILE, KeyWatch.RING),
    /// The store of receipts.
    STORE("store", "receipt", SealPlaces.RECEIPTS_SEALS, SealPlaces.RECEIPTS_WITNESSES, KeyWatch.RECEIPTS_RING);

    private final String thing;
    private final String record;
    private final String sealsName;
    private final String witnessesName;

    @SuppressWarnings("ImmutableEnumChecker") // Paths of the default file system are.
    private final Path ring;

    ProofSubject(String thing, String record, String sealsName, String witnessesName, Path ring) {
        this.thing = thing;
        this.record = record;
        this.sealsName = sealsName;
        this.witnessesName = witnessesName;
        this.ring = ring;
    }

    /// The log, or the store.
    String thing() {
        return thing;
    }

    /// What it holds, one of them.
    String record() {
        return record;
    }

    String sealsName() {
        return sealsName;
    }

    String witnessesName() {
        return witnessesName;
    }

    /// Where the keys of its seals are, in the data directory.
    Path ring() {
        return ring;
    }
}
