package dev.cairn.relay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private static final String ERASE = "\r\u001b[K";

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final AtomicLong nanos = new AtomicLong(1);

    @Test
    void aBarTellsHowMuchIsDoneHowFastAndForHowLong() {
        Progress progress = progress(true);

        progress.at(10, 0.001);
        pass(Duration.ofSeconds(4));
        progress.at(8_000, 0.5);
        progress.end();

        assertThat(shown.toString(UTF_8))
                .isEqualTo(ERASE + "[============            ]  50 %  8,000 records  2,000/s  4 s left" + ERASE);
    }

    @Test
    void workOfUnknownLengthHasNoBar() {
        Progress progress = progress(true);

        pass(Duration.ofSeconds(2));
        progress.at(3_000, -1);

        assertThat(shown.toString(UTF_8)).isEqualTo(ERASE + "3,000 records  1,500/s");
    }

    @Test
    void theLineIsNotDrawnMoreThanTenTimesASecond() {
        Progress progress = progress(true);

        pass(Duration.ofSeconds(1));
        for (int i = 0; i < 1_000; i++) {
            pass(Duration.ofMillis(1));
            progress.at(i, 0.5);
        }

        assertThat(shown.toString(UTF_8).split("50 %", -1)).hasSizeBetween(10, 12);
    }

    @Test
    void whatIsNoTerminalStaysClean() {
        Progress progress = progress(false);

        pass(Duration.ofSeconds(4));
        progress.at(8_000, 0.4);
        progress.end();

        assertThat(shown.size()).isZero();
    }

    @Test
    void shortWorkShowsNothing() {
        Progress progress = progress(true);

        pass(Duration.ofMillis(200));
        progress.at(8_000, 0.9);
        progress.end();

        assertThat(shown.size()).isZero();
    }

    private Progress progress(boolean isTerminal) {
        return new Progress(new PrintStream(shown, true, UTF_8), isTerminal, "records", nanos::get);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
