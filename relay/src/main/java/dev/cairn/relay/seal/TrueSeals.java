package dev.cairn.relay.seal;

import dev.cairn.protocol.seal.SealPayload;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.Latest;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;

/// Tells whether the payload of a seal that a client wants signed is true of this relay's own chain and of
/// its time (`specs/audit-relay.md` 13), so that a log that was cut off gets no fresh seal.
///
/// What memory can tell is told at once; otherwise the record is looked up in the log.
final class TrueSeals {

    private static final Future<Boolean> UNTRUE = Future.succeededFuture(false);

    private final Latest<ChainStatus> chain;
    private final ChainRecords records;
    private final InstantSource clock;
    private final int newest;

    /// @param newest how many of the newest records may be sealed
    TrueSeals(Latest<ChainStatus> chain, ChainRecords records, InstantSource clock, int newest) {
        this.chain = chain;
        this.records = records;
        this.clock = clock;
        this.newest = newest;
    }

    /// Fails if the log cannot be read.
    Future<Boolean> isTrue(SealPayload payload) {
        ChainStatus now = chain.get();
        long tip = now.tip().count();
        long count = payload.count();
        boolean isAmongNewest = count >= 1 && count <= tip && count > tip - newest;
        boolean isOtherTip = count == tip && !payload.tip().equals(now.tip().hash());
        if (!isAmongNewest || isOtherTip || !payload.isOfTimeBetween(Instant.EPOCH, clock.instant())) {
            return UNTRUE;
        }
        return records.find(count).compose(record -> {
            if (!record.hash().equals(payload.tip())) {
                return UNTRUE;
            }
            return successorAt(count).map(next -> payload.isOfTimeBetween(record.receivedAt(), next));
        });
    }

    /// When the next record came; now, if there is none yet.
    private Future<Instant> successorAt(long count) {
        return count < chain.get().tip().count()
                ? records.find(count + 1).map(ChainRecords.ChainRecord::receivedAt)
                : Future.succeededFuture(clock.instant());
    }
}
