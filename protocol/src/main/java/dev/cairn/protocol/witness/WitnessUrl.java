package dev.cairn.protocol.witness;

import java.net.URI;
import java.util.Locale;

/// Where a witness is, fit to be stored and compared: origin and path, without user info, query and fragment,
/// which may hold secrets (`specs/audit-relay.md` 4).
public record WitnessUrl(String text) {

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    /// @throws IllegalArgumentException if that is no URL of a host, by http or https; never shows it
    public static WitnessUrl of(URI url) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        boolean secure = scheme.equals("https");
        if (url.getHost() == null || !(secure || scheme.equals("http"))) {
            throw new IllegalArgumentException("expected an http or https URL");
        }
        int defaultPort = secure ? HTTPS_PORT : HTTP_PORT;
        String port = url.getPort() < 0 || url.getPort() == defaultPort ? "" : ":" + url.getPort();
        String path = url.normalize().getRawPath();
        return new WitnessUrl(scheme + "://" + url.getHost().toLowerCase(Locale.ROOT) + port
                + (path == null || path.isEmpty() ? "/" : path));
    }

    /// The same without slashes at its end: two spellings of one place.
    String place() {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == '/') {
            end--;
        }
        return text.substring(0, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
