package dev.cairn.relay.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;
import org.slf4j.event.KeyValuePair;

/// What one class logs while a test listens.
public final class HeardLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Logger logger;
    private final List<ILoggingEvent> heard = new CopyOnWriteArrayList<>();

    private HeardLog(Logger logger) {
        this.logger = logger;
        setContext(logger.getLoggerContext());
        start();
    }

    public static HeardLog of(Class<?> source) {
        Logger logger = (Logger) LoggerFactory.getLogger(source);
        HeardLog log = new HeardLog(logger);
        logger.setLevel(Level.INFO); // Whatever a command that ran here before wanted to hear.
        logger.addAppender(log);
        return log;
    }

    @Override
    protected void append(ILoggingEvent event) {
        heard.add(event);
    }

    public int size() {
        return heard.size();
    }

    /// What the lines say, in order.
    public List<String> messages() {
        return heard.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    /// The values that the lines have for a key, in order; those without it are left out.
    public List<String> values(String key) {
        return heard.stream()
                .flatMap(
                        event -> Objects.requireNonNullElse(event.getKeyValuePairs(), List.<KeyValuePair>of()).stream())
                .filter(pair -> pair.key.equals(key))
                .map(pair -> String.valueOf(pair.value))
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        stop();
    }
}
