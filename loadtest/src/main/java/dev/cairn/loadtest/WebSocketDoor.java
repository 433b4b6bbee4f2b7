package dev.cairn.loadtest;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/// The relay's `/v1/stream`: opens WebSockets there and subscribes.
///
/// @param http address of the relay's HTTP server, such as `http://127.0.0.1:8787`
/// @param token the bearer token
record WebSocketDoor(URI http, String token) {

    private static final int PATIENCE_MILLIS = 10_000;
    private static final int HEAD_BYTES_MAX = 16 * 1024;
    private static final int TEXT = 1;

    /// Opens a WebSocket and subscribes to the records after `since`; what comes is for the caller to read.
    ///
    /// @param receiveBytes the kernel's receive buffer, 0 for the usual one
    SocketChannel subscribe(long since, int receiveBytes) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            if (receiveBytes > 0) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBytes);
            }
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().connect(new InetSocketAddress(http.getHost(), http.getPort()), PATIENCE_MILLIS);
            channel.socket().setSoTimeout(PATIENCE_MILLIS);
            upgrade(channel);
            writeFrame(channel, TEXT, "{\"t\":\"hello\",\"v\":1}".getBytes(StandardCharsets.UTF_8));
            String subscription = "{\"t\":\"sub\",\"chain\":\"audit\",\"since\":" + since + "}";
            writeFrame(channel, TEXT, subscription.getBytes(StandardCharsets.UTF_8));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    private void upgrade(SocketChannel channel) throws IOException {
        String request = """
                GET /v1/stream HTTP/1.1\r
                Host: %s:%d\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Key: Y2Fpcm4gbG9hZHRlc3QgMQ==\r
                Sec-WebSocket-Version: 13\r
                Authorization: Bearer %s\r
                \r
                """.formatted(http.getHost(), http.getPort(), token);
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1)));
        String head = readHead(channel.socket().getInputStream());
        if (!head.startsWith("HTTP/1.1 101")) {
            String status = head.lines().findFirst().orElse("nothing").replaceAll("\\p{Cntrl}", "?");
            throw new IOException("the relay did not open a WebSocket: " + status);
        }
    }

    /// Reads to the empty line and not a byte further: what follows are frames.
    private static String readHead(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
            int octet = in.read();
            if (octet < 0 || head.length() > HEAD_BYTES_MAX) {
                break;
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    /// Writes a client's frame. The mask is zero, which leaves the text as it is; masks protect proxies, and
    /// there is none in between.
    static void writeFrame(SocketChannel channel, int opcode, byte[] payload) throws IOException {
        if (payload.length > 125) {
            throw new IllegalArgumentException("longer than a short frame");
        }
        ByteBuffer frame = ByteBuffer.allocate(6 + payload.length);
        frame.put((byte) (0x80 | opcode)).put((byte) (0x80 | payload.length)).putInt(0);
        channel.write(frame.put(payload).flip());
    }
}
