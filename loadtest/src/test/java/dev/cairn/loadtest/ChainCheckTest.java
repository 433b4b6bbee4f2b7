package dev.cairn.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainCheckTest {

    private static final int RUN = 7;
    private static final int EVENTS = 20;

    @TempDir
    Path directory;

    private final AcknowledgedEvents acknowledged = new AcknowledgedEvents(RUN, 2);
    private final List<String> log = new ArrayList<>();

    @BeforeEach
    void storeWhatIsAcknowledged() {
        log.add("{\"type\":\"heartbeat\",\"relay_event_count\":0}");
        for (int i = 0; i < EVENTS; i++) {
            acknowledged.add(i % 2, i / 2, 0x1000 + i);
            log.add(record(i % 2, i / 2, 0x1000 + i));
        }
    }

    @Test
    void isContentWhenEveryAcknowledgedEventIsThereOnce() throws IOException {
        log.add(record(0, EVENTS, 0x9999)); // Stored, but its answer got lost: that is allowed.
        log.add("{\"id\":\"evt_somebody_elses\",\"_relay_hash\":\"sha256:" + "0".repeat(64) + "\"}");

        CheckResult result = check();

        assertThat(result.isGood()).isTrue();
        assertThat(result.acknowledged()).isEqualTo(EVENTS);
        assertThat(result.found()).isEqualTo(EVENTS + 1);
        assertThat(result.records()).isEqualTo(EVENTS + 2);
    }

    @Test
    void findsALostEvent() throws IOException {
        log.remove(5);

        assertThat(check().missing()).isEqualTo(1);
        assertThat(check().isGood()).isFalse();
    }

    @Test
    void findsAnEventThatIsThereTwice() throws IOException {
        log.add(log.get(5));

        assertThat(check().duplicated()).isEqualTo(1);
        assertThat(check().isGood()).isFalse();
    }

    @Test
    void findsEventsOfOneConnectionOutOfOrder() throws IOException {
        Collections.swap(log, 5, 7);

        assertThat(check().reordered()).isEqualTo(1);
        assertThat(check().isGood()).isFalse();
    }

    @Test
    void doesNotMindHowConnectionsInterleave() throws IOException {
        Collections.swap(log, 5, 6);

        assertThat(check().isGood()).isTrue();
    }

    @Test
    void findsAnEventUnderAnotherHashThanItsAnswerGave() throws IOException {
        log.set(5, record(0, 2, 0xBAD));

        assertThat(check().differing()).isEqualTo(1);
        assertThat(check().isGood()).isFalse();
    }

    @Test
    void findsALineThatIsNoJson() throws IOException {
        log.set(5, log.get(5).substring(0, 40));

        assertThat(check().broken()).isEqualTo(1);
        assertThat(check().missing()).isEqualTo(1);
    }

    @Test
    void startsWhereTheLoadStarted() throws IOException {
        Path file = write();
        ChainCheck check = new ChainCheck(List.of(new AcknowledgedEvents(RUN, 2)));

        LogLines.each(file, Files.size(file), check::take);

        assertThat(check.result().records()).isZero();
    }

    private CheckResult check() throws IOException {
        ChainCheck check = new ChainCheck(List.of(acknowledged));
        LogLines.each(write(), 0, check::take);
        return check.result();
    }

    private Path write() throws IOException {
        return Files.writeString(directory.resolve("events.relay.jsonl"), String.join("\n", log) + '\n');
    }

    private static String record(int connection, long request, long hash) {
        String id = new EventId(RUN, 1, connection, request).text();
        return "{\"_relay\":{},\"id\":\"%s\",\"_relay_hash\":\"sha256:%016x%s\"}".formatted(id, hash, "0".repeat(48));
    }
}
