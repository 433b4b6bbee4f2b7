package dev.cairn.loadtest;

import dev.cairn.protocol.file.WrittenPages;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// What the machine can do at best: copies bytes from a Unix socket to a file, syncs it, and then answers
/// each line with a fixed one. Its subscribers get each line too, by way of a [BaselineDoor].
///
/// No parsing, no hashing, no chain: the distance to it is the price of what a relay does. Two buffers: while
/// one is written and synced by the second thread, the other fills. A process of its own, so that its CPU
/// time can be told.
public final class BaselineServer implements AutoCloseable {

    private static final int BACKLOG = 1024;

    private final Selector selector;
    private final ServerSocketChannel door;
    private final BaselineDoor subscribers;
    private final FileChannel file;
    private final BaselineCommitter committer;
    private BaselineFill filling = new BaselineFill();
    private BaselineFill spare = new BaselineFill();
    private volatile boolean closing;
    private boolean committing;
    private int connections;
    private boolean fresh = true;

    /// Listens on `socket` and appends to `log`.
    BaselineServer(Path socket, Path log) throws IOException {
        file = FileChannel.open(log, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        selector = Selector.open();
        committer = new BaselineCommitter(file, new WrittenPages(log, 0), selector::wakeup);
        door = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket), BACKLOG);
        door.configureBlocking(false);
        door.register(selector, SelectionKey.OP_ACCEPT);
        subscribers = new BaselineDoor(selector);
    }

    /// Where its subscribers connect, on loopback.
    int port() {
        return subscribers.port();
    }

    /// Serves until standard input ends, which it does when the load generator has gone.
    ///
    /// @param args the socket's path and the file's path
    public static void main(String[] args) throws IOException {
        try (BaselineServer server = new BaselineServer(Path.of(args[0]), Path.of(args[1]))) {
            System.out.println(BaselineProcess.READY + " " + server.port());
            Thread.ofPlatform().daemon().start(BaselineServer::endWithParent);
            server.serve();
        }
    }

    private static void endWithParent() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            System.err.println("standard input failed: " + e.getMessage());
        }
        System.exit(0);
    }

    /// Serves until [#close], and then lets everything go.
    void serve() throws IOException {
        try (door;
                subscribers;
                selector;
                file;
                committer) {
            committer.start();
            while (!closing) {
                selector.select();
                BaselineFill committed = answerCommitted();
                for (SelectionKey key : selector.selectedKeys()) {
                    handle(key);
                }
                selector.selectedKeys().clear();
                commitFilled();
                passOn(committed); // While the next is being written.
                beginAnew();
            }
        }
    }

    /// Ends [#serve], which runs on another thread.
    @Override
    public void close() {
        closing = true;
        selector.wakeup();
    }

    private void handle(SelectionKey key) throws IOException {
        switch (key.attachment()) {
            case BaselineConnection connection -> handle(connection, key);
            case BaselineSubscriber subscriber -> subscribers.handle(subscriber, key);
            case BaselineDoor other -> other.accept();
            case null, default -> accept();
        }
    }

    private void accept() throws IOException {
        SocketChannel channel = door.accept();
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, new BaselineConnection(channel));
        connections++;
        fresh = false;
    }

    private void handle(BaselineConnection connection, SelectionKey key) throws IOException {
        try {
            if (key.isWritable()) {
                connection.answer(0, key);
            }
            if (key.isReadable() && filling.hasRoom() && !filling.read(connection)) {
                leave(connection);
            }
        } catch (IOException _) {
            leave(connection); // The other end closed early: as normal here as for a relay.
        }
    }

    private void leave(BaselineConnection connection) throws IOException {
        connection.close();
        connections--;
    }

    /// Between runs, so that the disk does not fill up and the records of each are counted from 1.
    private void beginAnew() throws IOException {
        if (connections == 0 && !fresh && !committing && !filling.isFilled()) {
            file.truncate(0);
            subscribers.beginAnew();
            fresh = true;
        }
    }

    /// Takes what is on disk now, if there is something, and says so to whoever sent it.
    private @Nullable BaselineFill answerCommitted() throws IOException {
        BaselineFill committed = committer.committed();
        if (committed != null) {
            committed.answer(selector);
            spare = committed;
            committing = false;
        }
        return committed;
    }

    private void passOn(@Nullable BaselineFill committed) throws IOException {
        if (committed != null) {
            committed.passOn(subscribers);
            committed.clear();
        }
    }

    private void commitFilled() throws IOException {
        if (!committing && filling.isFilled()) {
            committing = true;
            committer.commit(filling);
            filling = spare;
        } else if (!filling.hasRoom()) {
            committer.await(); // Whoever still sends has to wait for the disk.
        }
    }
}
