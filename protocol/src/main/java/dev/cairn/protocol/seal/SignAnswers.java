package dev.cairn.protocol.seal;

import dev.cairn.protocol.audit.AuditAnswer.Failure;
import dev.cairn.protocol.audit.AuditAnswer.NotVerified;
import dev.cairn.protocol.audit.AuditAnswer.Signed;
import dev.cairn.protocol.audit.AuditAnswer.ToSign;
import dev.cairn.protocol.audit.AuditAnswer.ToVerify;
import dev.cairn.protocol.audit.AuditAnswer.Verified;
import dev.cairn.protocol.audit.AuditRequest.Sign;
import dev.cairn.protocol.audit.AuditRequest.Verify;
import dev.cairn.protocol.audit.UtcClockText;

/// The answers to `sign` and `verify` (`specs/audit-relay.md` 1.4): pure functions of the request and the keys.
public final class SignAnswers {

    private static final ToVerify VERIFIED = new Verified();
    private static final ToVerify UNKNOWN_KEY = new NotVerified(NotVerified.Reason.UNKNOWN_KEY);
    private static final ToVerify MISMATCH = new NotVerified(NotVerified.Reason.SIGNATURE_MISMATCH);

    private SignAnswers() {}

    /// The answer to a `sign` request whose data is `content`. The payload of a seal is refused here; once
    /// the relay has found it true, [#signAdmitted] signs it.
    ///
    /// @param nowMillis the time of the signature, epoch milliseconds
    public static ToSign sign(Sign request, SignableContent content, Keys keys, long nowMillis) {
        return switch (content) {
            case SignableContent.Attestation _, SignableContent.Statement _ -> signAdmitted(request, keys, nowMillis);
            case SignableContent.OfSeal _, SignableContent.Refused _ -> Failure.NOT_SIGNABLE;
        };
    }

    /// The answer to a `sign` request whose data may be signed.
    public static ToSign signAdmitted(Sign request, Keys keys, long nowMillis) {
        return signAdmitted(request, request.keyId().isEmpty() ? keys.active() : keys.find(request.keyId()), nowMillis);
    }

    /// The same, for a caller that has looked for the key itself.
    public static ToSign signAdmitted(Sign request, Keys.Lookup lookup, long nowMillis) {
        return switch (lookup) {
            case Keys.Lookup.Found found
            when found.key().maySign() ->
                new Signed(found.key().sign(request.data()), found.key().id(), new UtcClockText().text(nowMillis));
            case Keys.Lookup.Found found ->
                Failure.signFailed("key " + found.key().id() + " may verify only");
            case Keys.Lookup.Unknown _ -> Failure.signFailed("no such key");
            case Keys.Lookup.Unusable unusable ->
                Failure.signFailed(unusable.reason().publicText());
        };
    }

    /// The answer to a `verify` request. A key that cannot be used is as good as none.
    public static ToVerify verify(Verify request, Keys keys) {
        return switch (keys.find(request.keyId())) {
            case Keys.Lookup.Found found ->
                found.key().verifies(request.data(), request.signature()) ? VERIFIED : MISMATCH;
            case Keys.Lookup.Unknown _, Keys.Lookup.Unusable _ -> UNKNOWN_KEY;
        };
    }
}
