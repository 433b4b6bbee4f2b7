package dev.cairn.relay.config;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;

/// An HTTP server cannot have the address that it is to have; the message names it and says why, for the operator.
public final class ListenRefusedException extends IOException {

    private static final long serialVersionUID = 1;

    public ListenRefusedException(String host, int port, Throwable cause) {
        super("cannot listen on http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + ": "
                + reason(cause));
        initCause(cause);
    }

    private static String reason(Throwable cause) {
        if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
            return "nobody knows that host name";
        }
        String text = String.valueOf(cause.getMessage());
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("address already in use")) {
            return "another process has that port";
        }
        if (lower.contains("cannot assign requested address") || lower.contains("can't assign requested address")) {
            return "this host has no such address";
        }
        return lower.contains("permission denied") ? "only root may use that port" : text;
    }
}
