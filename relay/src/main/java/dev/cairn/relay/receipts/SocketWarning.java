package dev.cairn.relay.receipts;

import dev.cairn.relay.config.Receipts.Door;
import dev.cairn.relay.config.Receipts.Door.Need;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Says at start, and every minute, that the emitters' socket is where others could replace it
/// (`specs/receipts.md` 1.1): the operator accepted that, and may have forgotten.
final class SocketWarning {

    private static final long PERIOD_MILLIS = 60_000;

    private static final Logger LOG = LoggerFactory.getLogger(SocketWarning.class);

    private SocketWarning() {}

    static void start(Vertx vertx, Door door) {
        if (door.need() == Need.REQUIRED_UNSAFE) {
            tell(door);
            vertx.setPeriodic(PERIOD_MILLIS, _ -> tell(door));
        }
    }

    private static void tell(Door door) {
        LOG.atWarn()
                .addKeyValue("socket", door.socket().orElse(null))
                .log("the emitters' socket is where others could replace it");
    }
}
