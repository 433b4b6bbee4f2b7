package dev.cairn.relay.transit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.cairn.relay.transit.TransitEngine.Answer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// An HTTP server that stands in for OpenBao or Vault with one Transit engine, mounted at `transit`. Prints
/// its URL when it is ready and ends with its standard input.
///
/// `PUT /stand-in` sets what goes wrong: `{"status":503,"count":2}` answers the next requests with an error,
/// `{"delay_millis":300,"count":1}` holds them, `{"spoil":true,"count":1}` gives signatures that do not hold,
/// `{"token":"…"}` is the token from then on. `GET /stand-in` tells how many requests there were.
public final class TransitStandIn {

    /// System property: where to listen; on any free port unless given.
    static final String PORT = "transit.port";

    private static final int BODY_MAX = 32 << 20;

    private final TransitEngine engine = new TransitEngine();
    private final AtomicInteger requests = new AtomicInteger();
    private volatile String token;
    private volatile JsonObject fault = new JsonObject();
    private final AtomicInteger faultsLeft = new AtomicInteger();

    private TransitStandIn(String token) {
        this.token = token;
    }

    /// @param args the token, and for TLS a PKCS#12 file, its password and a key to make at once
    public static void main(String[] args) throws Exception {
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.getInteger(PORT, 0));
        HttpServer server;
        if (args.length > 1) {
            HttpsServer secure = HttpsServer.create(address, 128);
            secure.setHttpsConfigurator(new HttpsConfigurator(tls(Path.of(args[1]), args[2].toCharArray())));
            server = secure;
        } else {
            server = HttpServer.create(address, 128);
        }
        TransitStandIn standIn = new TransitStandIn(args[0]);
        if (args.length > 3) {
            standIn.engine.answer("POST", "keys/" + args[3], new JsonObject().put("type", "ed25519"));
        }
        server.createContext("/", standIn::handle);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        String scheme = args.length > 1 ? "https://localhost:" : "http://127.0.0.1:";
        IO.println(scheme + server.getAddress().getPort());
        while (System.in.read() >= 0) {
            // Until whoever started it is gone.
        }
        System.exit(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(BODY_MAX + 1);
            String path = exchange.getRequestURI().getPath();
            if (path.equals("/stand-in")) {
                reply(exchange, new Answer(200, control(body)));
            } else if (body.length > BODY_MAX) {
                reply(exchange, Answer.error(413, "http: request body too large"));
            } else {
                requests.incrementAndGet();
                reply(exchange, answer(exchange, path, body));
            }
        }
    }

    private Answer answer(HttpExchange exchange, String path, byte[] body) {
        boolean isFaulty = faultsLeft.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        JsonObject wrong = isFaulty ? fault : new JsonObject();
        delay(wrong.getLong("delay_millis", 0L));
        if (wrong.containsKey("status")) {
            return Answer.error(wrong.getInteger("status"), "Vault is sealed");
        }
        if (!token.equals(exchange.getRequestHeaders().getFirst("X-Vault-Token"))) {
            return Answer.error(403, "permission denied");
        }
        if (!path.startsWith("/v1/transit/")) {
            return Answer.error(
                    404, "no handler for route \"" + path.replaceFirst("/v1/", "") + "\". route entry not found.");
        }
        JsonObject json = body.length == 0 ? new JsonObject() : new JsonObject(new String(body, UTF_8));
        Answer answer = engine.answer(exchange.getRequestMethod(), path.substring("/v1/transit/".length()), json);
        return wrong.getBoolean("spoil", false) ? spoiled(answer) : answer;
    }

    /// The first letter of each signature changes.
    private static Answer spoiled(Answer answer) {
        String text = answer.body().encode();
        return new Answer(answer.status(), new JsonObject(text.replaceAll("(vault:v[0-9]+:)(.)(.)", "$1$3$2")));
    }

    private JsonObject control(byte[] body) {
        if (body.length > 0) {
            JsonObject wanted = new JsonObject(new String(body, UTF_8));
            token = wanted.getString("token", token);
            fault = wanted;
            faultsLeft.set(wanted.getInteger("count", 0));
        }
        return new JsonObject().put("requests", requests.get());
    }

    private static void reply(HttpExchange exchange, Answer answer) throws IOException {
        JsonObject body = answer.body().copy();
        if (answer.status() < 300 && body.containsKey("data")) {
            body.put("request_id", UUID.randomUUID().toString())
                    .put("lease_id", "")
                    .put("renewable", false)
                    .put("lease_duration", 0)
                    .putNull("wrap_info")
                    .putNull("warnings")
                    .putNull("auth");
        }
        byte[] bytes = (body.encode() + "\n").getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(answer.status(), bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static void delay(long millis) {
        try {
            if (millis > 0) {
                Thread.sleep(millis); // What is asked for: a server that is slow.
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SSLContext tls(Path store, char[] password) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(store)) {
            keys.load(file, password);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
