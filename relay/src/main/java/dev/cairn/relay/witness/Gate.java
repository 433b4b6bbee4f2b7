package dev.cairn.relay.witness;

import dev.cairn.relay.config.RemoteHost;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Says who may do what now. Who knows a token is counted by its name, anybody else by address: so no
/// stranger can use up what is an owner's.
final class Gate {

    private static final String SCHEME = "bearer ";

    /// What the gate says.
    sealed interface Entry {}

    /// Come in.
    ///
    /// @param token the name of the sender's, empty where none is asked for
    record Admitted(String token) implements Entry {}

    /// Not now, or not at all.
    ///
    /// @param retryAfter zero where waiting does not help
    record Turned(Refusal why, Duration retryAfter) implements Entry {}

    private final Tokens tokens;
    private final RateLimit anchors;
    private final RateLimit reads;

    Gate(Tokens tokens, WitnessConfig.Limits limits, LongSupplier nanoTime) {
        this.tokens = tokens;
        this.anchors = new RateLimit(limits.anchors(), nanoTime);
        this.reads = new RateLimit(limits.reads(), nanoTime);
    }

    /// Whether the sender may have a seal anchored.
    Entry anchor(HttpServerRequest request) {
        if (request.headers().contains(HttpHeaders.ORIGIN)) {
            return new Turned(Refusal.FROM_A_PAGE, Duration.ZERO); // A browser's, led here by some page.
        }
        if (!tokens.areRequired()) {
            return limited(anchors, RemoteHost.of(request.remoteAddress()), "");
        }
        Optional<String> name = presented(request).flatMap(tokens::nameOf);
        if (name.isPresent()) {
            return limited(anchors, "token " + name.get(), name.get());
        }
        Entry stranger = limited(anchors, RemoteHost.of(request.remoteAddress()), "");
        return stranger instanceof Turned ? stranger : new Turned(Refusal.UNAUTHENTICATED, Duration.ZERO);
    }

    /// Whether the sender may read: anybody may, at a rate.
    Entry read(HttpServerRequest request) {
        return limited(reads, RemoteHost.of(request.remoteAddress()), "");
    }

    private static Entry limited(RateLimit limit, String sender, String token) {
        Duration wait = limit.take(sender);
        return wait.isZero() ? new Admitted(token) : new Turned(Refusal.TOO_MANY, wait);
    }

    private static Optional<String> presented(HttpServerRequest request) {
        List<String> headers = request.headers().getAll(HttpHeaders.AUTHORIZATION);
        if (headers.size() != 1 || !headers.getFirst().toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return Optional.empty();
        }
        return Optional.of(headers.getFirst().substring(SCHEME.length()).strip());
    }
}
