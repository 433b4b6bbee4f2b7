package dev.cairn.relay.ingress;

import dev.cairn.protocol.audit.Peer;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.kqueue.KQueueDomainSocketChannel;
import io.netty.channel.unix.PeerCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Asks the operating system who is at the other end of an accepted Unix socket (`specs/audit-relay.md` 2.2).
final class SocketPeer {

    private static final Path PROC = Path.of("/proc");

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
                pid > 0 ? executable(pid) : "");
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

    /// The file that the process runs, where there is a `/proc` and we may look.
    private static String executable(int pid) {
        try {
            return Files.readSymbolicLink(PROC.resolve(pid + "/exe")).toString();
        } catch (IOException _) {
            return "";
        }
    }
}
