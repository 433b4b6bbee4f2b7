package dev.cairn.relay.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.relay.seal.StandInWitness.Mood;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A log that was set back and then accepted by the operator goes on without the switch; one that is set
/// back again does not (`specs/audit-relay.md` 4.3).
@Timeout(120)
class AcceptedSetBackTest {

    private static final String ACCEPTS = "{\"audit\":{\"accept_damage\":true}}";
    private static final List<String> STORE = List.of("events.relay.jsonl", "relay.checkpoint");

    @TempDir
    private Path dir;

    @TempDir
    private Path aside;

    @Test
    void sealsThatWereSetBackBehindTheBackOfWitnessesAreAcceptedOnce() throws Exception {
        try (var witness = new StandInWitness(Mood.CONFIRMS)) {
            String witnessed = StandInWitness.config(1, witness);
            run(witnessed, "a");
            keep(RecoveredSeals.NAME);
            run(witnessed, "b");
        }
        setBack(RecoveredSeals.NAME);

        assertRefused("{}", "as witnesses.relay.jsonl tells");
        run(ACCEPTS);
        run("{}");
        run("{}", "c");
        run(ACCEPTS);
        assertThat(notes()).isEqualTo(1);

        setBack(RecoveredSeals.NAME);
        assertRefused("{}", "as witnesses.relay.jsonl tells");
    }

    @Test
    void aLogThatIsShorterThanItsSealsIsAcceptedOnceAlthoughNothingIsSealedSince() throws Exception {
        String unsealed = "{\"auto_seal\":{\"enabled\":false}}";
        run("{}", "a");
        keep();
        run("{}", "b", "c");
        setBack();

        assertRefused(unsealed, "which are sealed");
        run("{\"auto_seal\":{\"enabled\":false},\"audit\":{\"accept_damage\":true}}");
        run(unsealed);
        run(unsealed, "d");
        run(unsealed, "e");
        assertThat(notes()).isEqualTo(1);

        setBack();
        assertRefused(unsealed, "which are sealed");
    }

    @Test
    void aLostEndIsAcceptedOnceAlthoughTheRelayIsKilledSoonAfter() throws Exception {
        run("{\"auto_seal\":{\"enabled\":false}}", "a");
        Path log = dir.resolve("events.relay.jsonl");
        Files.copy(log, aside.resolve("events.relay.jsonl"));
        run("{\"auto_seal\":{\"enabled\":false}}", "b", "c");
        Files.copy(aside.resolve("events.relay.jsonl"), log, StandardCopyOption.REPLACE_EXISTING);
        assertRefused("{}", "which were durable");

        try (RunningRelay relay =
                RunningRelay.start(dir, "{\"auto_seal\":{\"enabled\":false},\"audit\":{\"accept_damage\":true}}")) {
            RunningSeals.until(() -> checkpointIsOf(log));
            Files.copy(dir.resolve("relay.checkpoint"), aside.resolve("relay.checkpoint"));
            Files.copy(log, aside.resolve("events.relay.jsonl"), StandardCopyOption.REPLACE_EXISTING);
            assertThat(relay.fatal).isNotDone();
        }
        setBack(); // As if it had been killed there.

        run("{}");
    }

    private static boolean checkpointIsOf(Path log) {
        try {
            String text = Files.readString(log.resolveSibling("relay.checkpoint"));
            return new JsonObject(text).getLong("offset") <= Files.size(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void run(String config, String... events) throws IOException, TimeoutException {
        try (RunningRelay relay = RunningRelay.start(dir, config)) {
            for (String event : events) {
                relay.emit(event);
            }
        }
    }

    private void assertRefused(String config, String why) {
        assertThatThrownBy(() -> run(config)).hasMessageContaining(why).hasMessageContaining("audit.accept_damage");
    }

    private long notes() throws IOException {
        return Files.readAllLines(dir.resolve("events.relay.jsonl")).stream()
                .filter(line -> line.contains("damage_accepted"))
                .count();
    }

    private void keep(String... more) throws IOException {
        copy(dir, aside, more);
    }

    private void setBack(String... more) throws IOException {
        copy(aside, dir, more);
    }

    private static void copy(Path from, Path to, String... more) throws IOException {
        for (String name : STORE) {
            Files.copy(from.resolve(name), to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        for (String name : more) {
            Files.copy(from.resolve(name), to.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
