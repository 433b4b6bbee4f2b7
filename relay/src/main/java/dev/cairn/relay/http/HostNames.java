package dev.cairn.relay.http;

import io.netty.util.NetUtil;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The names under which this server may be addressed.
///
/// A page of another site can make a browser connect here under the site's own name (DNS rebinding) or open a
/// WebSocket across sites; both show in `Host` or `Origin`. An address cannot be rebound, so a server on all
/// addresses accepts any.
final class HostNames {

    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Set<String> names = new HashSet<>();
    private final Set<String> configured = new HashSet<>();
    private final boolean anyAddress;

    /// @param boundTo the address that the server listens on, or its name
    HostNames(String boundTo, Set<String> allowedHosts) {
        allowedHosts.forEach(host -> configured.add(bracketed(host)));
        String bound = bracketed(boundTo);
        names.add(bound);
        names.addAll(configured);
        anyAddress = bound.equals("0.0.0.0") || bound.equals("[::]") || bound.equals("[0:0:0:0:0:0:0:0]");
        if (anyAddress || LOCAL.contains(bound)) {
            names.addAll(LOCAL);
        }
    }

    /// Whether the value of a `Host` header is one of this server's; any port, as it may be behind another.
    boolean areOurs(String hostHeader) {
        String host = host(hostHeader);
        return host != null && (names.contains(host) || (anyAddress && isAddress(host)));
    }

    /// Whether a page of `origin` may talk to the server that it addressed as `hostHeader`: the same site, or
    /// a configured one.
    boolean allowOrigin(String origin, String hostHeader) {
        try {
            URI page = new URI(origin);
            String authority = page.getRawAuthority();
            boolean web = "http".equalsIgnoreCase(page.getScheme()) || "https".equalsIgnoreCase(page.getScheme());
            if (!web || authority == null) {
                return false;
            }
            String host = host(authority);
            return authority.equalsIgnoreCase(hostHeader) || (host != null && configured.contains(host));
        } catch (URISyntaxException _) {
            return false;
        }
    }

    /// The host of `host[:port]` in lower case, `null` if it is none.
    private static @Nullable String host(String authority) {
        int colon = authority.lastIndexOf(':');
        boolean hasPort = colon > authority.lastIndexOf(']');
        if (hasPort && !authority.substring(colon + 1).matches("[0-9]{0,5}")) {
            return null;
        }
        String host = (hasPort ? authority.substring(0, colon) : authority).toLowerCase(Locale.ROOT);
        return host.isEmpty() || (host.indexOf(':') >= 0 && !host.startsWith("[")) ? null : host;
    }

    private static boolean isAddress(String host) {
        return NetUtil.isValidIpV4Address(host)
                || (host.startsWith("[") && host.endsWith("]") && NetUtil.isValidIpV6Address(host));
    }

    private static String bracketed(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.indexOf(':') >= 0 && !lower.startsWith("[") ? "[" + lower + "]" : lower;
    }
}
