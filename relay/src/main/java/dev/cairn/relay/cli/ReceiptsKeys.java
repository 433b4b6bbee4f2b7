package dev.cairn.relay.cli;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.receipt.KeyRotation;
import dev.cairn.protocol.receipt.key.KeyArchive;
import dev.cairn.protocol.receipt.key.MalformedKeyException;
import dev.cairn.protocol.receipt.key.PublicKeyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// The public key that receipts are checked with, and those archived beside it.
record ReceiptsKeys(Path file, Ed25519PublicKey published, List<Ed25519PublicKey> archived) {

    /// @throws CommandFailedException if one of them cannot be read
    static ReceiptsKeys read(Path file) {
        try {
            List<Ed25519PublicKey> archived = KeyArchive.beside(file).stream()
                    .map(KeyArchive.Archived::key)
                    .toList();
            return new ReceiptsKeys(file, PublicKeyFile.read(file), archived);
        } catch (MalformedKeyException e) {
            String[] lines = String.valueOf(e.getMessage()).split("\n", 2);
            throw CommandFailedException.usage(lines[0], lines.length > 1 ? lines[1] : "");
        } catch (IOException e) {
            throw CommandFailedException.usage(
                    "cannot read the public key " + file + ": " + NamedFile.reason(e),
                    "Name the signer's key with --public-key; a relay publishes its own in receipts/signing.key.pub.");
        }
    }

    String fingerprint() {
        return KeyRotation.fingerprint(published);
    }
}
