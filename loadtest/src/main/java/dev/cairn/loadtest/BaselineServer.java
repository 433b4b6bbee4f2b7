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

/// What the machine can do at best: copies bytes from a Unix socket to a file, syncs it, and then answers
/// each line with a fixed one.
///
/// No parsing, no hashing, no chain: the distance to it is the price of what a relay does. Two buffers: while
/// one is written and synced by the second thread, the other fills. A process of its own, so that its CPU
/// time can be told.
public final class BaselineServer implements AutoCloseable {

    private static final int BACKLOG = 1024;

    private final Selector selector;
    private final ServerSocketChannel door;
    private final FileChannel file;
    private final BaselineCommitter committer;
    private BaselineFill filling = new BaselineFill();
    private BaselineFill spare = new BaselineFill();
    private volatile boolean closing;
    private boolean committing;
    private int connections;

    /// Listens on `socket` and appends to `log`.
    BaselineServer(Path socket, Path log) throws IOException {
        file = FileChannel.open(log, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        selector = Selector.open();
        committer = new BaselineCommitter(file, new WrittenPages(log, 0), selector::wakeup);
        door = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket), BACKLOG);
        door.configureBlocking(false);
        door.register(selector, SelectionKey.OP_ACCEPT);
    }

    /// Serves until standard input ends, which it does when the load generator has gone.
    ///
    /// @param args the socket's path and the file's path
    public static void main(String[] args) throws IOException {
        try (BaselineServer server = new BaselineServer(Path.of(args[0]), Path.of(args[1]))) {
            System.out.println("ready");
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
                selector;
                file;
                committer) {
            committer.start();
            while (!closing) {
                selector.select();
                answerCommitted();
                for (SelectionKey key : selector.selectedKeys()) {
                    handle(key);
                }
                selector.selectedKeys().clear();
                commitFilled();
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
        if (key.isAcceptable()) {
            SocketChannel channel = door.accept();
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ, new BaselineConnection(channel));
            connections++;
            return;
        }
        BaselineConnection connection = (BaselineConnection) key.attachment();
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
        if (connections == 0 && !committing) {
            file.truncate(0); // Between runs, so that the disk does not fill up.
        }
    }

    private void answerCommitted() throws IOException {
        BaselineFill committed = committer.committed();
        if (committed != null) {
            committed.answer(selector);
            committed.clear();
            spare = committed;
            committing = false;
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
