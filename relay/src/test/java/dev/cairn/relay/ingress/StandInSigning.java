package dev.cairn.relay.ingress;

import dev.cairn.protocol.audit.AuditAnswer.Failure;
import dev.cairn.protocol.audit.AuditAnswer.NotVerified;
import dev.cairn.protocol.audit.AuditAnswer.ToSign;
import dev.cairn.protocol.audit.AuditAnswer.ToVerify;
import dev.cairn.protocol.audit.AuditRequest.Sign;
import dev.cairn.protocol.audit.AuditRequest.Verify;
import dev.cairn.protocol.audit.Peer;
import dev.cairn.relay.bus.Signing;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Objects;

/// Signs nothing: at once, or after a while where the data begins with `late`.
final class StandInSigning implements Signing {

    private static final long A_WHILE_MILLIS = 20;

    @Override
    public Future<ToSign> sign(Sign request, Peer peer) {
        ToSign answer = Failure.signFailed("not enabled");
        if (!request.data().startsWith("late")) {
            return Future.succeededFuture(answer);
        }
        Promise<ToSign> later = Promise.promise();
        Objects.requireNonNull(Vertx.currentContext()).owner().setTimer(A_WHILE_MILLIS, _ -> later.complete(answer));
        return later.future();
    }

    @Override
    public ToVerify verify(Verify request, Peer peer) {
        return new NotVerified(NotVerified.Reason.UNKNOWN_KEY);
    }
}
