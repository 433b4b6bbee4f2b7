package dev.cairn.relay.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When a store is sealed that cannot wait for its period.
class SealScheduleTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    private Path dir;

    @Test
    void aStoreThatPressesIsSealedAtOnceButNotWithoutPause() {
        SealSchedule schedule = new SealSchedule(RunningRelay.config(dir, "{}").autoSeal(), 0);
        assertThat(schedule.isDue(0, true)).isTrue();

        schedule.done(SECOND);

        assertThat(schedule.isDue(2 * SECOND - 1, true)).isFalse();
        assertThat(schedule.isDue(2 * SECOND, true)).isTrue();
        assertThat(schedule.isDue(2 * SECOND, false)).isFalse();
    }
}
