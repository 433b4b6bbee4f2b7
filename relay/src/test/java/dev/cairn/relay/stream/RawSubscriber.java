package dev.cairn.relay.stream;

import dev.cairn.relay.http.BearerToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/// A subscriber that reads only when a test says so, with as little buffer as the kernel gives it.
final class RawSubscriber implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket = new Socket();

    RawSubscriber(int port, BearerToken token) throws IOException {
        socket.setReceiveBufferSize(4096);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
        write(("GET /v1/stream HTTP/1.1\r\nHost: 127.0.0.1:" + port
                        + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                        + "Authorization: Bearer " + token.reveal() + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            head.write(socket.getInputStream().read());
        }
        if (!head.toString(StandardCharsets.US_ASCII).startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError(head.toString(StandardCharsets.US_ASCII));
        }
    }

    /// Sends a short text frame, masked with zeros.
    RawSubscriber send(String text) throws IOException {
        byte[] payload = text.getBytes(StandardCharsets.US_ASCII);
        byte[] frame = new byte[6 + payload.length];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) (0x80 | payload.length);
        System.arraycopy(payload, 0, frame, 6, payload.length);
        write(frame);
        return this;
    }

    RawSubscriber subscribed() throws IOException {
        return send("{\"t\":\"hello\",\"v\":1}").send("{\"t\":\"sub\",\"chain\":\"audit\",\"since\":0}");
    }

    /// Says that it closes too.
    void answerClose() throws IOException {
        write(new byte[] {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 0x03, (byte) 0xF5});
    }

    void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /// Reads until the other side ends the connection, and returns the last bytes of it.
    String readToTheEnd() throws IOException {
        byte[] chunk = new byte[64 * 1024];
        StringBuilder tail = new StringBuilder();
        InputStream in = socket.getInputStream();
        try {
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                tail.append(new String(chunk, 0, count, StandardCharsets.ISO_8859_1));
                tail.delete(0, Math.max(0, tail.length() - 1000));
            }
        } catch (SocketException reset) {
            return tail + " " + reset.getMessage();
        }
        return tail.toString();
    }

    void hangUp() throws IOException {
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
