package dev.cairn.relay.seal;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.cairn.protocol.audit.ClientText;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.witness.Contradiction;
import dev.cairn.protocol.witness.SealedTip;
import dev.cairn.protocol.witness.WitnessRecord;
import dev.cairn.protocol.witness.WitnessRecord.Response;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.Control;
import dev.cairn.relay.bus.BusMessage.QuorumLost;
import dev.cairn.relay.bus.BusMessage.QuorumMet;
import dev.cairn.relay.bus.BusMessage.QuorumOverdue;
import dev.cairn.relay.bus.BusMessage.WitnessContradiction;
import dev.cairn.relay.bus.SealedStore;
import dev.cairn.relay.bus.Turn;
import dev.cairn.relay.config.Witness;
import dev.cairn.relay.config.Witness.Patience;
import dev.cairn.relay.seal.SealHealth.Part;
import dev.cairn.witness.PublisherSettings;
import dev.cairn.witness.Rhythm;
import dev.cairn.witness.WitnessEvent;
import dev.cairn.witness.WitnessPublisher;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has witnesses confirm the newest seal, and keeps what they gave (`specs/audit-relay.md` 6.1).
///
/// The publisher works on an event loop; what it tells is taken over to the context of whoever seals, where
/// files may be written and which owns everything here.
public final class Witnesses {

    private static final int LAST_ANSWERS_SECONDS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(Witnesses.class);

    private final SealedStore store;
    private final WitnessFile file;
    private final WitnessPublisher publisher;
    private final Queue<WitnessEvent> told = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Ear ear;
    private @Nullable SealedTip newest;
    private Promise<Void> quorumOfNewest = Promise.promise();

    /// Who seals.
    ///
    /// @param context where it works
    /// @param book hears how the newest seal stands
    /// @param onFatal ends the process
    record Ear(
            Context context,
            Bus bus,
            SealHealth health,
            SealMetrics metrics,
            SealBook book,
            Consumer<Throwable> onFatal) {}

    /// @param store whose seals these are
    /// @param file which this takes over
    public Witnesses(Vertx vertx, SealedStore store, Witness config, WitnessFile file, InstantSource wall) {
        this.store = store;
        this.file = file;
        this.publisher =
                new WitnessPublisher(vertx, Endpoints.of(config), settings(config), Rhythm.of(wall), this::hear);
    }

    private static PublisherSettings settings(Witness config) {
        Patience patience = config.patience();
        return PublisherSettings.withQuorum(config.quorum(), patience.overdueAfter())
                .withPatience(patience.tryTimeout(), patience.retryMax(), patience.circuitMax());
    }

    /// From now on what is told goes there.
    void start(Ear listener) {
        ear = listener;
    }

    /// Goes on with a seal that an earlier run made; blocks while the file is read.
    void resume(Seal seal, Tip now) throws IOException {
        SealedTip tip = begin(seal);
        publisher.resume(seal.publicLine(), now, file.recordsOf(tip));
    }

    /// Has a seal confirmed, which is durable, in place of the one before it.
    void publish(Seal seal, Tip now) {
        var _ = begin(seal);
        publisher.publish(seal.publicLine(), now);
    }

    /// The name of the file in which it is kept what they gave.
    String fileName() {
        return file.name();
    }

    private SealedTip begin(Seal seal) {
        SealedTip tip = SealedTip.ofSealLine(seal.line());
        newest = tip;
        quorumOfNewest = Promise.promise();
        return tip;
    }

    /// Stops asking. What is not confirmed then goes on at the next start.
    ///
    /// @param context where it is sealed, and the file is written
    /// @param waits whether the newest seal is so new that its witnesses are given a little time
    Future<?> close(Context context, boolean waits) {
        Future<Void> last = waits && newest != null ? quorumOfNewest.future() : Future.succeededFuture();
        return last.timeout(LAST_ANSWERS_SECONDS, SECONDS)
                .transform(_ -> publisher.close().timeout(LAST_ANSWERS_SECONDS, SECONDS))
                .transform(_ -> Turn.on(context, this::end));
    }

    private boolean end() throws IOException {
        takeAll(); // The publisher has told everything; some of it may wait for its turn.
        file.close();
        return true;
    }

    /// On the publisher's event loop.
    private void hear(WitnessEvent event) {
        told.add(event);
        Ear listener = ear;
        if (listener != null) {
            listener.context().runOnContext(_ -> takeAll());
        }
    }

    private void takeAll() {
        Ear listener = ear;
        if (listener == null) {
            return;
        }
        for (WitnessEvent event = told.poll(); event != null; event = told.poll()) {
            take(event, listener);
        }
    }

    private void take(WitnessEvent event, Ear listener) {
        switch (event) {
            case WitnessEvent.RoundFinished(WitnessRecord record) -> keep(record, listener);
            case WitnessEvent.SealContradicted contradicted -> take(contradicted, listener);
            case WitnessEvent.QuorumReached met -> {
                listener.book().overdue(false);
                if (newest != null && met.seal().isSameAs(newest)) {
                    listener.book().confirmed(met.seal());
                    quorumOfNewest.tryComplete();
                }
                LOG.atInfo()
                        .addKeyValue("chain", store.text())
                        .addKeyValue("seq", met.seal().count())
                        .addKeyValue("confirmed", met.confirmed())
                        .addKeyValue("quorum", met.quorum())
                        .addKeyValue("millis", met.after().toMillis())
                        .log("witnesses have confirmed the seal");
                tell(new QuorumMet(store, tip(met.seal()), met.confirmed(), met.quorum()), listener);
            }
            case WitnessEvent.QuorumLost lost -> {
                listener.metrics().quorumLost();
                LOG.atWarn()
                        .addKeyValue("chain", store.text())
                        .addKeyValue("seq", lost.seal().count())
                        .addKeyValue("confirmed", lost.confirmed())
                        .addKeyValue("quorum", lost.quorum())
                        .log("too few witnesses have confirmed the seal; they are asked again");
                tell(new QuorumLost(store, tip(lost.seal()), lost.confirmed(), lost.quorum()), listener);
            }
            case WitnessEvent.QuorumOverdue overdue -> {
                long seconds = overdue.unmetFor().toSeconds();
                listener.book().overdue(true);
                LOG.atError()
                        .addKeyValue("chain", store.text())
                        .addKeyValue("seq", overdue.seal().count())
                        .addKeyValue("seconds", seconds)
                        .log("no seal was confirmed for a long time");
                tell(new QuorumOverdue(store, tip(overdue.seal()), seconds), listener);
            }
        }
    }

    /// Either the chain is not the one that the witness knows, or the witness lies: somebody must look, however
    /// it goes on.
    private void take(WitnessEvent.SealContradicted contradicted, Ear listener) {
        listener.metrics().contradicted();
        listener.book().contradicted();
        Contradiction what = contradicted.what();
        SealedTip named = what.named();
        LOG.atError()
                .addKeyValue("chain", store.text())
                .addKeyValue("seq", contradicted.seal().count())
                .addKeyValue("hash", contradicted.seal().tip())
                .addKeyValue("witness", ClientText.show(contradicted.witness().toString()))
                .addKeyValue("form", what.form().wireName())
                .addKeyValue("named_seq", named == null ? "not shown" : named.count())
                .addKeyValue("named_hash", named == null ? "not shown" : named.tip())
                .addKeyValue("signed_by", what.signer() == null ? "nobody" : what.signer())
                .addKeyValue("key_known", contradicted.isByKnownKey())
                .log(
                        "a witness contradicts the seal; its reply is kept as evidence, and it is not asked for this seal again");
        String name = contradicted.witness().name();
        tell(new WitnessContradiction(store, tip(contradicted.seal()), name, what), listener);
    }

    private void keep(WitnessRecord record, Ear listener) {
        List<Response> failed =
                record.responses().stream().filter(response -> !response.isOk()).toList();
        if (!failed.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("chain", store.text())
                    .addKeyValue("seq", record.sealCount())
                    .addKeyValue("attempt", record.attempt())
                    .addKeyValue("failed", describe(failed))
                    .log("witnesses did not confirm");
        }
        try {
            file.append(record);
            listener.health().report(Part.WITNESSES, "");
        } catch (IOException e) {
            listener.health().report(Part.WITNESSES, "what witnesses gave cannot be kept: " + e.getMessage());
        } catch (UnsyncedException e) {
            listener.onFatal().accept(e);
        }
    }

    private static String describe(List<Response> failed) {
        return ClientText.show(failed.stream()
                .map(response -> response.name() + ": " + response.error())
                .collect(Collectors.joining(", ")));
    }

    private static Tip tip(SealedTip seal) {
        return new Tip(seal.tip(), seal.count());
    }

    private static void tell(Control control, Ear listener) {
        listener.bus().tellControl(control);
    }
}
