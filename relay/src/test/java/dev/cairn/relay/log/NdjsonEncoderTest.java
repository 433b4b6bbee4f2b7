package dev.cairn.relay.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class NdjsonEncoderTest {

    private static final Pattern LOGGED_KEY = Pattern.compile("addKeyValue\\(\\s*\"([^\"]+)\"");

    @Test
    void anEventIsOneLineWithItsKeys() {
        LoggingEvent event = event("refused");
        event.addKeyValuePair(new KeyValuePair("reason", "a \"quoted\"\nreason\u001b[2J"));
        event.addKeyValuePair(new KeyValuePair("bytes", 7L));

        assertThat(encode(new NdjsonEncoder(), event))
                .isEqualTo("{\"at\":\"2026-01-01T00:00:00Z\",\"level\":\"warn\",\"logger\":\"dev.cairn.Test\","
                        + "\"message\":\"refused\",\"reason\":\"a \\\"quoted\\\"\\nreason\\u001b[2J\",\"bytes\":7}\n");
    }

    @Test
    void aKeyThatIsNotDeclaredIsNotPrinted() {
        LoggingEvent event = event("refused");
        event.addKeyValuePair(new KeyValuePair("reason", "of a kind"));
        event.addKeyValuePair(new KeyValuePair("body", "rm -rf"));
        event.addKeyValuePair(new KeyValuePair("message", "not the message"));

        assertThat(encode(new NdjsonEncoder(), event))
                .contains("of a kind")
                .doesNotContain("body", "rm -rf", "not the");
        assertThat(encode(new PrettyEncoder(), event))
                .contains("of a kind")
                .doesNotContain("body", "rm -rf", "not the");
    }

    @Test
    void everyKeyThatIsLoggedIsDeclared() throws IOException {
        Set<String> logged = new TreeSet<>();
        for (String module : List.of("../relay", "../witness-client")) {
            try (Stream<Path> sources = Files.walk(Path.of(module, "src/main/java"))) {
                for (Path source : sources.filter(Files::isRegularFile).toList()) {
                    LOGGED_KEY.matcher(Files.readString(source)).results().forEach(key -> logged.add(key.group(1)));
                }
            }
        }

        assertThat(logged).hasSizeGreaterThan(20).allMatch(LogKeys::isDeclared);
    }

    @Test
    void aPersonGetsAShortLineThatCannotForgeAnother() {
        LoggingEvent event = event("refused");
        event.addKeyValuePair(new KeyValuePair("reason", "x\n12:00:00  all is well"));
        event.addKeyValuePair(new KeyValuePair("count", 3));

        assertThat(encode(new PrettyEncoder(), event))
                .endsWith("  WARN  refused  reason=\"x\\n12:00:00  all is well\"  count=3\n");
    }

    @Test
    void whatCannotBeSeenIsShown() {
        LoggingEvent event = event("refused");
        event.addKeyValuePair(new KeyValuePair("exe", "/bin/\u202egpj.x\u200b\u2066"));

        assertThat(encode(new PrettyEncoder(), event))
                .endsWith("  WARN  refused  exe=\"/bin/\\u202egpj.x\\u200b\\u2066\"\n");
        assertThat(encode(new NdjsonEncoder(), event)).contains("\"exe\":\"/bin/\\u202egpj.x\\u200b\\u2066\"");
    }

    private static LoggingEvent event(String message) {
        LoggerContext context = new LoggerContext();
        LoggingEvent event = new LoggingEvent("", context.getLogger("dev.cairn.Test"), Level.WARN, message, null, null);
        event.setInstant(Instant.parse("2026-01-01T00:00:00Z"));
        return event;
    }

    private static String encode(ch.qos.logback.core.encoder.Encoder<ILoggingEvent> encoder, ILoggingEvent event) {
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }
}
