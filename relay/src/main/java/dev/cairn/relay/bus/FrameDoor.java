package dev.cairn.relay.bus;

import dev.cairn.protocol.audit.Peer;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/// Serves emitters of the receipts dialect on one event loop, whoever accepted them there.
public interface FrameDoor {

    /// What is to handle the bytes of a client from now on; `null` for one that is turned away, whose
    /// channel is to be closed.
    ///
    /// @param peer as the operating system knew it when the client was accepted
    @Nullable
    ChannelInboundHandler admit(DuplexChannel channel, Peer peer);

    /// Reads what has arrived and ends all conversations; done when they have ended, or when time is up.
    Future<Void> stop();
}
