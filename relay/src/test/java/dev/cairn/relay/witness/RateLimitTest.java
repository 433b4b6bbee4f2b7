package dev.cairn.relay.witness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.witness.RateLimit.Rate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private long now = Long.MAX_VALUE - 5; // Soon negative: the origin of such a clock is anywhere.
    private final RateLimit limit = new RateLimit(new Rate(2, 3), () -> now);

    @Test
    void letsABurstThroughAndThenTheRate() {
        assertThat(take("a", 3)).isEqualTo(3);
        assertThat(limit.take("a")).isEqualTo(Duration.ofMillis(500));

        pass(Duration.ofMillis(499));
        assertThat(limit.take("a")).isEqualTo(Duration.ofMillis(1));
        pass(Duration.ofMillis(1));

        assertThat(take("a", 5)).isEqualTo(1);
        pass(Duration.ofHours(1));
        assertThat(take("a", 5)).isEqualTo(3);
    }

    @Test
    void countsEverySenderByItself() {
        assertThat(take("a", 5)).isEqualTo(3);
        assertThat(take("b", 5)).isEqualTo(3);
    }

    @Test
    void forgetsOnlyWhoHasBeenAwayLongest() {
        take("first", 5);
        take("second", 5);
        for (int i = 0; i < RateLimit.SENDERS_MAX - 2; i++) {
            limit.take("sender " + i);
        }
        limit.take("second");
        limit.take("one more");

        assertThat(take("second", 1)).isZero();
        assertThat(take("first", 1)).isEqualTo(1);
    }

    private int take(String sender, int times) {
        int through = 0;
        for (int i = 0; i < times; i++) {
            through += limit.take(sender).isZero() ? 1 : 0;
        }
        return through;
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }
}
