package dev.cairn.witness;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.TrustOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// HTTP as witnesses need it: one connection per request, closed behind it; certificates verified; nothing
/// followed. Seals are minutes apart, so a pool would only hold sockets.
final class WitnessHttp {

    private final Vertx vertx;
    private final HttpClientAgent client;
    private final HostNames names;
    private final long timeoutMillis;

    /// @param trust who signs certificates; `null` for whom the Java platform trusts
    WitnessHttp(Vertx vertx, int hostsMax, Duration timeout, @Nullable TrustOptions trust) {
        this.vertx = vertx;
        this.names = new HostNames(vertx, hostsMax);
        this.timeoutMillis = timeout.toMillis();
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout(Math.toIntExact(timeoutMillis))
                .setSslHandshakeTimeout(timeoutMillis)
                .setVerifyHost(true)
                .setTrustAll(false);
        if (trust != null) {
            options.setTrustOptions(trust);
        }
        this.client = vertx.createHttpClient(options);
    }

    /// Begins to post a JSON body; call on the context that shall hear the answer.
    Exchange post(URI url, @Nullable WitnessToken token, byte[] json) {
        Exchange exchange =
                new Exchange(vertx, client, names, request(HttpMethod.POST, url, token), Buffer.buffer(json));
        exchange.start(timeoutMillis);
        return exchange;
    }

    /// Begins to get what is at `url`; call on the context that shall hear the answer.
    Exchange get(URI url) {
        Exchange exchange = new Exchange(vertx, client, names, request(HttpMethod.GET, url, null), Buffer.buffer());
        exchange.start(timeoutMillis);
        return exchange;
    }

    Future<Void> close() {
        return client.close().eventually(names::close);
    }

    private static Exchange.Request request(HttpMethod method, URI url, @Nullable WitnessToken token) {
        URI ascii = URI.create(url.toASCIIString());
        String path = ascii.getRawPath() == null || ascii.getRawPath().isEmpty() ? "/" : ascii.getRawPath();
        String query = ascii.getRawQuery() == null ? "" : "?" + ascii.getRawQuery();
        boolean secure = "https".equalsIgnoreCase(ascii.getScheme());
        int port = ascii.getPort() >= 0 ? ascii.getPort() : secure ? 443 : 80;
        return new Exchange.Request(method, secure, ascii.getHost(), port, path + query, authorization(url, token));
    }

    /// The token, or else what the URL says of a user.
    private static @Nullable String authorization(URI url, @Nullable WitnessToken token) {
        if (token != null) {
            return token.authorization();
        }
        String user = url.getUserInfo();
        return user == null
                ? null
                : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }
}
