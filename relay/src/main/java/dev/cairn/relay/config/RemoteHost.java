package dev.cairn.relay.config;

import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Who is at the other end of a connection, as limits count them.
public final class RemoteHost {

    private static final int IPV6_BYTES = 16;
    private static final int IPV6_NETWORK_BYTES = 8;

    private RemoteHost() {}

    /// The address; of IPv6 the network, for whoever has one address there has all of them.
    ///
    /// @param remote `null` if it has gone already
    public static String of(@Nullable SocketAddress remote) {
        String host = remote == null ? null : remote.hostAddress();
        if (host == null) {
            return "nowhere";
        }
        try {
            byte[] bytes = InetAddress.ofLiteral(host).getAddress();
            return bytes.length == IPV6_BYTES ? HexFormat.of().formatHex(bytes, 0, IPV6_NETWORK_BYTES) : host;
        } catch (IllegalArgumentException _) {
            return host; // Of an interface that is no longer there.
        }
    }
}
