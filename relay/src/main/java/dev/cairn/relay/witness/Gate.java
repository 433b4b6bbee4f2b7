package dev.cairn.relay.witness;

import io.netty.util.NetUtil;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Says who may do what now. Who knows a token is counted by its name, anybody else by address: so no
/// stranger can use up what is an owner's.
final class Gate {

    private static final String SCHEME = "bearer ";
    private static final int IPV6_BYTES = 16;
    private static final int IPV6_NETWORK_BYTES = 8;

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
            return limited(anchors, address(request), "");
        }
        Optional<String> name = presented(request).flatMap(tokens::nameOf);
        if (name.isPresent()) {
            return limited(anchors, "token " + name.get(), name.get());
        }
        Entry stranger = limited(anchors, address(request), "");
        return stranger instanceof Turned ? stranger : new Turned(Refusal.UNAUTHENTICATED, Duration.ZERO);
    }

    /// Whether the sender may read: anybody may, at a rate.
    Entry read(HttpServerRequest request) {
        return limited(reads, address(request), "");
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

    /// The sender's address; of IPv6 the network, for whoever has one address there has all of them.
    private static String address(HttpServerRequest request) {
        SocketAddress remote = request.remoteAddress();
        String host = remote == null ? null : remote.hostAddress();
        if (host == null) {
            return "nowhere"; // It has gone already.
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
        return bytes != null && bytes.length == IPV6_BYTES
                ? HexFormat.of().formatHex(bytes, 0, IPV6_NETWORK_BYTES)
                : host;
    }
}
