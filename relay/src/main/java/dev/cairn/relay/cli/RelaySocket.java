package dev.cairn.relay.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A connection to a relay's Unix socket: request lines out, answer lines in, in order.
final class RelaySocket implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int ANSWER_BYTES_MAX = 1 << 20;

    private final RelayFiles relay;
    private final SocketChannel channel;
    private final InputStream in;

    private RelaySocket(RelayFiles relay, SocketChannel channel) {
        this.relay = relay;
        this.channel = channel;
        this.in = new BufferedInputStream(Channels.newInputStream(channel), 1 << 16);
    }

    /// @throws CommandFailedException if nobody listens there
    static RelaySocket connect(RelayFiles relay) {
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(relay.socket()));
                return new RelaySocket(relay, channel);
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        } catch (IOException | IllegalArgumentException e) {
            throw refusal(relay, e);
        }
    }

    /// Asks one thing and waits for the answer, but not for ever.
    JsonObject ask(String request) {
        return ask(request, PATIENCE);
    }

    /// The same, with patience for what takes its time.
    JsonObject ask(String request, Duration patience) {
        Thread impatience = Thread.ofPlatform().daemon().start(() -> closeWhenLate(patience));
        try {
            send(ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8)));
            byte[] answer = answer();
            if (answer == null) {
                throw new IOException("it closed the connection without an answer");
            }
            return JsonObject.parse(answer);
        } catch (IOException e) {
            String why = channel.isOpen()
                    ? String.valueOf(e.getMessage())
                    : "no answer within " + patience.toSeconds() + " s";
            throw silent(why);
        } catch (IllegalArgumentException e) {
            throw silent("what it says is no answer of a relay");
        } finally {
            impatience.interrupt();
        }
    }

    void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /// The next answer without its newline; null when the relay has closed.
    byte @Nullable [] answer() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                return null;
            }
            if (line.size() == ANSWER_BYTES_MAX) {
                throw new IOException("an answer without end");
            }
            line.write(octet);
        }
        return line.toByteArray();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // Nothing is waiting for it.
        }
    }

    private void closeWhenLate(Duration patience) {
        try {
            Thread.sleep(patience);
            close();
        } catch (InterruptedException _) {
            // The answer came.
        }
    }

    private CommandFailedException silent(String why) {
        return CommandFailedException.unreachable(
                "no relay answers at " + relay.socket() + ": " + why,
                "Look for the reason with: " + relay.commands().of("doctor"));
    }

    private static CommandFailedException refusal(RelayFiles relay, Exception failure) {
        Path path = relay.socket();
        String nobody = "no relay answers at " + path + ": ";
        Obstacle obstacle = Obstacle.onTheWayTo(path);
        if (obstacle != null) {
            return CommandFailedException.unreachable(nobody + obstacle.why(), obstacle.remedy());
        }
        if (!Files.exists(path)) {
            return CommandFailedException.unreachable(nobody + "there is no such socket", relay.howToStart());
        }
        if (failure instanceof IOException && !Files.isWritable(path)) {
            return CommandFailedException.unreachable(
                    nobody + "you may not connect to it",
                    "Its group may: join that (ls -l " + path + "), or see socket_group in docs/configuration.md");
        }
        return CommandFailedException.unreachable(
                nobody + Human.visible(String.valueOf(failure.getMessage()), 200), relay.howToStart());
    }
}
