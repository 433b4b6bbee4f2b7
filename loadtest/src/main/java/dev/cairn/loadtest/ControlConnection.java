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
import java.util.ArrayList;
import java.util.List;

/// Asks the relay one thing at a time, beside the load.
final class ControlConnection implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int ANSWER_BYTES_MAX = 64 * 1024;

    private final SocketChannel channel;
    private final Selector selector = Selector.open();
    private final SelectionKey key;

    ControlConnection(Path socket) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_READ);
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
        return ask(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)), 1).getFirst();
    }

    /// Sends lines, whose newlines are added, all at once, and returns their answers; a hundred of them at
    /// most.
    List<byte[]> askAll(List<String> requests) throws IOException {
        if (requests.isEmpty()) {
            return List.of();
        }
        String lines = String.join("\n", requests) + "\n";
        return ask(ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8)), requests.size());
    }

    private List<byte[]> ask(ByteBuffer requests, int count) throws IOException {
        ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES_MAX);
        List<byte[]> answers = new ArrayList<>(count);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        int from = 0;
        while (answers.size() < count) {
            channel.write(requests);
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0 || !answer.hasRemaining()) {
                throw new IOException("the relay did not answer within " + PATIENCE.toSeconds() + " s");
            }
            key.interestOps(SelectionKey.OP_READ | (requests.hasRemaining() ? SelectionKey.OP_WRITE : 0));
            selector.select(left);
            selector.selectedKeys().clear();
            int at = answer.position();
            if (channel.read(answer) < 0) {
                throw new IOException("the relay closed the connection without an answer");
            }
            for (; at < answer.position(); at++) {
                if (answer.get(at) == '\n') {
                    answers.add(line(answer, from, at));
                    from = at + 1;
                }
            }
        }
        return answers;
    }

    private static byte[] line(ByteBuffer bytes, int from, int to) {
        byte[] line = new byte[to - from];
        bytes.get(from, line);
        return line;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        selector.close();
    }
}
