package dev.cairn.witness;

import dev.cairn.protocol.audit.Tip;
import dev.cairn.protocol.witness.AnchorRequest;
import dev.cairn.protocol.witness.Contradiction;
import dev.cairn.protocol.witness.WitnessRecord;
import dev.cairn.protocol.witness.WitnessRecord.Response;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Sends each seal to all witnesses at once, and again to those who failed until enough of them have
/// confirmed it or a newer seal takes over, which covers the older one (`specs/audit-relay.md` 6.1).
///
/// Its context owns all that is here: the methods may be called from anywhere, `listener` is called there, in
/// order, and may do what it likes. A round goes on after the quorum holds until everybody had a turn;
/// requests that are under way for an older seal are not cut off, as a witness that is slower than seals come
/// would then never confirm one. What is held is bounded: one connection for each endpoint and the replies of
/// a few rounds.
public final class WitnessPublisher {

    /// Witnesses that one relay may have.
    public static final int ENDPOINTS_MAX = 100;

    /// Rounds of superseded seals may still wait for slow witnesses; with many quick seals only the newest do.
    private static final int ROUNDS_MAX = 4;

    private static final long NONE = -1;

    private final Vertx vertx;
    private final Context context;
    private final PublisherSettings settings;
    private final Rhythm rhythm;
    private final Consumer<WitnessEvent> listener;
    private final WitnessHttp http;
    private final List<WitnessEndpoint> endpoints;
    private final List<Lane> lanes;
    private final Pauses pauses;
    private final QuorumWatch watch;
    private final SequencedSet<Round> rounds = new LinkedHashSet<>();
    private @Nullable Campaign current;
    private long timer = NONE;
    private boolean closed;

    /// @param listener is told everything, on this publisher's context
    public WitnessPublisher(
            Vertx vertx,
            List<WitnessEndpoint> endpoints,
            PublisherSettings settings,
            Rhythm rhythm,
            Consumer<WitnessEvent> listener) {
        if (endpoints.isEmpty() || endpoints.size() > ENDPOINTS_MAX) {
            throw new IllegalArgumentException(
                    "expected 1 to " + ENDPOINTS_MAX + " witnesses, got " + endpoints.size());
        }
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.settings = settings;
        this.rhythm = rhythm;
        this.listener = listener;
        this.endpoints = List.copyOf(endpoints);
        this.http = new WitnessHttp(vertx, endpoints.size(), settings.tryTimeout(), settings.trust());
        this.pauses = new Pauses(settings.pauseMin(), settings.pauseMax(), rhythm.jitter());
        Pauses circuitPauses = new Pauses(settings.circuitPauseMin(), settings.circuitPauseMax(), rhythm.jitter());
        this.lanes = this.endpoints.stream()
                .map(endpoint -> new Lane(endpoint, new Circuit(circuitPauses)))
                .toList();
        this.watch = new QuorumWatch(vertx, rhythm, settings, this::tell);
    }

    /// Publishes a seal, in place of the one before it.
    ///
    /// @param sealLine the line of the seals file, which must be durable
    /// @param now where the chain stands
    /// @throws IllegalArgumentException if that is no seal
    public void publish(String sealLine, Tip now) {
        resume(sealLine, now, List.of());
    }

    /// Goes on with a seal that an earlier process published.
    ///
    /// @param soFar what was recorded; records of other seals are ignored
    /// @throws IllegalArgumentException if that is no seal
    public void resume(String sealLine, Tip now, List<WitnessRecord> soFar) {
        AnchorRequest.RelaySeal request =
                AnchorRequest.ofRelaySeal(sealLine, now, rhythm.wall().instant());
        List<WitnessRecord> records = List.copyOf(soFar);
        context.runOnContext(_ -> begin(request, records));
    }

    /// Stops asking. Rounds that are under way are recorded as far as they came; what is not confirmed is not
    /// final and can be resumed.
    public Future<Void> close() {
        Promise<Void> done = Promise.promise();
        context.runOnContext(_ -> stop().onComplete(done));
        return done.future();
    }

    private void begin(AnchorRequest.RelaySeal request, List<WitnessRecord> soFar) {
        if (closed) {
            return;
        }
        Campaign campaign = new Campaign(
                request, settings.quorum(), rhythm.monotonicMillis().getAsLong());
        campaign.resume(soFar, endpoints);
        if (current != null) {
            giveUp(current);
        }
        current = campaign;
        campaign.contradictions().forEach((endpoint, what) -> tell(campaign, endpoint, what));
        if (campaign.isQuorumMet()) {
            watch.isReached(campaign);
            return;
        }
        watch.isUnmet(campaign);
        if (isExhausted(campaign)) {
            watch.isMissed(campaign);
        } else {
            beginRound(campaign);
        }
    }

    /// Its round, if it is in one, ends as usual; if it is waiting for one, this is its end.
    private void giveUp(Campaign older) {
        cancelTimer();
        older.supersede();
        boolean inRound = rounds.stream().anyMatch(round -> round.campaign() == older);
        if (!inRound && older.isOpen() && !older.isQuorumMet()) {
            tell(new WitnessEvent.RoundFinished(older.record(List.of(), older.attempt(), false)));
        }
    }

    private void beginRound(Campaign campaign) {
        timer = NONE;
        List<Lane> asked = lanesFor(campaign);
        Round round = new Round(campaign, campaign.nextAttempt(), asked.size());
        rounds.add(round);
        if (rounds.size() > ROUNDS_MAX) {
            cut(rounds.getFirst());
        }
        asked.forEach(lane -> give(lane, round));
        settle(round);
    }

    /// Records a round before its end; an answer that comes later still counts, but is not recorded.
    private void cut(Round oldest) {
        rounds.remove(oldest);
        tell(oldest);
    }

    /// Who has not answered for good yet, without those who keep failing as long as the quorum can do without
    /// them.
    private List<Lane> lanesFor(Campaign campaign) {
        long now = rhythm.monotonicMillis().getAsLong();
        List<Lane> left = lanes.stream()
                .filter(lane -> campaign.isOpenTo(lane.endpoint()))
                .toList();
        List<Lane> well = left.stream().filter(lane -> !lane.circuit().isOpen()).toList();
        boolean dispensable =
                campaign.canDoWith(well.stream().map(Lane::endpoint).toList());
        return dispensable
                ? left.stream().filter(lane -> lane.circuit().admits(now)).toList()
                : left;
    }

    private void give(Lane lane, Round round) {
        if (!lane.isBusy()) {
            ask(lane, round);
            return;
        }
        Round replaced = lane.queue(round);
        if (replaced != null) {
            replaced.leaveOut();
            settle(replaced);
        }
    }

    private void ask(Lane lane, Round round) {
        WitnessEndpoint endpoint = lane.endpoint();
        Exchange exchange =
                http.post(endpoint.url(), endpoint.token(), round.campaign().body());
        lane.begin(exchange);
        exchange.answer().onSuccess(answer -> take(lane, round, answer));
    }

    private void take(Lane lane, Round round, HttpAnswer answer) {
        lane.end();
        if (closed) {
            return;
        }
        Campaign campaign = round.campaign();
        WitnessEndpoint endpoint = lane.endpoint();
        WitnessOutcome outcome = switch (answer) {
            case HttpAnswer.Received received ->
                WitnessOutcome.judge(endpoint, campaign.seal(), received.status(), received.reply());
            case HttpAnswer.Failed failed -> new WitnessOutcome.Unreachable(failed.reason());
        };
        if (outcome instanceof WitnessOutcome.Confirmed) {
            lane.circuit().succeeded();
        } else {
            lane.circuit().failed(rhythm.monotonicMillis().getAsLong());
        }
        round.take(outcome.toResponse(endpoint));
        outcome.contradiction()
                .filter(_ -> campaign.isOpenTo(endpoint))
                .ifPresent(what -> tell(campaign, endpoint, what));
        if (campaign.take(endpoint, outcome)) {
            reached(campaign);
        }
        Round next = lane.next();
        if (next != null) {
            ask(lane, next);
        }
        settle(round);
    }

    private void reached(Campaign campaign) {
        watch.isReached(campaign);
        if (current != null && !current.isQuorumMet()) {
            watch.isUnmet(current);
        }
    }

    /// Concludes a round when it is over.
    private void settle(Round round) {
        if (!round.isOver() || !rounds.remove(round)) {
            return;
        }
        Campaign campaign = round.campaign();
        tell(round);
        if (campaign.isQuorumMet()) {
            return;
        }
        watch.isMissed(campaign);
        if (campaign == current && !isExhausted(campaign)) {
            timer = vertx.setTimer(pauses.millisAfter(round.attempt()), _ -> beginRound(campaign));
        }
    }

    private void tell(Round round) {
        Campaign campaign = round.campaign();
        List<Response> responses = round.responses();
        tell(new WitnessEvent.RoundFinished(campaign.record(responses, round.attempt(), isExhausted(campaign))));
    }

    private void tell(Campaign campaign, WitnessEndpoint endpoint, Contradiction what) {
        tell(new WitnessEvent.SealContradicted(campaign.seal(), endpoint, what));
    }

    /// Whether nobody is left to ask: those who have not confirmed contradict, or several endpoints are one
    /// witness.
    private boolean isExhausted(Campaign campaign) {
        return endpoints.stream().noneMatch(campaign::isOpenTo);
    }

    private Future<Void> stop() {
        if (closed) {
            return Future.succeededFuture();
        }
        closed = true;
        cancelTimer();
        watch.stop();
        rounds.stream().filter(round -> !round.responses().isEmpty()).forEach(this::tell);
        rounds.clear();
        lanes.forEach(Lane::cancel);
        Promise<Void> told = Promise.promise();
        context.runOnContext(_ -> told.complete());
        return http.close().eventually(told::future);
    }

    private void cancelTimer() {
        if (timer != NONE) {
            vertx.cancelTimer(timer);
            timer = NONE;
        }
    }

    /// The listener is called from nowhere in the middle: it may wait, publish or close.
    private void tell(WitnessEvent event) {
        context.runOnContext(_ -> listener.accept(event));
    }
}
