package dev.cairn.relay.bus;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.bus.BusMessage.Appended;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.lang.Thread.UncaughtExceptionHandler;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How a worker stops that answers questions.
@Timeout(60)
class LeaveTest {

    private static final int ROUNDS = 200;

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.on(vertx);
    private final List<Throwable> uncaught = new CopyOnWriteArrayList<>();
    private final UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();

    @BeforeEach
    void watch() {
        Thread.setDefaultUncaughtExceptionHandler((_, failure) -> uncaught.add(failure));
    }

    @AfterEach
    void tidy() throws Exception {
        vertx.close().await(10, SECONDS);
        Thread.setDefaultUncaughtExceptionHandler(before);
    }

    @Test
    void aWorkerThatLeavesEndsWithoutATrace() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            String id = deploy(new Worker(bus));
            vertx.undeploy(id).await(10, SECONDS);
        }

        assertThat(uncaught).isEmpty();
    }

    @Test
    void aWorkerWhoseThreadHangsDoesNotKeepTheOthers() throws Exception {
        CountDownLatch hang = new CountDownLatch(1);
        String id = deploy(new HangingWorker(bus, hang));

        Future<Void> undeployed = vertx.undeploy(id);

        try {
            undeployed.await(10, SECONDS);
        } finally {
            hang.countDown();
        }
    }

    private String deploy(VerticleBase worker) throws Exception {
        return vertx.deployVerticle(
                        worker,
                        new DeploymentOptions()
                                .setThreadingModel(ThreadingModel.WORKER)
                                .setWorkerPoolName("worker")
                                .setWorkerPoolSize(1))
                .await(10, SECONDS);
    }

    private static final class HangingWorker extends VerticleBase {

        private final Bus bus;
        private final CountDownLatch hang;

        HangingWorker(Bus bus, CountDownLatch hang) {
            this.bus = bus;
            this.hang = hang;
        }

        @Override
        public Future<?> start() {
            return bus.answer(Address.NOTE_AUDIT, _ -> Future.succeededFuture(new Appended()));
        }

        @Override
        public Future<?> stop() {
            context.runOnContext(_ -> hang());
            Promise<Void> last = Promise.promise();
            CompletableFuture.delayedExecutor(2, MILLISECONDS).execute(last::complete);
            return last.future().eventually(() -> bus.leave(context));
        }

        private void hang() {
            try {
                hang.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class Worker extends VerticleBase {

        private final Bus bus;

        Worker(Bus bus) {
            this.bus = bus;
        }

        @Override
        public Future<?> start() {
            return bus.answer(Address.NOTE_AUDIT, _ -> Future.succeededFuture(new Appended()));
        }

        @Override
        public Future<?> stop() {
            Promise<Void> last = Promise.promise();
            // As a wait ends for which a timer or a socket was needed, while the worker has nothing to do.
            CompletableFuture.delayedExecutor(2, MILLISECONDS).execute(last::complete);
            return last.future().eventually(() -> bus.leave(context));
        }
    }
}
