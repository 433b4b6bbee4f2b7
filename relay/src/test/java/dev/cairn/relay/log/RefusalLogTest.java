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
    void tellsTheSameThingOncePerPeriod() {
        for (int i = 0; i < 1_000; i++) {
            log.refused("refused a line", "pid 1");
        }
        log.refused("refused a line", "pid 2");
        log.nextPeriod();
        log.refused("refused a line", "pid 1");

        assertThat(heard.values("peer")).containsExactly("pid 1", "pid 2", "pid 1");
        assertThat(heard.values("count")).isEmpty();
    }

    @Test
    void tellsABoundedNumberOfThingsAndThenHowManyMore() {
        for (int i = 0; i < 1_000; i++) {
            log.refused("refused a line", i);
        }
        log.nextPeriod();

        assertThat(heard.values("peer")).containsExactly("0", "1", "2");
        assertThat(heard.values("count")).containsExactly("997");
    }
}
