package dev.cairn.witness;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.witness.Proof;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A witness on a port of its own that remembers what it was sent.
final class WitnessServer {

    private final HttpServer server;
    private final String scheme;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger openMost = new AtomicInteger();

    record Request(String method, String target, @Nullable String authorization, String contentType, String body) {}

    private WitnessServer(Vertx vertx, HttpServerOptions options, Behaviour behaviour) {
        scheme = options.isSsl() ? "https" : "http";
        server = vertx.createHttpServer(options)
                .connectionHandler(connection -> {
                    openMost.accumulateAndGet(open.incrementAndGet(), Math::max);
                    connection.closeHandler(_ -> open.decrementAndGet());
                })
                .requestHandler(request -> request.body().onSuccess(body -> {
                    requests.add(remembered(request, body.toString()));
                    behaviour.answer(request, body);
                }));
    }

    static WitnessServer start(Vertx vertx, Behaviour behaviour) {
        return start(vertx, new HttpServerOptions(), behaviour);
    }

    static WitnessServer start(Vertx vertx, HttpServerOptions options, Behaviour behaviour) {
        WitnessServer witness = new WitnessServer(vertx, options, behaviour);
        try {
            witness.server.listen(0, "127.0.0.1").await(10, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException(e);
        }
        return witness;
    }

    String url(String path) {
        return scheme + "://127.0.0.1:" + server.actualPort() + path;
    }

    WitnessEndpoint endpoint(String name) {
        return endpoint(name, Proof.STATUS, null);
    }

    WitnessEndpoint endpoint(String name, Proof require, @Nullable Ed25519PublicKey key) {
        return new WitnessEndpoint(name, URI.create(url("/api/v1/anchor")), null, require, key);
    }

    List<Request> requests() {
        return requests;
    }

    int openConnections() {
        return open.get();
    }

    /// The most connections that were open at one moment.
    int openMost() {
        return openMost.get();
    }

    private static Request remembered(HttpServerRequest request, String body) {
        return new Request(
                request.method().name(),
                request.uri(),
                request.getHeader("Authorization"),
                String.valueOf(request.getHeader("Content-Type")),
                body);
    }
}
