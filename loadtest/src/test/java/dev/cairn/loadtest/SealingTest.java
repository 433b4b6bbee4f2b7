package dev.cairn.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealingTest {

    private static final String SEALED =
            "{\"ok\":true,\"sealed_at\":\"2026-01-01T00:00:00.000Z\",\"chained_events\":1}";

    @TempDir
    Path directory;

    private final List<String> asked = new CopyOnWriteArrayList<>();

    @Test
    void asksForASealEverySecond() throws Exception {
        Path socket = directory.resolve("relay.sock");

        try (TinyRelay _ = TinyRelay.on(socket, line -> note(line, SEALED))) {
            Sealing sealing = Sealing.start(socket);
            try (sealing) {
                assertThat(Until.holds(() -> asked.size() == 2)).isTrue();
            }

            assertThat(asked).containsOnly("{\"protocol_version\":1,\"type\":\"seal\"}");
            assertThat(sealing.millis()).hasSizeBetween(1, 2).allMatch(millis -> millis < 1_000);
            assertThat(sealing.fault()).isEmpty();
        }
    }

    @Test
    void saysThatTheRelayDoesNotSeal() throws Exception {
        Path socket = directory.resolve("relay.sock");

        try (TinyRelay _ = TinyRelay.on(socket, line -> note(line, "{\"ok\":false,\"error\":\"too many\"}"))) {
            Sealing sealing = Sealing.start(socket);
            try (sealing) {
                assertThat(Until.holds(() -> !sealing.fault().isEmpty())).isTrue();
            }

            assertThat(sealing.fault()).contains("does not seal", "too many");
            assertThat(asked).hasSize(1);
        }
    }

    private String note(String line, String answer) {
        asked.add(line);
        return answer;
    }
}
