package dev.cairn.relay.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where to listen, as it is given on the command line.
record HostPort(String host, int port) {

    private static final int PORT_MAX = 65_535;
    private static final Pattern FORM = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^:\\[\\]]+):([0-9]{1,5})");

    /// Reads `HOST:PORT`; an IPv6 address stands in brackets.
    static HostPort parse(String option, String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || Integer.parseInt(form.group(2)) > PORT_MAX) {
            throw CommandFailedException.usage(
                    option + ": expected HOST:PORT, for instance 127.0.0.1:8787, got " + text);
        }
        return new HostPort(form.group(1).replaceAll("[\\[\\]]", ""), Integer.parseInt(form.group(2)));
    }

    /// How it stands in a URL.
    String authority() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
