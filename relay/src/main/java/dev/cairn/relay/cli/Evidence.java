package dev.cairn.relay.cli;

import dev.cairn.protocol.proof.ProofCheck;
import dev.cairn.protocol.proof.StoreProof;
import dev.cairn.protocol.proof.WitnessTrust;
import dev.cairn.protocol.seal.Keyring;
import dev.cairn.protocol.seal.Keys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What there is beside a log, or a database of receipts, to prove it by, and whom to believe.
///
/// @param sealsFile where seals are, or would be
/// @param witnessesFile where replies of witnesses are, or would be
/// @param trust keys of witnesses and the quorum, as far as they are known from elsewhere
/// @param quorum how many witnesses the user demands; 0 for no demand
record Evidence(Path sealsFile, Path witnessesFile, Keys keys, WitnessTrust trust, int quorum) {

    static final String SEALS_FILE = "seals.relay.jsonl";
    static final String WITNESSES_FILE = "witnesses.relay.jsonl";

    /// What lies beside a log or a database; keys are looked for there, for receipts also one directory up, and
    /// in the relay's own data directory.
    static Evidence beside(ProofSubject subject, Path file, RelayFiles relay) {
        Path dir = file.toAbsolutePath().normalize().getParent();
        Path own = dir == null ? relay.dataDir() : dir;
        Set<Path> places = new LinkedHashSet<>(List.of(own));
        if (subject == ProofSubject.STORE && own.getParent() != null) {
            places.add(own.getParent());
        }
        if (relay.areKnown()) {
            places.add(relay.dataDir());
        }
        Keys keys = Keys.NONE;
        for (Path place : places) {
            keys = keys.or(Keyring.in(place.resolve(subject.ring())));
        }
        return new Evidence(
                own.resolve(subject.sealsName()), own.resolve(subject.witnessesName()), keys, WitnessTrust.NONE, 0);
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
        check();
        try {
            return ProofCheck.open(seals(), keys, witnesses(), trust);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /// Likewise, of a store; its rows are to be read afterwards.
    StoreProof openStore() {
        check();
        try {
            return StoreProof.open(seals(), keys, witnesses(), trust);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    CommandFailedException unreadable(IOException failure) {
        return NamedFile.refusal(seals() == null ? witnessesFile : sealsFile, failure);
    }

    private void check() {
        for (Path file : new Path[] {sealsFile, witnessesFile}) {
            if (Files.exists(file)) {
                NamedFile.check(file);
            }
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
