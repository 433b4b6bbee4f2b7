package dev.cairn.loadtest;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/// A relay's `/v1/stream` in a few lines: opens every WebSocket and sends each the same frames.
final class TinyStream implements AutoCloseable {

    private final ServerSocket door = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final List<byte[]> frames;
    private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();

    TinyStream(List<byte[]> frames) throws IOException {
        this.frames = List.copyOf(frames);
        Thread.ofVirtual().start(this::accept);
    }

    WebSocketDoor door() {
        return new WebSocketDoor(URI.create("http://127.0.0.1:" + door.getLocalPort()), "secret");
    }

    /// What the next client asked with.
    String head() throws InterruptedException {
        return heads.take();
    }

    static byte[] record(long sequence) {
        return text("{\"t\":\"rec\",\"chain\":\"audit\",\"seq\":" + sequence + ",\"record\":{}}");
    }

    static byte[] live() {
        return text("{\"t\":\"live\",\"chain\":\"audit\",\"seq\":0}");
    }

    static byte[] close(int code) {
        return new byte[] {(byte) 0x88, 2, (byte) (code >> 8), (byte) code};
    }

    private static byte[] text(String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        byte[] frame = new byte[payload.length + 2];
        frame[0] = (byte) 0x81;
        frame[1] = (byte) payload.length;
        System.arraycopy(payload, 0, frame, 2, payload.length);
        return frame;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = door.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException _) {
            return; // Closed.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            while (!head.toString().endsWith("\r\n\r\n")) {
                head.append((char) in.read());
            }
            heads.add(head.toString());
            OutputStream out = socket.getOutputStream();
            out.write("HTTP/1.1 101 Switching Protocols\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            for (byte[] frame : frames) {
                out.write(frame);
            }
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException _) {
            return; // The client has gone.
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
