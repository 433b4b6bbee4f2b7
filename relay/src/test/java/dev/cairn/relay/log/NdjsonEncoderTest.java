package dev.cairn.relay.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class NdjsonEncoderTest {

    @Test
    void anEventIsOneLineWithItsKeys() {
        LoggingEvent event = event("refused");
        event.addKeyValuePair(new KeyValuePair("reason", "a \"quoted\"\nreason\u001b[2J"));
        event.addKeyValuePair(new KeyValuePair("line_bytes", 7L));
        event.addKeyValuePair(new KeyValuePair("message", "not the message"));

        assertThat(encode(new NdjsonEncoder(), event))
                .isEqualTo("{\"at\":\"2026-01-01T00:00:00Z\",\"level\":\"warn\",\"logger\":\"dev.cairn.Test\","
                        + "\"message\":\"refused\",\"reason\":\"a \\\"quoted\\\"\\nreason\\u001b[2J\",\"line_bytes\":7,"
                        + "\"message_\":\"not the message\"}\n");
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
