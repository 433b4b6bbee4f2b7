package dev.cairn.relay.http;

import dev.cairn.relay.log.RefusalLog;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Lets only those through who know the token and address this server by a name of its own.
///
/// The token comes in `Authorization`, or as one of a WebSocket's subprotocols, because browsers cannot set
/// headers there. Never in the URL: URLs are logged.
final class Guard {

    private static final String SCHEME = "bearer ";
    private static final String SUBPROTOCOL = "bearer.";

    private final HostNames names;
    private final BearerToken token;
    private final RefusalLog log;
    private final Map<Problem, Counter> refused = new EnumMap<>(Problem.class);

    Guard(HostNames names, BearerToken token, MeterRegistry meters, RefusalLog log) {
        this.log = log;
        this.names = names;
        this.token = token;
        for (Problem why : List.of(
                Problem.BAD_REQUEST,
                Problem.TOO_LARGE,
                Problem.WRONG_HOST,
                Problem.WRONG_ORIGIN,
                Problem.UNAUTHENTICATED)) {
            refused.put(
                    why,
                    Counter.builder("cairn.http.refused")
                            .description("HTTP requests that were not let in")
                            .tag("code", why.code())
                            .register(meters));
        }
    }

    /// Answers the request if it must not be let in; says whether it did.
    boolean refuses(HttpServerRequest request) {
        Optional<Problem> problem = judge(request);
        problem.ifPresent(why -> refuse(request, why));
        return problem.isPresent();
    }

    private Optional<Problem> judge(HttpServerRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
        List<String> origins = request.headers().getAll(HttpHeaders.ORIGIN);
        if (hosts.size() != 1 || origins.size() > 1) {
            return Optional.of(Problem.BAD_REQUEST);
        }
        if (!names.areOurs(hosts.getFirst())) {
            return Optional.of(Problem.WRONG_HOST);
        }
        if (!origins.isEmpty() && !names.allowOrigin(origins.getFirst(), hosts.getFirst())) {
            return Optional.of(Problem.WRONG_ORIGIN);
        }
        if (!knowsToken(request)) {
            return Optional.of(Problem.UNAUTHENTICATED);
        }
        return announcesBody(request) ? Optional.of(Problem.TOO_LARGE) : Optional.empty();
    }

    private boolean knowsToken(HttpServerRequest request) {
        String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (authorization != null) {
            return authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)
                    && token.matches(authorization.substring(SCHEME.length()).strip());
        }
        for (String offers : request.headers().getAll("Sec-WebSocket-Protocol")) {
            for (String offer : offers.split(",", -1)) {
                String protocol = offer.strip();
                if (protocol.startsWith(SUBPROTOCOL) && token.matches(protocol.substring(SUBPROTOCOL.length()))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean announcesBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
    }

    /// Its address; a new port for each connection does not make it another one.
    private static String peer(HttpServerRequest request) {
        SocketAddress address = request.remoteAddress();
        return address == null || address.hostAddress() == null ? "unknown" : address.hostAddress();
    }

    private void refuse(HttpServerRequest request, Problem problem) {
        HttpServerResponse response = request.response();
        Counter counter = refused.get(problem);
        if (counter != null) {
            counter.increment();
            log.refused("refused an HTTP request", problem.code(), peer(request), 1);
        }
        if (problem == Problem.UNAUTHENTICATED) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        problem.end(response);
        var _ = request.connection().close(); // Behind the answer; the header only asks the client to.
    }
}
