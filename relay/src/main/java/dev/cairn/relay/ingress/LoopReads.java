package dev.cairn.relay.ingress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import java.nio.ByteBuffer;

/// Lends every read of one event loop the same buffer: what is read is taken out of it before the next read,
/// so no connection needs memory of its own for reading, and no read allocates.
///
/// While the loop is full a read is small: each of its clients may still be read once before it is held back. It
/// is brief while lines of the client's user wait for memory: what fits a usual request needs none.
final class LoopReads {

    private static final int LARGE = 64 * 1024;
    private static final int BRIEF = 8 * 1024;
    private static final int SMALL = 1024;
    private static final int READS_PER_TURN_MAX = 4;

    private final IngressLoop loop;
    private final ByteBuf large = lent(LARGE);
    private final ByteBuf brief = lent(BRIEF);
    private final ByteBuf small = lent(SMALL);

    LoopReads(IngressLoop loop) {
        this.loop = loop;
    }

    /// How the client of this session is read.
    RecvByteBufAllocator of(Session session) {
        return new SessionReads(session);
    }

    /// Its memory is the collector's business, so that nobody has to know when the last connection has gone.
    private static ByteBuf lent(int capacity) {
        return Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(capacity));
    }

    private final class SessionReads extends DefaultMaxMessagesRecvByteBufAllocator {

        private final Session session;

        private SessionReads(Session session) {
            super(READS_PER_TURN_MAX);
            this.session = session;
        }

        @Override
        public RecvByteBufAllocator.ExtendedHandle newHandle() {
            return new ReadHandle();
        }

        private final class ReadHandle extends MaxMessageHandle {

            @Override
            public ByteBuf allocate(ByteBufAllocator alloc) {
                ByteBuf lent = loop.isFull() ? small : session.isCrowded(LARGE) ? brief : large;
                return lent.clear().retain();
            }

            @Override
            public int guess() {
                return LARGE;
            }
        }
    }
}
