package dev.cairn.loadtest;

import static dev.cairn.loadtest.TinyStream.live;
import static dev.cairn.loadtest.TinyStream.record;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubscribersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final LoadPlan THREE = new LoadPlan(
            new EmitterLoad(1, 16, 0, 450, RequestMix.EVENTS, EmitterLoad.UNLIMITED, false),
            3,
            0,
            0,
            Duration.ZERO,
            Duration.ofSeconds(1),
            true);

    @Test
    void areContentWhenEveryoneSawEveryRecord() throws Exception {
        assertThat(faultsAfter(List.of(live(), record(6), record(7), record(8)), 8))
                .isEmpty();
    }

    @Test
    void findALostRecord() throws Exception {
        assertThat(faultsAfter(List.of(live(), record(6), record(8)), 8))
                .containsExactly("a subscriber expected record 7 and got 8");
    }

    @Test
    void findARepeatedRecord() throws Exception {
        assertThat(faultsAfter(List.of(live(), record(6), record(6), record(7)), 7))
                .containsExactly("a subscriber expected record 7 and got 6");
    }

    @Test
    void findRecordsOutOfOrder() throws Exception {
        assertThat(faultsAfter(List.of(live(), record(7), record(6), record(8)), 8))
                .isNotEmpty();
    }

    @Test
    void findThatTheLastRecordNeverCame() throws Exception {
        assertThat(faultsAfter(List.of(live(), record(6), record(7)), 8))
                .containsExactly("3 subscribers did not see record 8");
    }

    @Test
    void findThatTheRelayClosedThem() throws Exception {
        assertThat(faultsAfter(List.of(live(), record(6), TinyStream.close(1013)), 8))
                .containsExactly("a subscriber was closed with 1013 after record 6");
    }

    @Test
    void showTheirToken() throws Exception {
        try (TinyStream stream = new TinyStream(List.of(live()));
                Subscribers _ = new Subscribers(stream.door(), THREE, 5, 1, new LoadClock())) {
            assertThat(stream.head())
                    .startsWith("GET /v1/stream HTTP/1.1\r\n")
                    .contains("Authorization: Bearer secret\r\n");
        }
    }

    private static List<String> faultsAfter(List<byte[]> frames, long records) throws Exception {
        try (TinyStream stream = new TinyStream(frames);
                Subscribers subscribers = new Subscribers(stream.door(), THREE, 5, 1, new LoadClock())) {
            assertThat(subscribers.start(PATIENCE)).isTrue();
            subscribers.awaitAll(records, Duration.ofMillis(300));
            subscribers.stop();
            return LiveOutcome.faultsOf(subscribers.readers(), records);
        }
    }
}
