package dev.cairn.relay.seal;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.seal.StandInWitness.Mood;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What becomes at the stop of seals that are being made (`specs/audit-relay.md` 7).
@Timeout(60)
class SealsAtStopTest {

    @TempDir
    private Path dir;

    @Test
    void nothingIsSealedAnyMoreOnceTheStopHasGivenUpWaitingForIt() throws Exception {
        PressingStore store = new PressingStore();
        try (var witness = new StandInWitness(Mood.HANGS);
                RunningSeals seals = RunningSeals.of(dir, StandInWitness.config(1, witness), store)) {
            RunningSeals.until(() -> store.drafts.size() == 1);
            store.letGoOn();
            RunningSeals.until(() -> store.drafts.size() == 2);

            CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> stop(seals));
            RunningSeals.until(() -> !witness.asked.isEmpty()); // It is published as the wait for further ones is over.
            store.letGoOn();
            stopped.get(20, SECONDS);

            assertThat(RunningSeals.seals(dir)).hasSize(1);
            assertThat(store.sealed).hasSize(1);
            assertThat(store.drafts).hasSize(2);
        }
    }

    private static void stop(RunningSeals seals) {
        try {
            seals.stop();
        } catch (TimeoutException e) {
            throw new AssertionError(e);
        }
    }
}
