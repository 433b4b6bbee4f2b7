package dev.cairn.relay.cli;

import dev.cairn.protocol.audit.UserLogReport;
import dev.cairn.protocol.audit.UserLogVerifier;
import dev.cairn.protocol.seal.Keyring;
import dev.cairn.protocol.seal.Keys;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealLog;
import dev.cairn.protocol.seal.SealReport;
import dev.cairn.protocol.witness.SealedTip;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/// A user's own log with its seals, as the dialect's clients keep them below `~/.patchwork`.
///
/// @param log its events
/// @param seals its seals, made by the user's own keys
/// @param ring these keys
record UserChain(Path log, Path seals, Path ring) {

    /// Where the dialect's clients of this user keep their things.
    static Path home(Surroundings surroundings) {
        String home = surroundings.variable("HOME");
        return Path.of(home == null ? System.getProperty("user.home") : home).resolve(".patchwork");
    }

    /// The newest seal, after the whole log was verified: its key has signed it, and it covers exactly what is
    /// there.
    ///
    /// @throws CommandFailedException that says why nothing is to be published
    SealedTip verifiedSeal(Surroundings surroundings) {
        UserLogReport report = verifyLog(surroundings);
        Seal seal = newestSeal();
        checkSignature(seal);
        String tip = Objects.toString(report.tipHash());
        String sealed = seal.payload().tip().text();
        boolean isTip = sealed.equals(tip) || sealed.equals("sha256:" + tip); // The documented form may leave that out.
        if (!isTip || seal.payload().count() != report.chainedEvents()) {
            throw CommandFailedException.failed(
                    "the newest seal is of " + Human.count(seal.payload().count(), "event") + " with tip "
                            + Human.shortHash(sealed) + ", but the log has "
                            + Human.count(report.chainedEvents(), "event") + " with tip "
                            + Human.shortHash(Human.visible(tip, 80)),
                    "Seal the log first: patchwork seal");
        }
        return new SealedTip(seal.payload().tip(), seal.payload().count(), seal.signature(), seal.keyId());
    }

    private UserLogReport verifyLog(Surroundings surroundings) {
        NamedFile.check(log);
        UserLogReport report;
        try {
            report = UserLogVerifier.verify(log, UserLogVerifier.Options.DEFAULT);
        } catch (IOException e) {
            throw NamedFile.refusal(log, e);
        }
        if (report.chainedEvents() == 0) {
            throw CommandFailedException.failed(log + " has no event with a hash: there is nothing to confirm");
        }
        if (report.hashMismatches() + report.prevLinkMismatches() + report.mixedFormEvents() > 0) {
            throw CommandFailedException.failed(
                    log + " does not verify, so nothing is published",
                    "See where: "
                            + CommandText.of(surroundings, null, null)
                                    .of("verify --file " + CommandText.quoted(log.toString())));
        }
        if (report.unreadableLines() > 0) {
            surroundings
                    .err()
                    .println("cairn: left out " + Human.count(report.unreadableLines(), "line") + " of " + log
                            + " that cannot be read");
        }
        return report;
    }

    private Seal newestSeal() {
        NamedFile.check(seals);
        SealReport report;
        try (SealLog file = SealLog.open(seals, Keys.NONE)) {
            report = file.report();
        } catch (IOException e) {
            throw NamedFile.refusal(seals, e);
        }
        Seal last = report.last();
        if (last == null) {
            throw CommandFailedException.failed(seals + " has no seal", "Seal the log first: patchwork seal");
        }
        return last;
    }

    private void checkSignature(Seal seal) {
        String id = seal.keyId();
        if (id == null) {
            throw CommandFailedException.failed(
                    "the newest seal does not name its key: it is of the old kind", "Make a new one: patchwork seal");
        }
        switch (Keyring.in(ring.toAbsolutePath()).find(id)) {
            case Keys.Lookup.Found(var key) when seal.isSignedBy(key) -> {}
            case Keys.Lookup.Found _ ->
                throw CommandFailedException.failed(
                        "the newest seal of " + seals + " was changed: its key did not sign it");
            case Keys.Lookup.Unknown _ ->
                throw CommandFailedException.failed(
                        "the newest seal is by key " + id + ", which is not in " + ring,
                        "Name the keyring with --keyring-dir.");
            case Keys.Lookup.Unusable(var reason) -> throw KeysCommand.refusal(reason);
        }
    }
}
