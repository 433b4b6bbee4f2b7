package dev.cairn.loadtest;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonTape;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/// Asks the relay one thing at a time, beside the load.
final class ControlConnection implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int ANSWER_BYTES_MAX = 64 * 1024;

    private final SocketChannel channel;
    private final Selector selector = Selector.open();

    ControlConnection(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
    }

    /// The relay's process id, as its answer to `ping` says; 0 if it does not say.
    long pid() throws IOException {
        return Math.max(0, number("{\"protocol_version\":1,\"type\":\"ping\"}\n", "pid"));
    }

    /// How many records the chain has.
    long records() throws IOException {
        long records = number("{\"protocol_version\":1,\"type\":\"get_chain_state\"}\n", "event_count");
        if (records < 0) {
            throw new IOException("the relay does not say how many records its chain has");
        }
        return records;
    }

    private long number(String request, String member) throws IOException {
        byte[] answer = ask(request);
        JsonTape tape = new JsonTape();
        tape.parse(answer, 0, answer.length);
        int node = tape.is(0, JsonKind.OBJECT) ? tape.member(0, member) : -1;
        return node >= 0 && tape.is(node, JsonKind.NUMBER) ? (long) tape.number(node) : -1;
    }

    /// Sends a line and returns the answer's line without its newline.
    byte[] ask(String request) throws IOException {
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
        ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES_MAX);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (answer.position() == 0 || answer.get(answer.position() - 1) != '\n') {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0 || !answer.hasRemaining()) {
                throw new IOException("the relay did not answer within " + PATIENCE.toSeconds() + " s");
            }
            selector.select(left);
            selector.selectedKeys().clear();
            if (channel.read(answer) < 0) {
                throw new IOException("the relay closed the connection without an answer");
            }
        }
        byte[] line = new byte[answer.position() - 1];
        answer.get(0, line);
        return line;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        selector.close();
    }
}
