package dev.cairn.relay.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PulseTest {

    private static final long INTERVAL = 30_000;

    private final List<Long> writtenAt = new ArrayList<>();
    private long lastDue;

    @Test
    void beatsEveryTimeWithoutBackoff() {
        run(new Pulse(Duration.ofMillis(INTERVAL), false), 50, 0);

        assertThat(writtenAt).hasSize(50);
        assertThat(lastDue).isEqualTo(INTERVAL);
    }

    @Test
    void doublesTheTimeAfterTenIdleBeatsUpToAnHour() {
        run(new Pulse(Duration.ofMillis(INTERVAL), true), 2_000, 0);

        List<Long> gaps = new ArrayList<>();
        for (int i = 1; i < writtenAt.size(); i++) {
            gaps.add((writtenAt.get(i) - writtenAt.get(i - 1)) / INTERVAL);
        }
        assertThat(gaps.subList(0, 9)).containsOnly(1L);
        assertThat(gaps.subList(9, 16)).containsExactly(2L, 4L, 8L, 16L, 32L, 64L, 120L);
        assertThat(gaps.subList(16, gaps.size())).containsOnly(120L);
    }

    @Test
    void keepsEveryPromiseAlthoughTheTimerIsLate() {
        Pulse pulse = new Pulse(Duration.ofMillis(INTERVAL), true);
        long promised = Integer.MAX_VALUE;
        for (int i = 1; i <= 1_000; i++) {
            long now = i * (INTERVAL + 3);
            OptionalLong due = pulse.beat(now, 0);
            if (due.isPresent()) {
                assertThat(now).isLessThanOrEqualTo(promised + 5_000);
                pulse.beaten(now, due.getAsLong(), 0);
                promised = now + due.getAsLong();
            }
        }
    }

    @Test
    void beatsAgainAtOnceWhenARecordCame() {
        Pulse pulse = new Pulse(Duration.ofMillis(INTERVAL), true);
        run(pulse, 100, 0);
        long now = 101 * INTERVAL;

        OptionalLong due = pulse.beat(now, 1);

        assertThat(due).hasValue(INTERVAL);
    }

    private void run(Pulse pulse, int beats, long count) {
        for (int i = 1; i <= beats; i++) {
            long now = i * INTERVAL;
            pulse.beat(now, count).ifPresent(due -> {
                pulse.beaten(now, due, count);
                writtenAt.add(now);
                lastDue = due;
            });
        }
    }
}
