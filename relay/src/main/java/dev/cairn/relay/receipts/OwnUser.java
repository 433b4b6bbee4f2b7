package dev.cairn.relay.receipts;

import com.sun.security.auth.module.UnixSystem;
import dev.cairn.protocol.receipt.ReceiptPeer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says, in a service, that an emitter runs as the relay's own user (`specs/receipts.md` 11): it could change the
/// receipts and use the key. Its events are taken all the same, for refusing them would destroy evidence; their
/// receipts record the user, and `doctor` finds them there. At once, then at most once an hour: the first may have
/// been `doctor` itself, and nobody knows who comes after it. Safe to share by event loops.
final class OwnUser {

    static final long PERIOD_MILLIS = TimeUnit.HOURS.toMillis(1);

    private static final long SUPERUSER = 0;

    private static final Logger LOG = LoggerFactory.getLogger(OwnUser.class);

    private final long uid;
    private final boolean isOfConcern;
    private final LongSupplier uptimeMillis;
    private final AtomicLong dueAt = new AtomicLong(Long.MIN_VALUE);

    /// @param isService whether nobody else is expected to run as the relay's user
    static OwnUser ofProcess(boolean isService, LongSupplier uptimeMillis) {
        return new OwnUser(new UnixSystem().getUid(), isService, uptimeMillis);
    }

    OwnUser(long uid, boolean isService, LongSupplier uptimeMillis) {
        this.uid = uid;
        this.isOfConcern = isService && uid != SUPERUSER;
        this.uptimeMillis = uptimeMillis;
    }

    void admitted(ReceiptPeer peer) {
        if (isOfConcern && peer.uid() == uid && isDue()) {
            LOG.atWarn()
                    .addKeyValue("pid", peer.pid())
                    .addKeyValue("uid", peer.uid())
                    .log("an emitter runs as the relay's own user: it could change the receipts and use their key");
        }
    }

    /// True for one of those who ask at the same time.
    private boolean isDue() {
        long now = uptimeMillis.getAsLong();
        long due = dueAt.get();
        return now >= due && dueAt.compareAndSet(due, now + PERIOD_MILLIS);
    }
}
