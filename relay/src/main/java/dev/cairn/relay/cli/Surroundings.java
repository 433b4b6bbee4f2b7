package dev.cairn.relay.cli;

import dev.cairn.relay.log.Logs;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What a command has around it: its streams, what is behind them, and its environment.
///
/// @param inIsTerminal whether a person types what is read from `in`
/// @param outIsTerminal whether a person reads `out` as it is written
/// @param errIsTerminal likewise `err`, where progress is shown
/// @param environment a variable's value, or null
public record Surroundings(
        InputStream in,
        PrintStream out,
        PrintStream err,
        boolean inIsTerminal,
        boolean outIsTerminal,
        boolean errIsTerminal,
        Function<String, @Nullable String> environment) {

    private static final int BUFFER_BYTES = 1 << 16;

    /// Those of this process. Output is UTF-8 whatever the locale says: it holds JSON.
    public static Surroundings ofProcess() {
        boolean outIsTerminal = isTerminal(1);
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        return new Surroundings(
                System.in,
                new PrintStream(new BufferedOutputStream(out, BUFFER_BYTES), outIsTerminal, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                isTerminal(0),
                outIsTerminal,
                isTerminal(2),
                System::getenv);
    }

    /// The variable's value, or null when it is unset or empty.
    @Nullable
    String variable(String name) {
        String value = environment.apply(name);
        return value == null || value.isEmpty() ? null : value;
    }

    Style style() {
        return outIsTerminal && variable("NO_COLOR") == null && !"dumb".equals(variable("TERM"))
                ? Style.COLOURED
                : Style.PLAIN;
    }

    /// Sends the log to standard error from now on, in the form for whoever reads it there.
    void log(String level) {
        Logs.toStandardError(errIsTerminal ? Logs.Format.PRETTY : Logs.Format.NDJSON, level);
    }

    /// Whether a file descriptor of this process is a terminal; Java only says so of input and output together.
    private static boolean isTerminal(int descriptor) {
        Path link = Path.of("/proc/self/fd/" + descriptor);
        if (Files.isSymbolicLink(link)) {
            try {
                String target = Files.readSymbolicLink(link).toString();
                return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
            } catch (IOException _) {
                return false;
            }
        }
        return Objects.requireNonNull(System.console()).isTerminal(); // It is null on Java 21 and older only.
    }
}
