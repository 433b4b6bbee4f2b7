package dev.cairn.relay.seal;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.ChainStatus.Refusing;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.Sealable;
import dev.cairn.relay.bus.SealedStore;
import dev.cairn.relay.live.History;
import io.vertx.core.Future;
import java.util.Optional;

/// The chain of audit events as it is sealed: its tip, as the log still has it (`specs/audit-relay.md` 5.1, 7).
public final class SealedLog implements Sealable {

    private final Latest<ChainStatus> chain;
    private final ChainRecords records;

    public SealedLog(Latest<ChainStatus> chain, History history) {
        this.chain = chain;
        this.records = new ChainRecords(history);
    }

    @Override
    public SealedStore store() {
        return SealedStore.AUDIT;
    }

    @Override
    public long count() {
        return chain.get().tip().count();
    }

    @Override
    public Optional<String> refusal() {
        return chain.get().health() instanceof Refusing refusing
                ? Optional.of("the chain refuses events: " + refusing.reason())
                : Optional.empty();
    }

    @Override
    public boolean mayRepeat() {
        return true;
    }

    @Override
    public boolean isPressing() {
        return false;
    }

    /// Only what the log still holds is sealed: one that was cut off behind our back gets no fresh seal.
    @Override
    public Future<Draft> draft() {
        Tip tip = chain.get().tip();
        Hash hash = tip.hash();
        if (hash == null) {
            return Future.failedFuture("there is no record yet");
        }
        long count = tip.count();
        return records.find(count)
                .compose(record -> record.hash().equals(hash)
                        ? Future.succeededFuture((before, now, key) -> before.next(hash, count, record.end(), now, key))
                        : Future.failedFuture("record " + count + " in the log is not the one that was written"));
    }

    @Override
    public void sealed(Seal seal) {
        // Where the chain stands, its writer says.
    }
}
