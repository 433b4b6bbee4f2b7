package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.Disclosure;
import dev.cairn.protocol.receipt.DisclosurePolicy;
import dev.cairn.protocol.receipt.ReceiptRules;
import dev.cairn.protocol.receipt.Redaction;
import dev.cairn.protocol.receipt.RiskTable;
import dev.cairn.protocol.receipt.key.ForensicKeyFiles;
import dev.cairn.relay.config.Receipts;
import dev.cairn.relay.receipts.redact.RedactPatterns;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the configuration says about the contents of receipts.
final class Rules {

    private Rules() {}

    /// Reads the files that the configuration names, too.
    ///
    /// @throws ReceiptsRefusedException if one of them is not as it should be
    static ReceiptRules of(Receipts config) {
        Receipts.Privacy privacy = config.privacy();
        DisclosurePolicy disclosed = DisclosurePolicy.read(privacy.parameterDisclosure());
        return new ReceiptRules(
                config.identity().issuerId(),
                RiskTable.standard(),
                redaction(privacy.redactPatterns()),
                privacy.errorLengthMax(),
                disclosed,
                disclosed instanceof DisclosurePolicy.Off ? null : disclosure(privacy.forensicPublicKey()));
    }

    private static Redaction redaction(Optional<Path> patterns) {
        if (patterns.isEmpty()) {
            return Redaction.builtIn();
        }
        try {
            return RedactPatterns.load(patterns.get());
        } catch (IOException e) {
            throw new ReceiptsRefusedException(
                    patterns.get(),
                    "these patterns cannot be used: " + reason(e),
                    "Correct the file, or take receipts.redact_patterns out of the configuration.",
                    e);
        }
    }

    private static Disclosure disclosure(Optional<Path> publicKey) {
        Path file = publicKey.orElseThrow(() -> new ReceiptsRefusedException(
                Path.of("receipts.forensic_public_key"),
                "missing, but receipts.parameter_disclosure discloses inputs to whoever has its secret half",
                "Make a pair with: cairn receipts keys generate --forensic"));
        try {
            return Disclosure.to(ForensicKeyFiles.readPublic(file));
        } catch (IOException | IllegalArgumentException e) {
            throw new ReceiptsRefusedException(
                    file,
                    "inputs cannot be disclosed to this key: " + reason(e),
                    "Name the file of a forensic public key, or switch receipts.parameter_disclosure off.",
                    e);
        }
    }

    private static @Nullable String reason(Exception failure) {
        return failure instanceof FileSystemException file && file.getReason() != null
                ? file.getReason()
                : failure.getMessage();
    }
}
