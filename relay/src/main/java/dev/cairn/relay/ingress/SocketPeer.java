package dev.cairn.relay.ingress;

import dev.cairn.protocol.audit.Peer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.kqueue.KQueueDomainSocketChannel;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.PeerCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Asks the operating system who is at the other end of an accepted Unix socket (`specs/audit-relay.md` 2.2).
final class SocketPeer {

    private static final Path PROC = Path.of("/proc");

    /// `SOL_SOCKET` and `SO_PEERPIDFD` of Linux: a descriptor of the very process that connected, since 6.5.
    private static final IntegerUnixChannelOption PEER_PIDFD = new IntegerUnixChannelOption("SO_PEERPIDFD", 1, 77);

    private static final int FIRST_OTHER_DESCRIPTOR = 3;

    /// How long a client may have waited before it was accepted.
    private static final Duration WAIT_MAX = Duration.ofSeconds(1);

    private SocketPeer() {}

    /// The peer as the kernel knows it now; [Peer#NOBODY] when it does not say.
    static Peer of(Channel channel) {
        PeerCredentials credentials = credentials(channel);
        if (credentials == null) {
            return Peer.NOBODY;
        }
        int[] groups = credentials.gids();
        int pid = credentials.pid();
        return new Peer(
                pid > 0 ? pid : Peer.UNKNOWN,
                Integer.toUnsignedLong(credentials.uid()),
                groups.length > 0 ? Integer.toUnsignedLong(groups[0]) : Peer.UNKNOWN,
                pid > 0 ? executable(channel, pid) : "");
    }

    private static @Nullable PeerCredentials credentials(Channel channel) {
        try {
            return switch (channel) {
                case EpollDomainSocketChannel epoll -> epoll.peerCredentials();
                case KQueueDomainSocketChannel kqueue -> kqueue.peerCredentials();
                default -> null;
            };
        } catch (IOException _) {
            return null; // The client is gone already; what it sent still counts.
        }
    }

    /// The file that the process runs, where there is a `/proc` and we may look; empty unless it is sure
    /// that the number was not given to another process since it connected.
    private static String executable(Channel channel, int pid) {
        try {
            String executable =
                    Files.readSymbolicLink(PROC.resolve(pid + "/exe")).toString();
            return isStill(channel, pid) ? executable : "";
        } catch (IOException _) {
            return "";
        }
    }

    /// Whether the process that connected has not ended: then its number is its own still.
    private static boolean isStill(Channel channel, int pid) throws IOException {
        Integer descriptor = channel instanceof EpollDomainSocketChannel epoll ? pidDescriptor(epoll) : null;
        if (descriptor == null || descriptor < FIRST_OTHER_DESCRIPTOR) {
            return startedLongAgo(pid);
        }
        try {
            String line = "Pid:\t" + pid;
            return Files.readAllLines(PROC.resolve("self/fdinfo/" + descriptor)).contains(line);
        } finally {
            new FileDescriptor(descriptor).close();
        }
    }

    private static @Nullable Integer pidDescriptor(EpollDomainSocketChannel channel) {
        try {
            return channel.config().getOption(PEER_PIDFD);
        } catch (ChannelException _) {
            return null; // An older kernel, or it has ended.
        }
    }

    /// Where the kernel gives no descriptor: a client that had to wait for us as long as that is none we know.
    private static boolean startedLongAgo(int pid) {
        Instant latest = InstantSource.system().instant().minus(WAIT_MAX); // The clock of the kernel that started it.
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().startInstant())
                .filter(started -> started.isBefore(latest))
                .isPresent();
    }
}
