package dev.cairn.relay.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.LogFileVerifier;
import dev.cairn.protocol.audit.LogListener;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.LogVerdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What a log holds once nobody writes to it: read by a verifier for the chain, and as plain text for the events.
final class StoredEvents {

    private static final Pattern RECORD =
            Pattern.compile("\"id\":\"([^\"]+)\".*\"_relay_hash\":\"(sha256:[0-9a-f]{64})\"}$");

    private StoredEvents() {}

    /// The log verifies from the first byte to the last.
    static LogState intact(Path log) throws IOException, InterruptedException {
        LogVerdict verdict = new LogFileVerifier(log, 1).verify(LogState.START, LogListener.NONE, _ -> {});
        assertThat(verdict).as("verdict on %s", log).isInstanceOf(LogVerdict.Intact.class);
        return verdict.state();
    }

    /// Each event's id and the hash of its record; fails if an id occurs twice.
    static Map<String, String> hashesById(Path log) throws IOException {
        Map<String, String> found = new HashMap<>();
        try (Stream<String> lines = Files.lines(log, StandardCharsets.UTF_8)) {
            lines.filter(line -> !line.contains("\"type\":\"heartbeat\"")).forEach(line -> {
                Matcher record = RECORD.matcher(line);
                if (record.find()) {
                    assertThat(found.put(record.group(1), record.group(2)))
                            .as("second record of event %s", record.group(1))
                            .isNull();
                }
            });
        }
        return found;
    }
}
