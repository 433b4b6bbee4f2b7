package dev.cairn.relay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// Stands where a relay listens for frames of the receipts dialect, and does with each what a test says.
final class FrameSink implements AutoCloseable {

    private final ServerSocketChannel door;
    private final Thread thread;

    private FrameSink(ServerSocketChannel door, Taker taker) {
        this.door = door;
        this.thread = Thread.ofPlatform().start(() -> take(taker));
    }

    static FrameSink at(Path socket, Taker taker) throws IOException {
        ServerSocketChannel door = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        door.bind(UnixDomainSocketAddress.of(socket));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw----"));
        return new FrameSink(door, taker);
    }

    /// What is done with one frame.
    interface Taker {

        void take(JsonObject frame) throws Exception;
    }

    private void take(Taker taker) {
        while (true) {
            try (SocketChannel connection = door.accept();
                    DataInputStream in = new DataInputStream(Channels.newInputStream(connection))) {
                int length = in.readInt();
                if (length > 1 << 20) {
                    continue; // Another dialect: a question whether anybody is here.
                }
                taker.take(JsonObject.parse(new String(in.readNBytes(length), UTF_8)));
            } catch (IOException e) {
                if (!door.isOpen()) {
                    return;
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
