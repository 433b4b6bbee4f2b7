package dev.cairn.relay.seal;

import dev.cairn.protocol.seal.Seal;
import dev.cairn.relay.bus.Sealable;
import dev.cairn.relay.bus.SealedStore;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// A store with so much to seal that one seal follows another, each as soon as the test lets it.
final class PressingStore implements Sealable {

    /// Those that were asked for.
    final List<Asked> drafts = new CopyOnWriteArrayList<>();

    final List<Seal> sealed = new CopyOnWriteArrayList<>();

    /// Who asks is answered where it asked, as a real store does.
    record Asked(Context caller, Promise<Draft> answer) {}

    @Override
    public SealedStore store() {
        return SealedStore.AUDIT;
    }

    @Override
    public long count() {
        return 1_000;
    }

    @Override
    public Optional<String> refusal() {
        return Optional.empty();
    }

    @Override
    public boolean mayRepeat() {
        return false;
    }

    @Override
    public boolean isPressing() {
        return true;
    }

    @Override
    public Future<Draft> draft() {
        Promise<Draft> draft = Promise.promise();
        drafts.add(new Asked(Objects.requireNonNull(Vertx.currentContext()), draft));
        return draft.future();
    }

    /// Lets the newest seal be made.
    void letGoOn() {
        long count = drafts.size();
        Asked newest = drafts.getLast();
        Draft draft = (before, now, key) -> before.next(FakeChain.hash(count), count, count * FakeChain.LINE, now, key);
        newest.caller().runOnContext(_ -> newest.answer().complete(draft));
    }

    @Override
    public void sealed(Seal seal) {
        sealed.add(seal);
    }
}
