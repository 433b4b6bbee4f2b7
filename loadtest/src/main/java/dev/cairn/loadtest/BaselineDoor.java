package dev.cairn.loadtest;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Where subscribers of the [BaselineServer] connect, with a WebSocket on loopback; each gets every line that
/// is committed from then on.
///
/// What they say is not looked at: no token, no `hello`, no `since`. The server's thread owns it.
final class BaselineDoor implements AutoCloseable {

    private static final int BACKLOG = 1024;
    private static final int PIECE_BYTES = 64 * 1024;
    private static final int READ_BYTES = 4 * 1024;

    /// The key is the one that every [WebSocketDoor] sends.
    private static final byte[] SWITCHING = """
            HTTP/1.1 101 Switching Protocols\r
            Upgrade: websocket\r
            Connection: Upgrade\r
            Sec-WebSocket-Accept: mQXNEHHONgelD6ZasCmZCq7RFfM=\r
            \r
            """.getBytes(StandardCharsets.US_ASCII);

    private final Selector selector;
    private final ServerSocketChannel door;
    private final BaselineFrames frames = new BaselineFrames();
    private final List<BaselineSubscriber> subscribers = new ArrayList<>();
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(READ_BYTES);
    private long sent;

    BaselineDoor(Selector selector) throws IOException {
        this.selector = selector;
        door = ServerSocketChannel.open();
        door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        door.configureBlocking(false);
        door.register(selector, SelectionKey.OP_ACCEPT, this);
    }

    int port() {
        return door.socket().getLocalPort();
    }

    /// Lets in who is waiting.
    void accept() throws IOException {
        for (SocketChannel channel = door.accept(); channel != null; channel = door.accept()) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            key.attach(new BaselineSubscriber(channel, key));
        }
    }

    /// Serves one whose socket is ready.
    void handle(BaselineSubscriber subscriber, SelectionKey key) {
        try {
            boolean stays =
                    (!key.isReadable() || read(subscriber)) && (!key.isWritable() || subscriber.sendMore(frames));
            if (!stays) {
                leave(subscriber);
            }
        } catch (IOException _) {
            leave(subscriber); // It closed early, as a subscriber may.
        }
    }

    /// Whether nobody would get a frame.
    boolean isEmpty() {
        return subscribers.isEmpty();
    }

    /// Passes on the next record, whose line is `begun` and then `bytes[from, to)`.
    void pass(byte[] begun, ByteBuffer bytes, int from, int to) {
        frames.add(begun, bytes, from, to);
        if (frames.end() - sent >= PIECE_BYTES) {
            flush();
        }
    }

    /// Counts records that nobody gets.
    void skip(int records) {
        frames.skip(records);
    }

    /// Writes to everybody what was passed on.
    void flush() {
        if (sent < frames.end()) {
            sent = frames.end();
            subscribers.removeIf(subscriber -> !takes(subscriber));
        }
    }

    /// The next record is the first again.
    void beginAnew() {
        frames.beginAnew();
    }

    @Override
    public void close() throws IOException {
        door.close();
        subscribers.forEach(BaselineSubscriber::close);
    }

    private boolean read(BaselineSubscriber subscriber) throws IOException {
        boolean wasAsked = subscriber.hasAsked();
        if (!subscriber.read(scratch)) {
            return false;
        }
        if (wasAsked || !subscriber.hasAsked()) {
            return true;
        }
        subscribers.add(subscriber);
        return subscriber.welcome(
                scratch.clear().put(SWITCHING).put(frames.live()).flip(), frames.end());
    }

    /// One that does not read is closed before the ring comes round to what it lacks.
    private boolean takes(BaselineSubscriber subscriber) {
        try {
            if (subscriber.send(frames)) {
                return true;
            }
        } catch (IOException _) {
            // It closed early, as a subscriber may.
        }
        subscriber.close();
        return false;
    }

    private void leave(BaselineSubscriber subscriber) {
        subscriber.close();
        subscribers.remove(subscriber);
    }
}
