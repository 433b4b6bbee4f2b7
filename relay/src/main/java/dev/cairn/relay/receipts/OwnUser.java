package dev.cairn.relay.receipts;

import com.sun.security.auth.module.UnixSystem;
import dev.cairn.protocol.receipt.ReceiptPeer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says once, in a service, that an emitter runs as the relay's own user (`specs/receipts.md` 11): it could change the
/// receipts and use the key. Its events are taken all the same, for refusing them would destroy evidence; their
/// receipts record the user, and `doctor` finds them there. Safe to share by event loops.
final class OwnUser {

    private static final long SUPERUSER = 0;

    private static final Logger LOG = LoggerFactory.getLogger(OwnUser.class);

    private final long uid;
    private final AtomicBoolean isQuiet;

    /// @param isService whether nobody else is expected to run as the relay's user
    static OwnUser ofProcess(boolean isService) {
        return new OwnUser(new UnixSystem().getUid(), isService);
    }

    OwnUser(long uid, boolean isService) {
        this.uid = uid;
        this.isQuiet = new AtomicBoolean(!isService || uid == SUPERUSER);
    }

    void admitted(ReceiptPeer peer) {
        if (peer.uid() == uid && isQuiet.compareAndSet(false, true)) {
            LOG.atWarn()
                    .addKeyValue("pid", peer.pid())
                    .addKeyValue("uid", peer.uid())
                    .log("an emitter runs as the relay's own user: it could change the receipts and use their key");
        }
    }
}
