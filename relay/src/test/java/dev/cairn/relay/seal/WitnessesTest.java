package dev.cairn.relay.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.protocol.audit.Tip;
import dev.cairn.protocol.file.UnsafeFileException;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.relay.bus.BusMessage.Degraded;
import dev.cairn.relay.bus.BusMessage.QuorumLost;
import dev.cairn.relay.bus.BusMessage.QuorumMet;
import dev.cairn.relay.bus.BusMessage.WitnessContradiction;
import dev.cairn.relay.bus.SealedStore;
import dev.cairn.relay.seal.StandInWitness.Mood;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Seals and the witnesses who confirm them, on real ports and real files (`specs/audit-relay.md` 6.1).
@Timeout(60)
class WitnessesTest {

    @TempDir
    private Path dir;

    private final FakeChain chain = new FakeChain();

    @Test
    void saysThatTheNewestSealHasItsQuorumAndKeepsWhatWitnessesGave() throws Exception {
        chain.grow(3);
        try (var first = new StandInWitness(Mood.CONFIRMS);
                var second = new StandInWitness(Mood.CONFIRMS);
                var broken = new StandInWitness(Mood.REFUSES);
                var seals = RunningSeals.start(dir, StandInWitness.config(2, first, second, broken), chain)) {
            RunningSeals.until(() -> Boolean.TRUE.equals(seals.state.get().quorumMet()));
            RunningSeals.until(() -> records().size() == 1);

            Seal seal = seals.seals().getFirst();
            assertThat(first.asked.getFirst().getJsonObject("seal").getString("signature"))
                    .isEqualTo(seal.signature());
            assertThat(first.asked.getFirst().getLong("relay_event_count")).isEqualTo(3);
            Tip sealed = new Tip(FakeChain.hash(3), 3);
            RunningSeals.until(() -> seals.told.contains(new QuorumMet(SealedStore.AUDIT, sealed, 2, 2)));
            assertThat(seals.meters.get("cairn.witness.quorum.met").gauge().value())
                    .isEqualTo(1);
        }
        JsonObject record = records().getFirst();
        assertThat(record.getBoolean("quorum_met")).isTrue();
        assertThat(record.getInteger("succeeded")).isEqualTo(2);
        assertThat(record.getInteger("failed")).isEqualTo(1);
    }

    @Test
    void saysThatTheQuorumIsMissingAndAsksAgainUntilItIsNot() throws Exception {
        chain.grow(1);
        try (var witness = new StandInWitness(Mood.REFUSES);
                var seals = RunningSeals.start(dir, StandInWitness.config(1, witness), chain)) {
            RunningSeals.until(() -> seals.told.stream().anyMatch(QuorumLost.class::isInstance));
            assertThat(seals.state.get().quorumMet()).isFalse();
            assertThat(seals.meters.get("cairn.witness.quorum.lost").counter().count())
                    .isEqualTo(1);

            witness.turn(Mood.CONFIRMS);
            RunningSeals.until(() -> Boolean.TRUE.equals(seals.state.get().quorumMet()));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SIGNS_ANOTHER", "HOLDS_ANOTHER", "CONFLICTS"})
    void whatAWitnessSaysAgainstASealIsToldOnceAndKept(Mood mood) throws Exception {
        chain.grow(3);
        try (var liar = new StandInWitness(mood);
                var slow = new StandInWitness(Mood.REFUSES);
                var seals = RunningSeals.start(dir, StandInWitness.config(1, liar, slow), chain)) {
            RunningSeals.until(() -> seals.told.stream().anyMatch(WitnessContradiction.class::isInstance));
            RunningSeals.until(() -> slow.asked.size() == 2);
            slow.turn(Mood.CONFIRMS);
            RunningSeals.until(() -> Boolean.TRUE.equals(seals.state.get().quorumMet()));

            assertThat(liar.asked).hasSize(1);
            assertThat(seals.state.get().contradictions()).isEqualTo(1);
            assertThat(seals.meters
                            .get("cairn.witness.contradictions")
                            .counter()
                            .count())
                    .isEqualTo(1);
            assertThat(seals.told)
                    .filteredOn(WitnessContradiction.class::isInstance)
                    .singleElement()
                    .satisfies(told -> {
                        WitnessContradiction said = (WitnessContradiction) told;
                        assertThat(said.tip()).isEqualTo(new Tip(FakeChain.hash(3), 3));
                        assertThat(said.witness()).isEqualTo(liar.name());
                        assertThat(said.what().signer()).isEqualTo(mood == Mood.CONFLICTS ? null : liar.publicKey());
                    });
            assertThat(seals.told).noneMatch(Degraded.class::isInstance); // No witness makes a relay unready.
        }
        assertThat(records().getFirst().getJsonArray("responses").encode())
                .contains(
                        mood == Mood.CONFLICTS
                                ? "\"error\":\"HTTP 409\""
                                : StandInWitness.anotherTip().text());
    }

    @Test
    void whatAWitnessSaidAgainstASealIsToldAgainAtStart() throws Exception {
        chain.grow(1);
        try (var owner = new StandInWitness(Mood.HOLDS_ANOTHER);
                var silent = new StandInWitness(Mood.REFUSES)) {
            String config = StandInWitness.config(1, owner, silent);
            try (var seals = RunningSeals.start(dir, config, chain)) {
                RunningSeals.until(() -> records().size() >= 3);
                assertThat(seals.state.get().contradictions()).isEqualTo(1);
            }

            try (var seals = RunningSeals.start(dir, config, chain)) {
                RunningSeals.until(() -> seals.told.stream().anyMatch(WitnessContradiction.class::isInstance));
                RunningSeals.until(() -> silent.asked.size() >= 4);

                assertThat(owner.asked).hasSize(1);
                assertThat(seals.state.get().contradictions()).isEqualTo(1);
            }
        }
    }

    @Test
    void anOverdueQuorumIsSaidUntilItIsMet() throws Exception {
        chain.grow(1);
        try (var witness = new StandInWitness(Mood.REFUSES)) {
            String config =
                    StandInWitness.config(1, witness).replace("{\"enabled\"", "{\"overdue_seconds\":1,\"enabled\"");
            try (var seals = RunningSeals.start(dir, config, chain)) {
                assertThat(overdue(seals)).isZero();
                RunningSeals.until(() -> seals.state.get().quorumOverdue());
                assertThat(overdue(seals)).isEqualTo(1);
                chain.grow(2);
                seals.pass(Duration.ofMinutes(15));
                seals.awaitSeals(2);
                assertThat(seals.state.get().quorumOverdue()).isTrue();

                witness.turn(Mood.CONFIRMS);
                RunningSeals.until(() -> !seals.state.get().quorumOverdue());
                assertThat(overdue(seals)).isZero();
            }
        }
    }

    private static double overdue(RunningSeals seals) {
        return seals.meters.get("cairn.witness.quorum.overdue").gauge().value();
    }

    @Test
    void aWitnessThatHangsIsWaitedForAsLongAsConfigured() throws Exception {
        chain.grow(1);
        try (var witness = new StandInWitness(Mood.HANGS);
                var _ = RunningSeals.start(
                        dir,
                        StandInWitness.config(1, witness)
                                .replace("{\"enabled\"", "{\"try_timeout_seconds\":1,\"enabled\""),
                        chain)) {
            RunningSeals.until(() -> !records().isEmpty());
        }

        assertThat(records().getFirst().getJsonArray("responses").encode()).contains("timed out after 1000 ms");
    }

    @Test
    void aNewerSealBeginsWithoutAQuorum() throws Exception {
        chain.grow(1);
        try (var witness = new StandInWitness(Mood.CONFIRMS);
                var seals = RunningSeals.start(dir, StandInWitness.config(1, witness), chain)) {
            RunningSeals.until(() -> Boolean.TRUE.equals(seals.state.get().quorumMet()));
            witness.turn(Mood.HANGS);
            chain.grow(2);
            seals.pass(Duration.ofMinutes(15));
            seals.awaitSeals(2);

            assertThat(seals.state.get().quorumMet()).isFalse();
        }
    }

    @Test
    void goesOnAtStartWithWhatWasNotConfirmed() throws Exception {
        chain.grow(1);
        try (var witness = new StandInWitness(Mood.REFUSES)) {
            String config = StandInWitness.config(1, witness);
            try (var seals = RunningSeals.start(dir, config, chain)) {
                RunningSeals.until(() -> records().size() == 1);
                assertThat(seals.seals()).hasSize(1);
            }
            witness.turn(Mood.CONFIRMS);

            try (var seals = RunningSeals.start(dir, config, chain)) {
                RunningSeals.until(() -> Boolean.TRUE.equals(seals.state.get().quorumMet()));
                assertThat(seals.seals()).hasSize(1);
            }
        }

        assertThat(records())
                .extracting(record -> record.getInteger("attempt"))
                .startsWith(1, 2)
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(records().getLast().getBoolean("quorum_met")).isTrue();
    }

    @Test
    void givesTheWitnessesOfTheLastSealALittleTimeAndNoMore() throws Exception {
        try (var witness = new StandInWitness(Mood.HANGS);
                var seals = RunningSeals.start(dir, StandInWitness.config(1, witness), chain)) {
            seals.awaitSeals(0); // The one at start found nothing to seal.
            chain.grow(1);
            long begun = System.nanoTime();

            seals.stop();

            assertThat(witness.asked).hasSize(1);
            assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(6));
        }
        assertThat(RunningSeals.seals(dir)).hasSize(1);
    }

    /// Again and again, as the answer comes while the files are being closed.
    @RepeatedTest(25)
    void recordsTheConfirmationOfTheLastSealWhenItComesInTime() throws Exception {
        try (var witness = new StandInWitness(Mood.CONFIRMS)) {
            try (var seals = RunningSeals.start(dir, StandInWitness.config(1, witness), chain)) {
                seals.awaitSeals(0);
                chain.grow(1);
            }
            assertThat(witness.asked).hasSize(1);
        }

        assertThat(records())
                .singleElement()
                .satisfies(record -> assertThat(record.getBoolean("quorum_met")).isTrue());
    }

    @Test
    void refusesAWitnessFileThatOthersMayWrite() throws Exception {
        try (var witness = new StandInWitness(Mood.CONFIRMS)) {
            Path file = Files.createFile(dir.resolve(WitnessFile.NAME));
            Vectors.chmod(file, "rw-rw-rw-");

            assertThatThrownBy(() -> RunningSeals.start(dir, StandInWitness.config(1, witness), chain))
                    .isInstanceOf(UnsafeFileException.class)
                    .hasMessageContaining(file.toString());
        }
    }

    private List<JsonObject> records() {
        try {
            return Files.readAllLines(dir.resolve(WitnessFile.NAME)).stream()
                    .map(JsonObject::new)
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
