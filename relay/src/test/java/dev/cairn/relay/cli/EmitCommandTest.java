package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/// What `cairn emit` says of many events.
class EmitCommandTest {

    @Test
    void theRateIsThatOfStoredEvents() {
        assertThat(EmitCommand.figures(2_000, 0, Duration.ofSeconds(2)))
                .isEqualTo("2,000 events stored in 2 s (1,000/s)");
        assertThat(EmitCommand.figures(2_000, 6_000, Duration.ofSeconds(2)))
                .isEqualTo("2,000 events stored, 6,000 refused in 2 s (1,000/s)");
    }

    @Test
    void thereIsNoRateWhereNothingWasStored() {
        assertThat(EmitCommand.figures(0, 1, Duration.ofMillis(85))).isEqualTo("0 events stored, 1 refused in 85 ms");
    }
}
