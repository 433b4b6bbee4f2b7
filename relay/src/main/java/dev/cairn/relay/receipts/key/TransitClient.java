package dev.cairn.relay.receipts.key;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.cairn.protocol.file.SecretFile;
import dev.cairn.relay.config.Transit;
import dev.cairn.relay.receipts.key.KeySourceException.Hope;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLException;

/// Talks to a Transit engine of OpenBao or Vault: blocking, one request after the other, tried again while there is
/// hope.
///
/// Signing the same message again gives the same signature, so a request whose answer was lost is just sent again; a
/// rotation is not. The token is never shown, and goes nowhere else: nothing is followed, no proxy is asked.
final class TransitClient implements AutoCloseable {

    private static final int ATTEMPTS = 3;
    private static final Duration PAUSE = Duration.ofMillis(150);
    private static final int ANSWER_MAX = 4 << 20;
    private static final int TOKEN_MAX = 16 * 1024;

    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    /// Somebody asks too much, or the server is a standby, sealed, or behind something that cannot reach it.
    private static final Set<Integer> PASSING = Set.of(412, 429, 472, 473, 500, 502, 503, 504);

    private final Transit transit;
    private final HttpClient http;
    private volatile String token;

    private TransitClient(Transit transit, HttpClient http, String token) {
        this.transit = transit;
        this.http = http;
        this.token = token;
    }

    /// Gets ready to talk: reads the token and the certificates.
    static TransitClient open(Transit transit) {
        HttpClient.Builder http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(transit.timeout());
        transit.caFile().ifPresent(file -> http.sslContext(TrustedCertificates.context(file)));
        return new TransitClient(transit, http.build(), readToken(transit));
    }

    TransitReply.Generations generations() {
        return TransitReply.read(repeated("GET", "keys/" + transit.key(), BodyPublishers.noBody()))
                .generations();
    }

    /// Makes a new version of the key. Older ones still sign when they are asked for by their number.
    void rotate() {
        attempt("POST", "keys/" + transit.key() + "/rotate", BodyPublishers.noBody());
    }

    /// Signs each message with one version of the key.
    List<byte[]> sign(int version, List<byte[]> messages) {
        byte[] answer = repeated("POST", "sign/" + transit.key(), BodyPublishers.ofString(batch(version, messages)));
        return TransitReply.read(answer).signatures(messages.size(), version);
    }

    @Override
    public void close() {
        http.close();
    }

    private static String batch(int version, List<byte[]> messages) {
        int room = messages.stream()
                .mapToInt(message -> message.length / 3 * 4 + 24)
                .sum();
        StringBuilder json = new StringBuilder(room + 64).append("{\"batch_input\":[");
        Base64.Encoder base64 = Base64.getEncoder();
        for (Iterator<byte[]> rest = messages.iterator(); rest.hasNext(); ) {
            json.append("{\"input\":\"")
                    .append(new String(base64.encode(rest.next()), ISO_8859_1))
                    .append(rest.hasNext() ? "\"}," : "\"}");
        }
        return json.append("],\"key_version\":").append(version).append('}').toString();
    }

    private byte[] repeated(String method, String path, BodyPublisher body) {
        for (int attempt = 1; ; attempt++) {
            try {
                return attempt(method, path, body);
            } catch (KeySourceException e) {
                if (e.hope() == Hope.NONE || attempt == ATTEMPTS) {
                    throw e;
                }
                pause(attempt);
            }
        }
    }

    private byte[] attempt(String method, String path, BodyPublisher body) {
        String shown = token;
        HttpResponse<byte[]> response = send(request(method, path, body, shown));
        if (response.statusCode() == FORBIDDEN) {
            token = readToken(transit); // Somebody may have renewed it.
            if (!token.equals(shown)) {
                response = send(request(method, path, body, token));
            }
        }
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return response.body();
        }
        throw refusal(status, response.body());
    }

    private HttpRequest request(String method, String path, BodyPublisher body, String shownToken) {
        URI uri = transit.address().resolve("/v1/" + withoutSlash(transit.mount()) + "/" + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(transit.timeout())
                .header("X-Vault-Request", "true")
                .header("X-Vault-Token", shownToken)
                .header("Content-Type", "application/json");
        transit.namespace().ifPresent(namespace -> request.header("X-Vault-Namespace", namespace));
        return request.method(method, body).build();
    }

    private HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_MAX));
        } catch (HttpTimeoutException _) {
            throw failure(
                    Hope.TRANSIENT, "did not answer within " + transit.timeout().toMillis() + " ms", "");
        } catch (SSLException e) {
            throw failure(
                    Hope.NONE,
                    "is not trusted: " + e.getMessage(),
                    "\nName who signed its certificate in receipts.transit.ca_file.");
        } catch (ConnectException _) {
            throw failure(Hope.TRANSIENT, "cannot be reached", "");
        } catch (IOException e) {
            throw failure(
                    Hope.TRANSIENT, "broke the connection: " + e.getClass().getSimpleName(), "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeySourceException(Hope.TRANSIENT, "interrupted while the Transit engine signed", e);
        }
    }

    private KeySourceException refusal(int status, byte[] body) {
        String says = "answered " + status + " (" + TransitReply.error(body) + ")";
        String remedy = switch (status) {
            case FORBIDDEN ->
                "\nRenew the token in " + transit.tokenFile() + ", and let its policy read " + path("keys/")
                        + " and update " + path("sign/") + " and, to rotate it, " + path("keys/") + "/rotate.";
            case NOT_FOUND -> "\nMake the key: bao write -f " + path("keys/") + " type=ed25519";
            default -> "";
        };
        return failure(PASSING.contains(status) ? Hope.TRANSIENT : Hope.NONE, says, remedy);
    }

    private String path(String kind) {
        return withoutSlash(transit.mount()) + "/" + kind + transit.key();
    }

    private KeySourceException failure(Hope hope, String what, String remedy) {
        return new KeySourceException(hope, "the Transit engine at " + transit.address() + " " + what + remedy);
    }

    private static String withoutSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static String readToken(Transit transit) {
        try {
            String text = new String(SecretFile.read(transit.tokenFile(), TOKEN_MAX), ISO_8859_1).strip();
            if (text.isEmpty() || !text.chars().allMatch(unit -> unit > 0x20 && unit < 0x7F)) {
                throw new KeySourceException(Hope.NONE, transit.tokenFile() + ": holds no token");
            }
            return text;
        } catch (IOException e) {
            throw new KeySourceException(Hope.NONE, "cannot read the Transit engine's token: " + e.getMessage(), e);
        }
    }

    private static void pause(int attempt) {
        try {
            Thread.sleep(PAUSE.multipliedBy(attempt));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KeySourceException(Hope.TRANSIENT, "interrupted between two attempts to sign", e);
        }
    }
}
