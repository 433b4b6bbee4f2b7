/// Formats and proofs: enough to write an emitter, a subscriber or a verifier.
module dev.cairn.protocol {
    requires com.fasterxml.jackson.core;
    requires jdk.security.auth;
    requires org.bouncycastle.provider;
    requires static transitive org.jspecify;

    exports dev.cairn.protocol.audit;
    exports dev.cairn.protocol.crypto;
    exports dev.cairn.protocol.emitter;
    exports dev.cairn.protocol.file;
    exports dev.cairn.protocol.frame;
    exports dev.cairn.protocol.json;
    exports dev.cairn.protocol.proof;
    exports dev.cairn.protocol.receipt;
    exports dev.cairn.protocol.receipt.key;
    exports dev.cairn.protocol.receipt.verify;
    exports dev.cairn.protocol.seal;
    exports dev.cairn.protocol.witness;
}
