package dev.cairn.relay.cli;

import dev.cairn.relay.Relay;
import dev.cairn.relay.chain.StartGivenUpException;
import dev.cairn.relay.config.ListenRefusedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The life of a process that serves: starts, waits for the wish to stop, stops within its time.
final class ServerLife {

    private static final int START_SECONDS = 600; // To open the doors; the log is read before, however long that takes.
    private static final int STOP_SECONDS = 30; // What the parts allow themselves, one after the other.
    private static final int INTERRUPTED = 130;

    private final String what;
    private final Logger log;
    private final Promise<Void> wish = Promise.promise();

    private ServerLife(String what, Logger log) {
        this.what = what;
        this.log = log;
    }

    /// Sets up logging for a process that is, for instance, `the relay`, and hears the wish to stop from
    /// now on.
    static ServerLife of(String what, Surroundings surroundings, String logLevel) {
        surroundings.log(logLevel);
        ServerLife life = new ServerLife(what, LoggerFactory.getLogger(ServerLife.class));
        life.hearWish();
        return life;
    }

    Logger log() {
        return log;
    }

    /// What starts a server.
    interface Starter<S> {

        /// @param giveUp completed on the wish to stop
        /// @param onFatal to be called when it cannot go on
        Future<S> start(Future<Void> giveUp, Consumer<Throwable> onFatal);
    }

    /// Starts a server and waits until it is ready; empty when it was to stop before that, and has.
    ///
    /// @param otherAddress what to do if it cannot have the address that it is to listen on
    <S> Optional<S> start(String otherAddress, Starter<S> starter) {
        try {
            return Optional.of(await(starter.start(wish.future(), this::die)));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof StartGivenUpException) {
                log.atInfo().log("stopped while it started");
                return Optional.empty();
            }
            if (Relay.isOperatorsMatter(cause)) {
                throw CommandFailedException.failed(
                        String.valueOf(cause.getMessage()),
                        cause instanceof ListenRefusedException ? otherAddress : "");
            }
            if (wish.future().isComplete()) {
                throw CommandFailedException.failed(what + " did not stop in order: " + cause.getMessage());
            }
            throw new IllegalStateException(what + " cannot start", cause);
        } catch (TimeoutException e) {
            if (wish.future().isComplete()) {
                throw CommandFailedException.failed(what + " did not stop in time");
            }
            throw new IllegalStateException(what + " did not start within " + START_SECONDS + " s", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A start that is no longer wished has only the time of a stop left.
    private <S> S await(Future<S> starting) throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<S> started = starting.toCompletionStage().toCompletableFuture();
        CompletableFuture<Void> wished = wish.future().toCompletionStage().toCompletableFuture();
        CompletableFuture.anyOf(started, wished).get(START_SECONDS, TimeUnit.SECONDS);
        return started.get(STOP_SECONDS, TimeUnit.SECONDS);
    }

    /// SIGTERM, Ctrl-C and the end of the terminal are the wish; a second Ctrl-C ends the process at once.
    /// SIGTERM and SIGHUP may come more than once, or beside each other, and hasten nothing: `timeout` signals
    /// the process and then its group.
    private void hearWish() {
        AtomicInteger interrupts = new AtomicInteger();
        Signals.on("INT", () -> {
            if (interrupts.incrementAndGet() > 1) {
                Runtime.getRuntime().halt(INTERRUPTED);
            }
            wish.tryComplete();
        });
        Signals.on("TERM", wish::tryComplete);
        Signals.on("HUP", wish::tryComplete);
    }

    /// Waits for SIGTERM, Ctrl-C or the end of the terminal.
    void awaitWish() {
        wish.future().toCompletionStage().toCompletableFuture().join();
    }

    /// Stops a server and returns the process's exit code: failed when something was not
    /// stored, or is not ended.
    ///
    /// @param drain what it may take on top, as it was told to wait for others
    Integer stop(Supplier<Future<Void>> stopper, Duration drain) {
        long seconds = STOP_SECONDS + drain.toSeconds();
        try {
            stopper.get().toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
            log.atInfo().log("stopped");
            return ExitCode.GOOD;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            log.atError()
                    .setCause(cause)
                    .addKeyValue("reason", cause.getMessage())
                    .log("{} did not stop in order", what);
        } catch (TimeoutException _) {
            log.atError().addKeyValue("seconds", seconds).log("{} did not stop in time", what);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return ExitCode.FAILED;
    }

    /// Nobody can say what is durable: only a new process, which reads what is really there, can go on.
    private void die(Throwable failure) {
        log.atError().setCause(failure).log("{} ends: it cannot go on safely", what);
        Runtime.getRuntime().halt(ExitCode.BUG);
    }
}
