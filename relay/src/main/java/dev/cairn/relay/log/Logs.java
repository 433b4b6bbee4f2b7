package dev.cairn.relay.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sets up logging, in code: parsing a file of XML would be a fifth of the relay's start.
public final class Logs {

    /// Who reads the log.
    public enum Format {
        /// A person, on a terminal.
        PRETTY,
        /// A program: newline-delimited JSON.
        NDJSON
    }

    /// How much is logged, from everything to the least.
    public static final List<String> LEVELS = List.of("debug", "info", "warn", "error");

    private Logs() {}

    /// Sends everything of `level` and above to standard error; of libraries, warnings and above.
    ///
    /// @param level one of [#LEVELS]
    public static void toStandardError(Format format, String level) {
        System.setProperty("slf4j.internal.verbosity", "WARN");
        System.setProperty("slf4j.provider", LogbackProvider.class.getName());
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        Encoder<ILoggingEvent> encoder = format == Format.PRETTY ? new PrettyEncoder() : new NdjsonEncoder();
        encoder.setContext(context);
        encoder.start();
        ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
        stderr.setContext(context);
        stderr.setName("stderr");
        stderr.setTarget("System.err");
        stderr.setEncoder(encoder);
        stderr.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(stderr);
        context.getLogger("dev.cairn").setLevel(Level.valueOf(level));
    }
}
