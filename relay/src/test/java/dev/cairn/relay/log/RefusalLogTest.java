package dev.cairn.relay.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RefusalLogTest {

    private final HeardLog heard = HeardLog.of(RefusalLogTest.class);
    private final RefusalLog log = new RefusalLog(LoggerFactory.getLogger(RefusalLogTest.class), 3);

    @AfterEach
    void close() {
        heard.close();
    }

    @Test
    void tellsTheSameThingAtOnceAndThenHowOftenMoreInThePeriod() {
        for (int i = 0; i < 1_000; i++) {
            log.refused("refused lines", "Invalid JSON", "pid 1", 2);
        }
        log.refused("refused lines", "Invalid JSON", "pid 2", 7);
        log.nextPeriod();
        log.refused("refused lines", "Invalid JSON", "pid 1", 3);
        log.nextPeriod();

        assertThat(heard.values("peer")).containsExactly("pid 1", "pid 2", "pid 1", "pid 1");
        assertThat(heard.values("count")).containsExactly("2", "7", "1998", "3");
        assertThat(heard.values("reason")).hasSize(4).containsOnly("Invalid JSON");
    }

    @Test
    void tellsEachReasonOfOnePeer() {
        log.refused("refused lines", "Invalid JSON", "pid 1", 1);
        log.refused("refused lines", "Message too large", "pid 1", 1);

        assertThat(heard.values("reason")).containsExactly("Invalid JSON", "Message too large");
    }

    @Test
    void tellsABoundedNumberOfThingsAndThenHowManyMore() {
        for (int i = 0; i < 1_000; i++) {
            log.refused("refused lines", "Invalid JSON", i, 1);
        }
        log.nextPeriod();

        assertThat(heard.values("peer")).containsExactly("0", "1", "2");
        assertThat(heard.values("count")).containsExactly("1", "1", "1", "997");
    }
}
