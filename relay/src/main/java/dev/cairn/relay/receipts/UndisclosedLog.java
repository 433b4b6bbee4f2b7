package dev.cairn.relay.receipts;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells of inputs that were to be disclosed and are not (`specs/receipts.md` 3.11): at once, then with their
/// number once a minute, however many there are. Safe to share by event loops.
final class UndisclosedLog implements Consumer<String> {

    static final long PERIOD_MILLIS = TimeUnit.MINUTES.toMillis(1);

    private static final Logger LOG = LoggerFactory.getLogger(UndisclosedLog.class);

    private final LongSupplier uptimeMillis;
    private long count;
    private long toldAt;
    private boolean hasTold;
    private String newest = "";

    UndisclosedLog(LongSupplier uptimeMillis) {
        this.uptimeMillis = uptimeMillis;
    }

    /// @param why nothing that an emitter wrote
    @Override
    public synchronized void accept(String why) {
        count++;
        newest = why;
        tellIfDue();
    }

    /// To be called once a [#PERIOD_MILLIS]: tells what has not been told, if the last line is old enough.
    synchronized void tellIfDue() {
        long now = uptimeMillis.getAsLong();
        if (count > 0 && (!hasTold || now - toldAt >= PERIOD_MILLIS)) {
            LOG.atWarn()
                    .addKeyValue("count", count)
                    .addKeyValue("problem", newest)
                    .log("inputs were to be disclosed, but their receipts have the hash alone");
            count = 0;
            toldAt = now;
            hasTold = true;
        }
    }
}
