package dev.cairn.relay.cli;

import dev.cairn.protocol.seal.Keyring;
import dev.cairn.protocol.seal.Keyring.Entry;
import dev.cairn.protocol.seal.KeyringException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What is wrong or risky with keys, seals and witnesses.
final class SealFindings {

    private static final int NAMES_MAX = 10;

    private final RelayFiles files;
    private final List<Finding> findings = new ArrayList<>();

    private SealFindings(RelayFiles files) {
        this.files = files;
    }

    /// @param look what the running relay says; `null` when it says nothing
    /// @param stored what it says of its receipts, likewise
    static List<Finding> of(RelayFiles files, @Nullable SealLook look, @Nullable ReceiptsLook stored) {
        SealFindings all = new SealFindings(files);
        for (ProofSubject subject : ProofSubject.values()) {
            all.lookAtKeys(subject);
        }
        all.lookAtFile("seals", files.dataDir().resolve(Evidence.SEALS_FILE));
        all.lookAtFile("replies", files.dataDir().resolve(Evidence.WITNESSES_FILE));
        Path receipts = files.receipts() == null ? files.dataDir().resolve("receipts/receipts.db") : files.receipts();
        all.lookAtFile("seals", receipts.resolveSibling(ProofSubject.STORE.sealsName()));
        all.lookAtFile("replies", receipts.resolveSibling(ProofSubject.STORE.witnessesName()));
        if (look != null) {
            all.lookAt(look);
        }
        if (stored != null && stored.isQuorumInDoubt()) {
            all.findings.add(Finding.failed(
                    "witnesses",
                    "receipts: " + stored.seals(),
                    all.whoKnows(stored.contradictions(), "receipts verify")));
        }
        if (files.config() != null) {
            all.lookAtEndpoints(files.config());
        }
        return all.findings;
    }

    private void lookAtKeys(ProofSubject subject) {
        Path name = subject.ring();
        Path ring = files.dataDir().resolve(name);
        if (!Files.exists(ring, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            List<Entry> entries = Keyring.in(ring).list();
            for (Entry entry : entries) {
                lookAt(name, entry);
            }
            if (entries.stream().noneMatch(Entry::active)) {
                String text = ring + " names no key that signs";
                String rotate = subject == ProofSubject.STORE ? "keys rotate --ring receipts" : "keys rotate";
                findings.add(Finding.failed("keys", text, files.commands().of(rotate) + " makes one"));
            }
        } catch (KeyringException e) {
            CommandFailedException refusal = KeysCommand.refusal(e);
            findings.add(Finding.failed("keys", refusal.error(), refusal.remedy()));
        }
    }

    private void lookAt(Path ring, Entry entry) {
        String key = ring + ": " + entry.id();
        KeyringException reason = entry.reason();
        if (reason != null) {
            CommandFailedException refusal = KeysCommand.refusal(reason);
            findings.add(Finding.failed("keys", key + ": " + refusal.error(), refusal.remedy()));
        } else if (!entry.maySign()) {
            String text = key + " is not what its id says, so it verifies only";
            findings.add(
                    entry.active()
                            ? Finding.failed("keys", text, "restore it from a backup, or rotate the keys")
                            : Finding.warning("keys", text, "restore it from a backup"));
        } else if (entry.active()) {
            findings.add(Finding.good("keys", key + " signs"));
        }
    }

    private void lookAtFile(String check, Path file) {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            PosixFileAttributes found =
                    Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            String mode = PosixFilePermissions.toString(found.permissions());
            if (!found.isRegularFile()) {
                findings.add(Finding.failed(check, file + " is no plain file", "somebody put something in its place"));
            } else if (found.permissions().contains(PosixFilePermission.GROUP_WRITE)
                    || found.permissions().contains(PosixFilePermission.OTHERS_WRITE)) {
                findings.add(Finding.failed(check, file + " is " + mode + ": others may write", "chmod go-w " + file));
            } else {
                findings.add(Finding.good(check, file + " " + mode + " " + Human.bytes(found.size())));
            }
        } catch (IOException e) {
            findings.add(Finding.failed(check, "cannot look at " + file + ": " + NamedFile.reason(e), ""));
        }
    }

    private void lookAt(SealLook look) {
        findings.add(
                look.isSealLate()
                        ? Finding.warning(
                                "sealing",
                                look.seals() + "; due every " + look.intervalMinutes() + " m",
                                "see the relay's log, unless auto_seal.min_events_between_seals waits for more records")
                        : Finding.good("sealing", look.seals()));
        if (!look.isAuto()) {
            findings.add(Finding.warning(
                    "auto-seal", "off: what nobody seals, whoever can write the log can rewrite", "auto_seal.enabled"));
        }
        findings.add(
                look.isQuorumInDoubt()
                        ? Finding.failed("witnesses", look.witnesses(), whoKnows(look.contradictions(), "verify"))
                        : Finding.good("witnesses", look.witnesses()));
    }

    private String whoKnows(long contradictions, String command) {
        return contradictions > 0
                ? "the relay's log and " + files.commands().of(command) + " say who says what"
                : "the relay's log names who does not answer and why";
    }

    /// What the configuration leaves open; that it is valid, the relay itself has checked.
    private void lookAtEndpoints(Path config) {
        JsonObject witness;
        try {
            witness = JsonObject.parse(NamedFile.read(config)).object("witness");
        } catch (CommandFailedException e) {
            findings.add(Finding.warning("config", e.error(), e.remedy()));
            return;
        } catch (IllegalArgumentException e) {
            findings.add(Finding.warning("config", "cannot read " + config + ": " + e.getMessage(), ""));
            return;
        }
        if (witness == null || !witness.isTrue("enabled")) {
            return;
        }
        List<JsonObject> endpoints = witness.objects("endpoints");
        warnOf(
                endpoints.stream().filter(endpoint -> lacks(endpoint, "public_key")),
                "without a public_key, what a witness signs proves nothing to others: ",
                "ask its operator for the key, by another way than its URL");
        warnOf(
                endpoints.stream()
                        .filter(endpoint -> lacks(endpoint, "auth_token") && lacks(endpoint, "auth_token_file")),
                "asked without a token, a witness cannot tell this relay's seals from a stranger's: ",
                "auth_token_file names a file with one, mode 0600");
    }

    private static boolean lacks(JsonObject endpoint, String name) {
        return endpoint.text(name, "").isEmpty();
    }

    /// One finding for all of them, which buries no other.
    private void warnOf(Stream<JsonObject> endpoints, String what, String remedy) {
        List<String> names = endpoints
                .map(endpoint -> Human.visible(endpoint.text("name", "?"), 80))
                .toList();
        if (!names.isEmpty()) {
            int more = names.size() - NAMES_MAX;
            String shown = String.join(", ", names.subList(0, Math.min(names.size(), NAMES_MAX)));
            findings.add(
                    Finding.warning("witnesses", what + shown + (more > 0 ? " and " + more + " more" : ""), remedy));
        }
    }
}
