package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.log.HeardLog;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UndisclosedLogTest {

    private final AtomicLong uptime = new AtomicLong(5);
    private final UndisclosedLog log = new UndisclosedLog(uptime::get);

    @Test
    void theFirstIsToldAtOnceAndTheOthersOnceAMinuteWithTheirNumber() {
        try (HeardLog heard = HeardLog.of(UndisclosedLog.class)) {
            log.accept("first");
            log.accept("second");
            log.accept("third");
            log.tellIfDue();
            assertThat(heard.values("count")).containsExactly("1");

            uptime.addAndGet(UndisclosedLog.PERIOD_MILLIS);
            log.tellIfDue();

            assertThat(heard.values("count")).containsExactly("1", "2");
            assertThat(heard.values("problem")).containsExactly("first", "third");
        }
    }

    @Test
    void nothingIsSaidWhileNothingFails() {
        try (HeardLog heard = HeardLog.of(UndisclosedLog.class)) {
            uptime.addAndGet(UndisclosedLog.PERIOD_MILLIS);
            log.tellIfDue();

            assertThat(heard.size()).isZero();
        }
    }
}
