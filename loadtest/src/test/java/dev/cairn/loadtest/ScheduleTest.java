package dev.cairn.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScheduleTest {

    private final Schedule schedule = new Schedule(1_000, 3_000, 4);

    @Test
    void countsEveryRequestOnceItIsDue() {
        for (long request = 0; request < 1_000; request++) {
            long due = schedule.dueMicros((int) (request % 4), request / 4);

            assertThat(schedule.dueAt(due)).isGreaterThanOrEqualTo(request + 1);
            assertThat(schedule.dueAt(due - 1)).isLessThanOrEqualTo(request);
        }
    }

    @Test
    void hasNothingDueBeforeItStarts() {
        assertThat(schedule.dueAt(999)).isZero();
    }

    @Test
    void givesEveryRequestToOneConnection() {
        for (long total = 0; total < 50; total++) {
            long shares = 0;
            for (int connection = 0; connection < 4; connection++) {
                shares += schedule.shareOf(connection, total);
            }

            assertThat(shares).isEqualTo(total);
        }
    }

    @Test
    void keepsItsRateOverAnHour() {
        Schedule fast = new Schedule(0, 50_000, 8);

        assertThat(fast.dueAt(3_600_000_000L - 1)).isEqualTo(3_600L * 50_000);
    }
}
