package dev.cairn.witness;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Consumer;

/// Tells when the quorum is reached, lost and overdue, each once.
final class QuorumWatch {

    private static final long NONE = -1;

    private final Vertx vertx;
    private final Rhythm rhythm;
    private final PublisherSettings settings;
    private final Consumer<WitnessEvent> listener;
    private boolean lost;
    private boolean overdue;
    private long timer = NONE;
    private long unmetSinceMillis;

    QuorumWatch(Vertx vertx, Rhythm rhythm, PublisherSettings settings, Consumer<WitnessEvent> listener) {
        this.vertx = vertx;
        this.rhythm = rhythm;
        this.settings = settings;
        this.listener = listener;
    }

    /// A seal has no quorum yet.
    void isUnmet(Campaign campaign) {
        if (timer == NONE && !overdue) {
            unmetSinceMillis = campaign.beganMillis();
            timer = vertx.setTimer(settings.overdueAfter().toMillis(), _ -> tellOverdue(campaign));
        }
    }

    /// Everybody had a turn, and it has none.
    void isMissed(Campaign campaign) {
        if (!lost) {
            lost = true;
            listener.accept(new WitnessEvent.QuorumLost(campaign.seal(), campaign.confirmations(), settings.quorum()));
        }
    }

    void isReached(Campaign campaign) {
        lost = false;
        overdue = false;
        stop();
        Duration after = Duration.ofMillis(rhythm.monotonicMillis().getAsLong() - campaign.beganMillis());
        listener.accept(
                new WitnessEvent.QuorumReached(campaign.seal(), campaign.confirmations(), settings.quorum(), after));
    }

    void stop() {
        if (timer != NONE) {
            vertx.cancelTimer(timer);
            timer = NONE;
        }
    }

    private void tellOverdue(Campaign campaign) {
        timer = NONE;
        overdue = true;
        Duration unmet = Duration.ofMillis(rhythm.monotonicMillis().getAsLong() - unmetSinceMillis);
        listener.accept(new WitnessEvent.QuorumOverdue(campaign.seal(), unmet));
    }
}
