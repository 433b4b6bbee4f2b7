package dev.cairn.relay.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.cairn.protocol.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import org.slf4j.event.KeyValuePair;

/// One short line for a person: time, level where it matters, message, `key=value`.
final class PrettyEncoder extends EncoderBase<ILoggingEvent> {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());
    private static final byte[] NOTHING = {};

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(TIME.format(event.getInstant())).append("  ");
        if (event.getLevel() != Level.INFO) {
            line.append(event.getLevel()).append("  ");
        }
        line.append(event.getFormattedMessage());
        for (KeyValuePair pair : LogKeys.of(event)) {
            line.append("  ").append(pair.key).append('=').append(shown(pair.value));
        }
        line.append('\n');
        if (event.getThrowableProxy() != null) {
            line.append(ThrowableProxyUtil.asString(event.getThrowableProxy())).append('\n');
        }
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    /// Values with blanks, or with anything that a terminal would act on, in quotes.
    private static String shown(Object value) {
        String text = String.valueOf(value);
        String quoted = JsonString.quoteVisibly(text);
        boolean plain = quoted.length() == text.length() + 2 && text.indexOf(' ') < 0 && !text.isEmpty();
        return plain ? text : quoted;
    }
}
