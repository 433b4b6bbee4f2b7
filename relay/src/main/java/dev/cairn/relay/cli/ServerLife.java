package dev.cairn.relay.cli;

import dev.cairn.relay.Relay;
import dev.cairn.relay.config.ListenRefusedException;
import io.vertx.core.Future;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The life of a process that serves: starts, waits for the wish to stop, stops within its time.
final class ServerLife {

    private static final int START_SECONDS = 600; // To open the doors; the log is read before, however long that takes.
    private static final int STOP_SECONDS = 20;
    private static final int INTERRUPTED = 130;

    private final String what;
    private final Logger log;

    private ServerLife(String what, Logger log) {
        this.what = what;
        this.log = log;
    }

    /// Sets up logging for a process that is, for instance, `the relay`.
    static ServerLife of(String what, Surroundings surroundings, String logLevel) {
        surroundings.log(logLevel);
        return new ServerLife(what, LoggerFactory.getLogger(ServerLife.class));
    }

    Logger log() {
        return log;
    }

    /// Starts a server, which is given what to call when it cannot go on, and waits until it is ready.
    ///
    /// @param otherAddress what to do if it cannot have the address that it is to listen on
    <S> S start(String otherAddress, Function<Consumer<Throwable>, Future<S>> starter) {
        try {
            return starter.apply(this::die)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (Relay.isOperatorsMatter(cause)) {
                throw CommandFailedException.failed(
                        String.valueOf(cause.getMessage()),
                        cause instanceof ListenRefusedException ? otherAddress : "");
            }
            throw new IllegalStateException(what + " cannot start", cause);
        } catch (TimeoutException e) {
            throw new IllegalStateException(what + " did not start within " + START_SECONDS + " s", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Completes on the first SIGTERM or Ctrl-C; a second one ends the process at once.
    static CompletableFuture<Void> stopWish() {
        CompletableFuture<Void> stop = new CompletableFuture<>();
        AtomicInteger wishes = new AtomicInteger();
        Signals.onStop(() -> {
            if (wishes.incrementAndGet() > 1) {
                Runtime.getRuntime().halt(INTERRUPTED);
            }
            stop.complete(null);
        });
        return stop;
    }

    /// Stops a server and returns the process's exit code.
    Integer stop(Supplier<Future<Void>> stopper) {
        try {
            stopper.get().toCompletionStage().toCompletableFuture().get(STOP_SECONDS, TimeUnit.SECONDS);
            log.atInfo().log("stopped");
            return ExitCode.GOOD;
        } catch (ExecutionException e) {
            log.atError().setCause(e.getCause()).log("{} did not stop in order", what);
        } catch (TimeoutException _) {
            log.atError().addKeyValue("seconds", STOP_SECONDS).log("{} did not stop in time", what);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return ExitCode.BUG;
    }

    /// Nobody can say what is durable: only a new process, which reads what is really there, can go on.
    private void die(Throwable failure) {
        log.atError().setCause(failure).log("{} ends: it cannot go on safely", what);
        Runtime.getRuntime().halt(ExitCode.BUG);
    }
}
