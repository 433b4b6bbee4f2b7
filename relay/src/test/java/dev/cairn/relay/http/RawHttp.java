package dev.cairn.relay.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A connection that sends what a test says, byte by byte.
public final class RawHttp implements AutoCloseable {

    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: (\\d+)");
    private static final int PATIENCE_MILLIS = 10_000;

    private final Socket socket = new Socket();

    public RawHttp(int port) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
    }

    /// Sends the lines of a request's head and reads the answer: up to its length, or to the end of the head
    /// where it has none.
    public String ask(String head) throws IOException {
        send(head + "\n");
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        int end = Integer.MAX_VALUE;
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            answer.write(octet);
            if (octet == '\n' && end == Integer.MAX_VALUE) {
                end = endOf(answer);
            }
            if (answer.size() == end) {
                break;
            }
        }
        return answer.toString(StandardCharsets.UTF_8);
    }

    public void send(String lines) throws IOException {
        socket.getOutputStream().write(lines.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    public String readToTheEnd() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static int endOf(ByteArrayOutputStream answer) {
        String text = answer.toString(StandardCharsets.UTF_8);
        if (!text.endsWith("\r\n\r\n")) {
            return Integer.MAX_VALUE;
        }
        Matcher length = LENGTH.matcher(text);
        return answer.size() + (length.find() ? Integer.parseInt(length.group(1)) : 0);
    }
}
