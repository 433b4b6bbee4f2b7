package dev.cairn.relay.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import dev.cairn.protocol.json.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/// One JSON object a line, in a form that stays: `at`, `level`, `logger`, `message`, those of the event's keys
/// that are declared in [LogKeys], and `error` with a stack trace where there is one.
final class NdjsonEncoder extends EncoderBase<ILoggingEvent> {

    private static final byte[] NOTHING = {};

    @Override
    public byte[] headerBytes() {
        return NOTHING;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        JsonText line = JsonText.object()
                .put("at", event.getInstant().toString())
                .put("level", event.getLevel().toString().toLowerCase(Locale.ROOT))
                .put("logger", event.getLoggerName())
                .put("message", event.getFormattedMessage());
        LogKeys.of(event).forEach(pair -> put(line, pair));
        if (event.getThrowableProxy() != null) {
            line.put("error", ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return NOTHING;
    }

    private static void put(JsonText line, KeyValuePair pair) {
        String key = pair.key;
        if (pair.value instanceof Long
                || pair.value instanceof Integer) { // A pattern switch would slow down the start.
            line.put(key, ((Number) pair.value).longValue());
        } else if (pair.value instanceof Boolean flag) {
            line.put(key, flag.booleanValue());
        } else {
            line.put(key, pair.value == null ? null : pair.value.toString());
        }
    }
}
