package dev.cairn.relay.seal;

import dev.cairn.protocol.audit.AuditAnswer.Failure;
import dev.cairn.protocol.audit.AuditAnswer.Signed;
import dev.cairn.protocol.audit.AuditAnswer.ToSign;
import dev.cairn.protocol.audit.AuditAnswer.ToVerify;
import dev.cairn.protocol.audit.AuditAnswer.Verified;
import dev.cairn.protocol.audit.AuditRequest.Sign;
import dev.cairn.protocol.audit.AuditRequest.Verify;
import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.seal.Keys;
import dev.cairn.protocol.seal.SealPayload;
import dev.cairn.protocol.seal.SignAnswers;
import dev.cairn.protocol.seal.SignableContent;
import dev.cairn.protocol.seal.SignableContentReader;
import dev.cairn.relay.bus.Signing;
import io.vertx.core.Future;
import java.util.Optional;

/// Signs and verifies on one event loop, from keys in memory.
///
/// Checks in the order of the specification: the content first, then who asks and how often, then the key.
final class SigningDesk implements Signing {

    private static final Failure NOT_ALLOWED = Failure.signFailed("not allowed for this client");
    private static final Failure TOO_MANY = Failure.signFailed("too many requests");
    private static final Failure UNREADABLE = Failure.signFailed("the log cannot be read");

    private final SigningProxy shared;
    private final DecisionLog log;
    private final SignableContentReader reader = new SignableContentReader();

    SigningDesk(SigningProxy shared, DecisionLog log) {
        this.shared = shared;
        this.log = log;
    }

    @Override
    public Future<ToSign> sign(Sign request, Peer peer) {
        return switch (reader.read(request.data())) {
            case SignableContent.Attestation _ -> now(signIfAdmitted(request, "attestation", peer));
            case SignableContent.Statement _ -> now(signIfAdmitted(request, "statement", peer));
            case SignableContent.OfSeal seal -> signSeal(request, seal.payload(), peer);
            case SignableContent.Refused _ -> now(notSignable("other", peer));
        };
    }

    @Override
    public ToVerify verify(Verify request, Peer peer) {
        Keys keys = shared.keys().or(shared.usersKeys());
        ToVerify answer = SignAnswers.verify(request, keys);
        Decision decision = answer instanceof Verified ? Decision.VERIFIED : Decision.NOT_VERIFIED;
        decided(decision, "signature", request.keyId(), peer);
        return answer;
    }

    private ToSign signIfAdmitted(Sign request, String kind, Peer peer) {
        return refusal(kind, peer).map(ToSign.class::cast).orElseGet(() -> sign(request, kind, shared.keys(), peer));
    }

    private Future<ToSign> signSeal(Sign request, SealPayload payload, Peer peer) {
        return switch (shared.config().sealPayloads()) {
            case REFUSE -> now(notSignable("seal", peer));
            case ALLOW -> now(signForUser(request, peer));
            case TRUE_ONLY -> signIfTrue(request, payload, peer);
        };
    }

    /// With a key that seals nothing of the relay's own.
    private ToSign signForUser(Sign request, Peer peer) {
        if (!shared.config().sealPayloadUids().contains(peer.uid())) {
            return notSignable("seal", peer);
        }
        return refusal("seal", peer)
                .map(ToSign.class::cast)
                .orElseGet(() -> sign(request, "seal", shared.usersKeys(), peer));
    }

    private Future<ToSign> signIfTrue(Sign request, SealPayload payload, Peer peer) {
        Optional<Failure> refusal = refusal("seal", peer);
        if (refusal.isPresent()) {
            return now(refusal.get());
        }
        if (!shared.lookups().tryAcquire()) {
            decided(Decision.TOO_MANY, "seal", "", peer);
            return now(TOO_MANY);
        }
        return shared.trueSeals()
                .isTrue(payload)
                .onComplete(_ -> shared.lookups().release())
                .map(isTrue -> isTrue ? sign(request, "seal", shared.keys(), peer) : notSignable("seal", peer))
                .otherwise(_ -> unreadable(peer));
    }

    private ToSign sign(Sign request, String kind, Keys keys, Peer peer) {
        Keys.Lookup lookup = request.keyId().isEmpty() ? keys.active() : keys.find(request.keyId());
        ToSign answer = SignAnswers.signAdmitted(request, lookup, shared.nowMillis());
        if (answer instanceof Signed signed) {
            decided(Decision.SIGNED, kind, signed.keyId(), peer);
        } else {
            decided(Decision.NO_KEY, kind, request.keyId(), peer);
        }
        return answer;
    }

    /// Why `peer` gets no signature, whatever it is of.
    private Optional<Failure> refusal(String kind, Peer peer) {
        if (!shared.config().admits(peer)) {
            decided(Decision.NOT_ALLOWED, kind, "", peer);
            return Optional.of(NOT_ALLOWED);
        }
        if (!shared.rates().admits(peer.uid())) {
            decided(Decision.TOO_MANY, kind, "", peer);
            return Optional.of(TOO_MANY);
        }
        return Optional.empty();
    }

    private ToSign notSignable(String kind, Peer peer) {
        decided(Decision.NOT_SIGNABLE, kind, "", peer);
        return Failure.NOT_SIGNABLE;
    }

    private ToSign unreadable(Peer peer) {
        decided(Decision.NO_KEY, "seal", "", peer);
        return UNREADABLE;
    }

    private void decided(Decision decision, String kind, String keyId, Peer peer) {
        shared.count(decision);
        log.decided(decision, kind, keyId, peer);
    }

    private static Future<ToSign> now(ToSign answer) {
        return Future.succeededFuture(answer);
    }
}
