package dev.cairn.witness;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.witness.Anchor;
import dev.cairn.protocol.witness.AnchorReceipt;
import dev.cairn.protocol.witness.AnchorRequest;
import dev.cairn.protocol.witness.SealedTip;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/// How a witness answers.
interface Behaviour {

    void answer(HttpServerRequest request, Buffer body);

    static Behaviour says(int status, String reply) {
        return (request, _) -> request.response().setStatusCode(status).end(reply);
    }

    static Behaviour hangs() {
        return (_, _) -> {};
    }

    /// Signs a receipt for what it was asked to confirm.
    static Behaviour signs(Ed25519KeyPair key) {
        return signs(key, seal -> seal);
    }

    /// Signs a receipt for something else.
    static Behaviour signs(Ed25519KeyPair key, UnaryOperator<SealedTip> change) {
        return (request, body) -> {
            byte[] bytes = body.getBytes();
            SealedTip seal = change.apply(AnchorRequest.read(bytes).seal());
            Hash hash = Hash.of(bytes, 0, bytes.length);
            Anchor anchor = new Anchor("an_" + seal.count(), "2026-04-05T14:30:01.123Z", seal, hash, Set.of());
            request.response()
                    .setStatusCode(201)
                    .end(AnchorReceipt.sign(anchor, key).text());
        };
    }

    /// Refuses, as it holds another seal of that count, and shows the receipt for it.
    static Behaviour holds(Ed25519KeyPair key, UnaryOperator<SealedTip> change) {
        return (request, body) -> {
            byte[] bytes = body.getBytes();
            SealedTip other = change.apply(AnchorRequest.read(bytes).seal());
            Anchor anchor = new Anchor("an_1", "2026-04-05T14:30:01.123Z", other, other.tip(), Set.of());
            request.response()
                    .setStatusCode(409)
                    .end("{\"type\":\"urn:cairn:problem:contradiction\",\"status\":409,\"anchored\":"
                            + AnchorReceipt.sign(anchor, key).text() + "}");
        };
    }

    /// Names an anchor without signing anything.
    static Behaviour anchors() {
        return says(200, "{\"anchor_id\":\"a-1\"}");
    }

    static Behaviour redirectsTo(String url) {
        return (request, _) ->
                request.response().setStatusCode(302).putHeader("Location", url).end();
    }

    /// Never stops talking.
    static Behaviour floods(int status) {
        return (request, _) -> {
            request.response().setStatusCode(status).setChunked(true);
            flood(request);
        };
    }

    private static void flood(HttpServerRequest request) {
        request.response().write("x".repeat(8192)).onSuccess(_ -> flood(request));
    }

    /// First the one, and from the `n`th request on the other.
    static Behaviour first(int times, Behaviour early, Behaviour late) {
        AtomicInteger requests = new AtomicInteger();
        return (request, body) -> (requests.incrementAndGet() <= times ? early : late).answer(request, body);
    }
}
