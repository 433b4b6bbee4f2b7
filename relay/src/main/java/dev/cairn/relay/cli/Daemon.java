package dev.cairn.relay.cli;

import dev.cairn.relay.Relay;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.log.Logs;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The relay as a process: starts it, says that it is ready, waits for the wish to stop.
final class Daemon {

    private static final int START_SECONDS = 600; // Recovery of a huge log without a checkpoint reads all of it.
    private static final int STOP_SECONDS = 20;
    private static final int INTERRUPTED = 130;

    private final Surroundings surroundings;
    private final DaemonOptions options;
    private final @Nullable Path configFile;

    Daemon(Surroundings surroundings, DaemonOptions options, @Nullable Path configFile) {
        this.surroundings = surroundings;
        this.options = options;
        this.configFile = configFile;
    }

    /// Runs a relay until SIGTERM or Ctrl-C and returns the exit code.
    Integer run(RelayConfig config, List<String> warnings) {
        Logs.Format format = surroundings.errIsTerminal() ? Logs.Format.PRETTY : Logs.Format.NDJSON;
        Logs.toStandardError(format, options.logLevel());
        Logger log = LoggerFactory.getLogger(Daemon.class);
        warnings.forEach(warning -> log.atWarn().addKeyValue("problem", warning).log("configuration"));
        DataDirectory directory =
                DataDirectory.prepare(config.dataDir(), config.audit().wellKnownPaths());
        Relay relay = start(config, log);
        CompletableFuture<Void> stop = new CompletableFuture<>();
        AtomicInteger wishes = new AtomicInteger();
        Signals.onStop(() -> {
            if (wishes.incrementAndGet() > 1) {
                Runtime.getRuntime().halt(INTERRUPTED);
            }
            stop.complete(null);
        });
        ReadyReport report = new ReadyReport(surroundings, config, relay.doors(), configFile);
        directory.announce(report.toJson());
        report.print(options.json());
        log.atInfo().addKeyValue("pid", ProcessHandle.current().pid()).log("ready");
        stop.join();
        log.atInfo().log("stopping");
        directory.withdraw();
        return stop(relay, log);
    }

    private static Relay start(RelayConfig config, Logger log) {
        try {
            return Relay.start(config, failure -> die(failure, log))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (Relay.isOperatorsMatter(cause)) {
                throw CommandFailedException.failed(String.valueOf(cause.getMessage()));
            }
            throw new IllegalStateException("the relay cannot start", cause);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the relay did not start within " + START_SECONDS + " s", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Nobody can say what is durable: only a new process, which reads what is really there, can go on.
    private static void die(Throwable failure, Logger log) {
        log.atError().setCause(failure).log("the relay ends: it cannot go on safely");
        Runtime.getRuntime().halt(ExitCode.BUG);
    }

    private static Integer stop(Relay relay, Logger log) {
        try {
            relay.stop().toCompletionStage().toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
            log.atInfo().log("stopped");
            return ExitCode.GOOD;
        } catch (ExecutionException e) {
            log.atError().setCause(e.getCause()).log("the relay did not stop in order");
        } catch (TimeoutException _) {
            log.atError().addKeyValue("seconds", STOP_SECONDS).log("the relay did not stop in time");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return ExitCode.BUG;
    }
}
