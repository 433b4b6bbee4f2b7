package dev.cairn.relay.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.witness.Anchor;
import dev.cairn.protocol.witness.AnchorReceipt;
import dev.cairn.protocol.witness.AnchorRequest;
import dev.cairn.protocol.witness.SealedTip;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A witness on a real port that confirms, refuses, lies or hangs, as told. It has a key, which relays know.
public final class StandInWitness implements AutoCloseable {

    /// How it answers.
    public enum Mood {
        CONFIRMS,
        REFUSES,
        /// Signs that it saw another tip.
        SIGNS_ANOTHER,
        /// Refuses, and shows what it signed for another tip of the same count.
        HOLDS_ANOTHER,
        /// Refuses likewise, and shows nothing.
        CONFLICTS,
        HANGS
    }

    /// The requests that it has got.
    public final List<JsonObject> asked = new CopyOnWriteArrayList<>();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile Mood mood;

    public StandInWitness(Mood mood) throws IOException {
        this.mood = mood;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public void turn(Mood other) {
        mood = other;
    }

    /// What relays call it.
    public String name() {
        return "w" + server.getAddress().getPort();
    }

    public Ed25519PublicKey publicKey() {
        return key().publicKey();
    }

    private Ed25519KeyPair key() {
        return Ed25519KeyPair.fromSeed(Arrays.copyOf(name().getBytes(UTF_8), Ed25519KeyPair.SEED_LENGTH));
    }

    /// The tip that it tells of when it lies.
    public static Hash anotherTip() {
        return new Hash("sha256:" + "e".repeat(64));
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/api/v1/anchor";
    }

    /// The configuration of a relay with these witnesses.
    public static String config(int quorum, StandInWitness... witnesses) {
        StringBuilder endpoints = new StringBuilder();
        for (StandInWitness witness : witnesses) {
            endpoints
                    .append(endpoints.isEmpty() ? "" : ",")
                    .append("{\"name\":\"")
                    .append(witness.name())
                    .append("\",\"public_key\":\"")
                    .append(witness.publicKey().text())
                    .append("\",\"url\":\"")
                    .append(witness.url())
                    .append("\"}");
        }
        return "{\"witness\":{\"enabled\":true,\"quorum\":" + quorum + ",\"endpoints\":[" + endpoints + "]}}";
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Mood now = mood;
            byte[] request = exchange.getRequestBody().readAllBytes();
            asked.add(new JsonObject(new String(request, UTF_8)));
            if (now == Mood.HANGS) {
                closing.await();
                return;
            }
            byte[] answer = answer(now, request).getBytes(UTF_8);
            exchange.sendResponseHeaders(status(now), answer.length);
            exchange.getResponseBody().write(answer);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static int status(Mood mood) {
        return switch (mood) {
            case CONFIRMS, SIGNS_ANOTHER -> 201;
            case HOLDS_ANOTHER, CONFLICTS -> 409;
            case REFUSES, HANGS -> 503;
        };
    }

    private String answer(Mood now, byte[] request) {
        return switch (now) {
            case SIGNS_ANOTHER -> lie(request);
            case HOLDS_ANOTHER -> "{\"code\":\"contradiction\",\"anchored\":" + lie(request) + "}";
            default -> "{}";
        };
    }

    private String lie(byte[] request) {
        SealedTip seal = AnchorRequest.read(request).seal();
        SealedTip other = new SealedTip(anotherTip(), seal.count(), seal.signature(), null);
        Anchor anchor =
                new Anchor("an_1", "2026-04-05T14:30:01Z", other, Hash.of(request, 0, request.length), Set.of());
        return AnchorReceipt.sign(anchor, key()).text();
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
