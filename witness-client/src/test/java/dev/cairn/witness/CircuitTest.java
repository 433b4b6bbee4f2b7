package dev.cairn.witness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CircuitTest {

    private static final Pauses WHOLE = new Pauses(Duration.ofSeconds(1), Duration.ofSeconds(60), () -> 1);

    private final Circuit circuit = new Circuit(WHOLE);

    @Test
    void pausesDoubleUpToTheLongest() {
        assertThat(IntStream.rangeClosed(1, 9).mapToLong(WHOLE::millisAfter))
                .containsExactly(1000L, 2000L, 4000L, 8000L, 16000L, 32000L, 60000L, 60000L, 60000L);
        assertThat(WHOLE.millisAfter(Integer.MAX_VALUE)).isEqualTo(60000);
        assertThat(new Pauses(Duration.ofDays(1), Duration.ofDays(40_000), () -> 1).millisAfter(64))
                .isEqualTo(Duration.ofDays(40_000).toMillis());
    }

    @Test
    void pausesAreShortenedByHalfAtMost() {
        assertThat(new Pauses(Duration.ofSeconds(1), Duration.ofSeconds(60), () -> 0).millisAfter(3))
                .isEqualTo(2000);
        assertThat(new Pauses(Duration.ofMillis(1), Duration.ofMillis(1), () -> 0).millisAfter(1))
                .isEqualTo(1);
    }

    @Test
    void opensAfterFailuresInARowAndLetsOneThroughWhenItsPauseIsOver() {
        fail(Circuit.FAILURES_MAX, 0);

        assertThat(circuit.isOpen()).isTrue();
        assertThat(circuit.admits(999)).isFalse();
        assertThat(circuit.admits(1000)).isTrue();
        fail(1, 1000);
        assertThat(circuit.admits(2999)).isFalse();
        assertThat(circuit.admits(3000)).isTrue();
    }

    @Test
    void staysClosedBeforeThatAndClosesWithASuccess() {
        fail(Circuit.FAILURES_MAX - 1, 0);
        assertThat(circuit.admits(0)).isTrue();

        circuit.succeeded();
        fail(Circuit.FAILURES_MAX - 1, 0);

        assertThat(circuit.isOpen()).isFalse();
        assertThat(circuit.admits(0)).isTrue();
    }

    private void fail(int times, long nowMillis) {
        for (int i = 0; i < times; i++) {
            circuit.failed(nowMillis);
        }
    }
}
