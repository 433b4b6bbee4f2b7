package dev.cairn.relay.live;

import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;
import java.util.concurrent.TimeUnit;

/// The event loop that a [Pump] and its subscribers live on, as far as they need it; its clock too.
public interface Loop {

    /// Runs `task` after what is waiting already.
    void execute(Runnable task);

    /// Runs `task` after `nanos`.
    void schedule(long nanos, Runnable task);

    long nanoTime();

    /// The loop of a verticle; what a task throws is reported there.
    static Loop of(Context context) {
        ContextInternal internal = (ContextInternal) context;
        EventLoop eventLoop = internal.nettyEventLoop();
        return new Loop() {
            @Override
            public void execute(Runnable task) {
                context.runOnContext(_ -> task.run());
            }

            @Override
            public void schedule(long nanos, Runnable task) {
                // Finer than Vert.x timers, which count milliseconds.
                var _ = eventLoop.schedule(() -> internal.dispatch(_ -> task.run()), nanos, TimeUnit.NANOSECONDS);
            }

            @Override
            public long nanoTime() {
                return System.nanoTime();
            }
        };
    }
}
