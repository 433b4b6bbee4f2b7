package dev.cairn.relay.cli;

import dev.cairn.protocol.proof.ProofCheck;
import dev.cairn.protocol.proof.WitnessTrust;
import dev.cairn.protocol.seal.Keyring;
import dev.cairn.protocol.seal.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What there is beside a log to prove it by, and whom to believe.
///
/// @param sealsFile where seals are, or would be
/// @param witnessesFile where replies of witnesses are, or would be
/// @param trust keys of witnesses and the quorum, as far as they are known from elsewhere
/// @param quorum how many witnesses the user demands; 0 for no demand
record Evidence(Path sealsFile, Path witnessesFile, Keys keys, WitnessTrust trust, int quorum) {

    static final String SEALS_FILE = "seals.relay.jsonl";
    static final String WITNESSES_FILE = "witnesses.relay.jsonl";

    /// What lies beside a log; keys are looked for there and in the relay's own data directory.
    static Evidence beside(Path log, RelayFiles relay) {
        Path dir = log.toAbsolutePath().getParent();
        Path own = dir == null ? relay.dataDir() : dir;
        Keys keys = Keyring.in(sealRing(own));
        if (relay.areKnown() && !own.equals(relay.dataDir())) {
            keys = keys.or(Keyring.in(sealRing(relay.dataDir())));
        }
        return new Evidence(own.resolve(SEALS_FILE), own.resolve(WITNESSES_FILE), keys, WitnessTrust.NONE, 0);
    }

    static Path sealRing(Path dataDir) {
        return dataDir.resolve("keys/seal");
    }

    @Nullable
    Path seals() {
        return Files.exists(sealsFile) ? sealsFile : null;
    }

    @Nullable
    Path witnesses() {
        return Files.exists(witnessesFile) ? witnessesFile : null;
    }

    /// How large the files are, which only grow; 0 for what is not there.
    long size() {
        return sizeOf(sealsFile) + sizeOf(witnessesFile);
    }

    /// Begins a check of all there is; the log is to be read afterwards.
    ///
    /// @throws CommandFailedException if a file is there and cannot be read
    ProofCheck open() {
        Path seals = seals();
        Path witnesses = witnesses();
        for (Path file : new Path[] {sealsFile, witnessesFile}) {
            if (Files.exists(file)) {
                NamedFile.check(file);
            }
        }
        try {
            return ProofCheck.open(seals, keys, witnesses, trust);
        } catch (IOException e) {
            throw NamedFile.refusal(seals == null ? witnessesFile : sealsFile, e);
        }
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException _) {
            return 0;
        }
    }
}
