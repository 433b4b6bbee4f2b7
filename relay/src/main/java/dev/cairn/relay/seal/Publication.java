package dev.cairn.relay.seal;

import dev.cairn.protocol.seal.Seal;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Gives witnesses the newest seal, at a pace that nobody who fills the store can set (`specs/audit-relay.md` 6.1).
///
/// A newer seal covers those before it. So of several that follow one another closely, only the last is published, or
/// one each [#PAUSE_NANOS] while there is no end of them. No clock, no thread; one thread at a time.
final class Publication {

    /// Between two seals for which nobody has asked. Shorter than the shortest period.
    static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final Consumer<Seal> witnesses;
    private @Nullable Seal held;
    private long heldSince;
    private long next;
    private boolean begun;

    Publication(Consumer<Seal> witnesses) {
        this.witnesses = witnesses;
    }

    /// That seal is durable.
    void made(Seal seal, long now) {
        if (held == null) {
            heldSince = now;
        }
        held = seal;
    }

    /// Publishes the newest seal if its time has come.
    ///
    /// @param moreFollow whether the next seal is being made already
    void look(long now, boolean moreFollow) {
        boolean isDue = moreFollow ? now - heldSince >= PAUSE_NANOS : !begun || now - next >= 0;
        if (isDue) {
            publish(now);
        }
    }

    /// Publishes the newest seal, and says whether it was not published yet.
    boolean publish(long now) {
        Seal seal = held;
        if (seal == null) {
            return false;
        }
        held = null;
        begun = true;
        next = now + PAUSE_NANOS;
        witnesses.accept(seal);
        return true;
    }
}
