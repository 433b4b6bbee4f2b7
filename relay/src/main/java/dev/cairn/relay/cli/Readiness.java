package dev.cairn.relay.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What `/readyz` says. One small request on a plain socket: an HTTP client takes longer to load than to ask.
final class Readiness {

    private static final int PATIENCE_MILLIS = 2_000;
    private static final int ANSWER_BYTES_MAX = 64 * 1024;

    private Readiness() {}

    /// Which parts cannot do their work and why, for people; empty when all can.
    ///
    /// @param http the relay's address
    static Optional<String> complaint(String http) {
        try {
            JsonObject answer = JsonObject.parse(bodyOf(ask(URI.create(http))));
            if (answer.isTrue("ready")) {
                return Optional.empty();
            }
            List<String> parts = new ArrayList<>();
            for (JsonObject down : answer.objects("down")) {
                parts.add(down.text("part", "?") + ": " + down.text("reason", "no reason given"));
            }
            return Optional.of(parts.isEmpty() ? "it is not ready" : String.join("; ", parts));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.of("http: " + http + " does not answer: " + e.getMessage());
        }
    }

    private static String ask(URI http) throws IOException {
        String host = http.getHost();
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(bare, http.getPort()), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            OutputStream out = socket.getOutputStream();
            String request = "GET /readyz HTTP/1.1\r\nHost: " + http.getAuthority() + "\r\nConnection: close\r\n\r\n";
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(ANSWER_BYTES_MAX), StandardCharsets.UTF_8);
        }
    }

    private static String bodyOf(String answer) throws IOException {
        int body = answer.indexOf("\r\n\r\n");
        if (!answer.startsWith("HTTP/1.1 ") || body < 0) {
            throw new IOException("that is no HTTP server");
        }
        return answer.substring(body + 4);
    }
}
