package dev.cairn.relay.ingress;

import dev.cairn.protocol.audit.RecordBatch;
import dev.cairn.protocol.audit.RecordLinker;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.Append;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.BusMessage.Drops;
import dev.cairn.relay.bus.BusMessage.NotAppended;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.ChainStatus.Health;
import dev.cairn.relay.bus.ChainStatus.Serving;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.bus.Topic;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A chain that keeps its records in memory: really linked, answered at once, later, or with a refusal, as told.
final class StandInChain extends VerticleBase {

    static final long LAST_HEARTBEAT = 1_795_301_771_726L;

    final Latest<ChainStatus> status = new Latest<>(new ChainStatus(Tip.EMPTY, LAST_HEARTBEAT, new Serving()));
    final List<String> lines = new CopyOnWriteArrayList<>();
    final List<Integer> batchSizes = new CopyOnWriteArrayList<>();
    final List<Drops> drops = new CopyOnWriteArrayList<>();

    private final Bus bus;
    private final RecordLinker linker = new RecordLinker(Tip.EMPTY);
    private final List<Promise<AppendReply>> waiting = new ArrayList<>();
    private final List<RecordBatch> waitingBatches = new ArrayList<>();
    private boolean holding;
    private String refusal = "";
    private int storedAllTheSame;

    StandInChain(Bus bus) {
        this.bus = bus;
    }

    @Override
    public Future<?> start() {
        return bus.answer(Address.APPEND_AUDIT, this::append).compose(_ -> bus.hear(Topic.DROPS, drops::add));
    }

    /// Answers nothing until [#release].
    Future<Void> hold() {
        return onItsContext(() -> holding = true);
    }

    Future<Void> release() {
        return onItsContext(() -> {
            holding = false;
            for (int i = 0; i < waiting.size(); i++) {
                waiting.get(i).complete(store(waitingBatches.get(i)));
            }
            waiting.clear();
            waitingBatches.clear();
        });
    }

    /// Refuses all that comes.
    Future<Void> refuse(String reason) {
        return onItsContext(() -> refusal = reason);
    }

    /// Refuses all that comes, of which the first `stored` records get into the chain all the same.
    Future<Void> refuseBut(int stored, String reason) {
        return onItsContext(() -> {
            storedAllTheSame = stored;
            refusal = reason;
        });
    }

    /// Says that it would refuse, without being asked.
    void turn(Health health) {
        status.set(new ChainStatus(status.get().tip(), LAST_HEARTBEAT, health));
    }

    long dropped(dev.cairn.relay.bus.DropReason reason) {
        return drops.stream()
                .filter(drop -> drop.reason() == reason)
                .mapToLong(Drops::count)
                .sum();
    }

    private Future<AppendReply> append(Append request) {
        if (!holding) {
            return Future.succeededFuture(store(request.batch()));
        }
        Promise<AppendReply> later = Promise.promise();
        waiting.add(later);
        waitingBatches.add(request.batch());
        return later.future();
    }

    private AppendReply store(RecordBatch batch) {
        if (!refusal.isEmpty()) {
            return new NotAppended(refusal, Math.min(storedAllTheSame, batch.count()));
        }
        linker.link(batch);
        for (String line : batch.toString().lines().toList()) {
            lines.add(line);
        }
        batchSizes.add(batch.count());
        status.set(new ChainStatus(linker.tip(), LAST_HEARTBEAT, status.get().health()));
        return new Appended();
    }

    private Future<Void> onItsContext(Runnable action) {
        Promise<Void> done = Promise.promise();
        context.runOnContext(_ -> {
            action.run();
            done.complete();
        });
        return done.future();
    }
}
