package dev.cairn.relay.bus;

import dev.cairn.protocol.audit.AuditAnswer.ToSign;
import dev.cairn.protocol.audit.AuditAnswer.ToVerify;
import dev.cairn.protocol.audit.AuditRequest.Sign;
import dev.cairn.protocol.audit.AuditRequest.Verify;
import dev.cairn.protocol.audit.Peer;
import io.vertx.core.Future;

/// Answers requests to sign and to verify on the event loop that asks, one instance for each: a signature
/// costs less than handing it over would.
public interface Signing {

    /// Nearly always complete already; never fails.
    Future<ToSign> sign(Sign request, Peer peer);

    ToVerify verify(Verify request, Peer peer);
}
