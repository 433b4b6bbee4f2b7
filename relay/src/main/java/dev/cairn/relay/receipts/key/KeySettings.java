package dev.cairn.relay.receipts.key;

import dev.cairn.protocol.receipt.key.SigningKeyFiles;
import dev.cairn.relay.config.Transit;
import java.nio.file.Path;

/// Where the key is that signs receipts.
public sealed interface KeySettings {

    /// What receipts call the key in their proof.
    String verificationMethod();

    /// In a file of this host.
    record InFile(SigningKeyFiles files, String verificationMethod) implements KeySettings {}

    /// In a Transit engine, which signs; only the public half is on this host.
    record InTransit(Transit transit, Path publicKey, String verificationMethod) implements KeySettings {}
}
