package dev.cairn.relay.live;

import io.netty.buffer.ByteBuf;

/// The sending half of one subscriber's socket. Belongs to one event loop.
public interface Outlet {

    /// Whether it may be given more; when it may again, it tells its [Cursor].
    boolean isWritable();

    /// Sends finished frames and releases them.
    void write(ByteBuf frames);

    /// Bytes that were given to [#write] and that the peer's side has not taken.
    long unsent();

    /// A figure that grows whenever the peer's side takes something.
    long taken();

    /// Calls `listener` each time it becomes writable again; never from within [#write], which can make it so
    /// itself.
    void onWritable(Runnable listener);
}
