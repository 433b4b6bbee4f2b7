package dev.cairn.relay.ingress;

import dev.cairn.protocol.audit.Peer;
import dev.cairn.relay.bus.FrameDoor;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts the bytes of receipts' emitters, and goes on with it at stop until the test says that it is done.
final class StandInFrames implements FrameDoor {

    final AtomicInteger received = new AtomicInteger();
    final CompletableFuture<Void> stopping = new CompletableFuture<>();

    private final List<DuplexChannel> channels = new CopyOnWriteArrayList<>();
    private final Promise<Void> ended = Promise.promise();

    @Override
    public ChannelInboundHandler admit(DuplexChannel channel, Peer peer) {
        channels.add(channel);
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                received.addAndGet(((ByteBuf) message).readableBytes());
                ReferenceCountUtil.release(message);
            }
        };
    }

    @Override
    public Future<Void> stop() {
        stopping.complete(null);
        return ended.future();
    }

    void end() {
        for (DuplexChannel channel : channels) {
            var _ = channel.close();
        }
        ended.tryComplete();
    }
}
