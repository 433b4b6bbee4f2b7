package dev.cairn.relay.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A witness on a real port that confirms, refuses or hangs, as told.
final class StandInWitness implements AutoCloseable {

    /// How it answers.
    enum Mood {
        CONFIRMS,
        REFUSES,
        HANGS
    }

    /// The requests that it has got.
    final List<JsonObject> asked = new CopyOnWriteArrayList<>();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile Mood mood;

    StandInWitness(Mood mood) throws IOException {
        this.mood = mood;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    void turn(Mood other) {
        mood = other;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/api/v1/anchor";
    }

    /// The configuration of a relay with these witnesses.
    static String config(int quorum, StandInWitness... witnesses) {
        StringBuilder endpoints = new StringBuilder();
        for (StandInWitness witness : witnesses) {
            endpoints
                    .append(endpoints.isEmpty() ? "" : ",")
                    .append("{\"name\":\"w")
                    .append(witness.server.getAddress().getPort())
                    .append("\",\"url\":\"")
                    .append(witness.url())
                    .append("\"}");
        }
        return "{\"witness\":{\"enabled\":true,\"quorum\":" + quorum + ",\"endpoints\":[" + endpoints + "]}}";
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Mood now = mood;
            asked.add(new JsonObject(new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
            if (now == Mood.HANGS) {
                closing.await();
                return;
            }
            byte[] answer = "{}".getBytes(UTF_8);
            exchange.sendResponseHeaders(now == Mood.CONFIRMS ? 201 : 503, answer.length);
            exchange.getResponseBody().write(answer);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        closing.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
