package dev.cairn.relay.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.HeartbeatNote;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.ChainStatus.Health;
import dev.cairn.relay.bus.ChainStatus.Serving;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.live.History;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/// A chain of records that hold nothing but what a seal needs, and a writer that keeps the notes it is given.
final class FakeChain implements History {

    static final int LINE = 100;

    final Latest<ChainStatus> status = new Latest<>(new ChainStatus(Tip.EMPTY, 0, new Serving()));
    final List<HeartbeatNote> notes = new CopyOnWriteArrayList<>();

    private volatile long changed;

    Future<Void> listen(Bus bus) {
        return bus.answer(Address.NOTE_AUDIT, note -> {
            notes.add(note.note());
            return Future.succeededFuture(new Appended());
        });
    }

    /// Makes it `count` records long.
    void grow(long count) {
        status.set(new ChainStatus(new Tip(hash(count), count), 0, status.get().health()));
    }

    void turn(Health health) {
        status.set(new ChainStatus(status.get().tip(), 0, health));
    }

    /// Somebody changes a record in the log.
    void change(long seq) {
        changed = seq;
    }

    static Hash hash(long seq) {
        byte[] text = ("record " + seq).getBytes(UTF_8);
        return Hash.of(text, 0, text.length);
    }

    @Override
    public Future<Page> after(long cursor, int bytesMax) {
        long seq = cursor + 1;
        Hash hash = hash(seq == changed ? -1 : seq);
        byte[] line = ("{\"_relay\":{\"received_at\":\"2026-03-01T10:00:00.000Z\"},\"_relay_hash\":\"" + hash + "\"}")
                .getBytes(UTF_8);
        Promise<Page> page = Promise.promise();
        Context caller =
                Objects.requireNonNull(Vertx.currentContext()); // Who asks is answered where it asked, as the log does.
        Thread.ofVirtual()
                .start(() -> caller.runOnContext(_ -> page.complete(new Page(seq, List.of(line), seq * LINE))));
        return page.future();
    }
}
