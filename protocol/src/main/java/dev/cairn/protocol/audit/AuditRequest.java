package dev.cairn.protocol.audit;

/// What a client asks of the relay (`specs/audit-relay.md` 1.4 and 13).
public sealed interface AuditRequest {

    /// Are you there?
    record Ping() implements AuditRequest {}

    /// Store this event. `payload` is a node of the reader's tape, valid until the next line is read; its
    /// schema is not checked yet.
    record Event(int payload) implements AuditRequest {}

    /// What is sealed?
    record SealStatus() implements AuditRequest {}

    /// Where does the chain stand?
    record ChainState() implements AuditRequest {}

    /// Sign `data`, which is of acceptable length, with the key of that id, or with the active one if it is
    /// empty. Whether the data may be signed is not checked yet.
    record Sign(String data, String keyId) implements AuditRequest {

        /// Stands for a key id that is no string: it has not the form of an id, so that no key is found.
        public static final String NOT_A_KEY_ID = "(not a string)";
    }

    /// Is `signature` that of `data` by the key of that id? None of them is empty.
    record Verify(String data, String signature, String keyId) implements AuditRequest {}

    /// Seal the chain now. For whoever runs the relay: only on Cairn's own sockets.
    record SealNow() implements AuditRequest {}

    /// Where do the receipts stand? Only on Cairn's own sockets.
    record ReceiptsStatus() implements AuditRequest {}

    /// Sign receipts with a new key from now on. For whoever runs the relay: only on Cairn's own sockets.
    record RotateReceiptsKey() implements AuditRequest {}

    /// The line is no acceptable request.
    record Refused(AuditAnswer.Failure answer) implements AuditRequest {}
}
