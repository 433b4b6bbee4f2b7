package dev.cairn.relay.receipts.key;

import dev.cairn.protocol.receipt.key.SigningKeyFiles;

/// Where the key is that signs receipts.
public sealed interface KeySettings {

    /// What receipts call the key in their proof.
    String verificationMethod();

    /// In a file of this host.
    record InFile(SigningKeyFiles files, String verificationMethod) implements KeySettings {}
}
