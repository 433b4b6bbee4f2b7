package dev.cairn.relay.seal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.AuditAnswer.NotSealed;
import dev.cairn.protocol.audit.AuditAnswer.SealMade;
import dev.cairn.protocol.audit.AuditAnswer.ToSeal;
import dev.cairn.protocol.audit.HeartbeatNote.KeyRotated;
import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.seal.Keyring;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealReport;
import dev.cairn.relay.bus.BusMessage.Degraded;
import dev.cairn.relay.bus.BusMessage.Recovered;
import dev.cairn.relay.bus.BusMessage.Sealed;
import dev.cairn.relay.bus.ChainStatus.Refusing;
import dev.cairn.relay.bus.ChainStatus.Serving;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// When the chain is sealed, and what comes of it (`specs/audit-relay.md` 7).
@Timeout(60)
class SealVerticleTest {

    private static final Duration INTERVAL = Duration.ofMinutes(15);

    @TempDir
    private Path dir;

    private final FakeChain chain = new FakeChain();

    @Test
    void sealsAtStartAndAtStopWhatIsNotSealedYet() throws Exception {
        chain.grow(3);
        try (RunningSeals seals = RunningSeals.start(dir, "{}", chain)) {
            seals.awaitSeals(1);
            chain.grow(5);
            seals.stop();
        }

        assertThat(counts()).containsExactly(3L, 5L);
        SealReport report = RunningSeals.report(dir);
        assertThat(report.faults()).isEmpty();
        assertThat(report.signed()).isEqualTo(2);
        assertThat(report.unlinked()).isZero();
        assertThat(report.last()).isNotNull().satisfies(last -> {
            assertThat(last.payload().tip()).isEqualTo(FakeChain.hash(5));
            assertThat(last.link())
                    .isNotNull()
                    .satisfies(link -> assertThat(link.logOffset()).isEqualTo(5 * FakeChain.LINE));
        });
    }

    @Test
    void sealsEachPeriodOfTheMonotonicClockIfEnoughHasCome() throws Exception {
        String config = "{\"auto_seal\":{\"min_events_between_seals\":3,\"at_stop\":false}}";
        chain.grow(2);
        try (RunningSeals seals = RunningSeals.start(dir, config, chain)) {
            seals.awaitTicks(); // It looks whether to seal at start.
            chain.grow(3);
            seals.pass(INTERVAL.minusSeconds(1));
            seals.wall.set(Instant.parse("2030-01-01T00:00:00Z"));
            seals.awaitTicks();
            assertThat(seals.seals()).isEmpty();

            seals.pass(Duration.ofSeconds(1));
            seals.awaitSeals(1);
            chain.grow(5);
            seals.pass(INTERVAL);
            seals.awaitTicks();
            assertThat(seals.seals()).hasSize(1);

            chain.grow(6);
            seals.pass(INTERVAL);
            seals.awaitSeals(2);
            assertThat(seals.state.get().sealedCount()).isEqualTo(6);
            RunningSeals.until(
                    () -> seals.told.stream().filter(Sealed.class::isInstance).count() == 2);
        }
        assertThat(counts()).containsExactly(3L, 6L);
    }

    @Test
    void sealsOnceAPeriodAlthoughNothingHappenedIfSoConfigured() throws Exception {
        chain.grow(1);
        try (RunningSeals seals = RunningSeals.start(dir, "{\"auto_seal\":{\"even_when_idle\":true}}", chain)) {
            seals.awaitSeals(1);
            seals.pass(INTERVAL);
            seals.awaitSeals(2);
            seals.awaitTicks();
            assertThat(seals.seals()).hasSize(2);
        }
        assertThat(RunningSeals.report(dir).isSound()).isTrue();
    }

    @Test
    void sealsNothingWhileNothingHappensUnlessSoConfigured() throws Exception {
        chain.grow(1);
        try (RunningSeals seals = RunningSeals.start(dir, "{}", chain)) {
            seals.awaitSeals(1);
            for (int period = 0; period < 3; period++) {
                seals.pass(INTERVAL);
                seals.awaitTicks();
            }
        }
        assertThat(counts()).containsExactly(1L);
    }

    @Test
    void timesOfSealsNeverGoBackAcrossClockStepsAndRestarts() throws Exception {
        chain.grow(1);
        try (RunningSeals seals = RunningSeals.start(dir, "{}", chain)) {
            seals.awaitSeals(1);
            seals.wall.set(Instant.parse("2026-04-05T13:30:00Z"));
            chain.grow(2);
            seals.pass(INTERVAL);
            seals.awaitSeals(2);
        }
        chain.grow(3);
        try (RunningSeals seals = RunningSeals.start(dir, "{}", chain, Instant.parse("2020-01-01T00:00:00Z"))) {
            seals.awaitSeals(3);
        }

        assertThat(RunningSeals.seals(dir))
                .extracting(seal -> seal.payload().sealedAt())
                .containsExactly("2026-04-05T14:30:00.000Z", "2026-04-05T14:30:00.001Z", "2026-04-05T14:30:00.002Z");
        assertThat(RunningSeals.report(dir).isSound()).isTrue();
    }

    @Test
    void sealsOnDemandOfItsOwnerSomeTimesASecond() throws Exception {
        chain.grow(1);
        try (RunningSeals seals = RunningSeals.start(dir, "{\"auto_seal\":{\"enabled\":false}}", chain)) {
            ToSeal made = seals.sealNow(RunningSeals.OWNER);
            JsonObject answer = new JsonObject(new String(made.toLine(), StandardCharsets.UTF_8));
            assertThat(made).isInstanceOf(SealMade.class);
            assertThat(answer.getBoolean("ok")).isTrue();
            assertThat(answer.getLong("chained_events")).isEqualTo(1);
            assertThat(answer.getString("tip_hash")).isEqualTo(FakeChain.hash(1).text());
            assertThat(answer.getJsonObject("_seal").getInteger("seq")).isEqualTo(1);

            for (int i = 0; i < 4; i++) {
                assertThat(seals.sealNow(RunningSeals.OWNER)).isInstanceOf(SealMade.class);
            }
            assertThat(seals.sealNow(RunningSeals.OWNER)).satisfies(answered -> why(answered, NotSealed.Why.TOO_OFTEN));
            seals.pass(Duration.ofSeconds(1));
            assertThat(seals.sealNow(RunningSeals.OWNER)).isInstanceOf(SealMade.class);
        }
        assertThat(counts()).hasSize(6);
        assertThat(RunningSeals.report(dir).isSound()).isTrue();
    }

    @Test
    void sealsOnDemandForNobodyElseAndNothingThatIsEmpty() throws Exception {
        try (RunningSeals seals = RunningSeals.start(dir, "{}", chain)) {
            Peer stranger = new Peer(1, 4_000_000_000L, 1, "/bin/sh");

            assertThat(seals.sealNow(stranger)).satisfies(answer -> why(answer, NotSealed.Why.NOT_ALLOWED));
            assertThat(seals.sealNow(Peer.NOBODY)).satisfies(answer -> why(answer, NotSealed.Why.NOT_ALLOWED));
            assertThat(seals.sealNow(RunningSeals.OWNER)).satisfies(answer -> why(answer, NotSealed.Why.EMPTY));
        }
        assertThat(RunningSeals.seals(dir)).isEmpty();
    }

    @Test
    void notesARotationOnceWhetherItRunsOrNot() throws Exception {
        Vectors.writeRing(dir);
        Keyring ring = Keyring.in(dir.resolve(KeyWatch.RING));
        String second;
        try (RunningSeals seals = RunningSeals.start(dir, "{}", chain)) {
            second = ring.rotate().now();
            RunningSeals.until(() -> !chain.notes.isEmpty());
            seals.awaitTicks();
        }
        String third = ring.rotate().now();
        try (RunningSeals seals = RunningSeals.start(dir, "{}", chain)) {
            RunningSeals.until(() -> chain.notes.size() == 2);
            seals.awaitTicks();
        }
        try (RunningSeals seals = RunningSeals.start(dir, "{}", chain)) {
            seals.awaitTicks();
        }

        assertThat(chain.notes).containsExactly(new KeyRotated(Vectors.KEY_ID, second), new KeyRotated(second, third));
    }

    @Test
    void triesAgainLaterWhenTheFileIsNotWhereItWas() throws Exception {
        chain.grow(1);
        Path file = dir.resolve(RecoveredSeals.NAME);
        Path away = dir.resolve("away");
        try (RunningSeals seals = RunningSeals.start(dir, "{}", chain)) {
            seals.awaitSeals(1);
            Files.move(file, away);
            chain.grow(2);
            seals.pass(INTERVAL);
            Degraded moved = new Degraded("seal", "seals.relay.jsonl was moved, replaced or deleted");
            RunningSeals.until(() -> seals.told.contains(moved));
            Files.move(away, file);
            seals.pass(Duration.ofSeconds(1));
            seals.awaitSeals(2);
            RunningSeals.until(() -> seals.told.contains(new Recovered("seal")));
        }
        assertThat(RunningSeals.report(dir).isSound()).isTrue();
    }

    @Test
    void saysWhatIsWrongWithTheKeysAndWhenItIsMended() throws Exception {
        Path key = Vectors.writeRing(dir).resolve(Vectors.KEY_ID + ".key");
        Vectors.chmod(key, "rw-r-----");
        chain.grow(1);
        try (RunningSeals seals = RunningSeals.start(dir, "{}", chain)) {
            Degraded loose = new Degraded("seal", "key " + Vectors.KEY_ID + " is not safe to use");
            RunningSeals.until(() -> seals.told.contains(loose));
            assertThat(seals.seals()).isEmpty();

            Vectors.chmod(key, "rw-------");
            RunningSeals.until(() -> {
                seals.pass(Duration.ofSeconds(1));
                return seals.seals().size() == 1;
            });
            RunningSeals.until(() -> seals.told.contains(new Recovered("seal")));
        }
    }

    @Test
    void sealsNothingThatTheLogDoesNotHoldAnyMore() throws Exception {
        chain.grow(2);
        chain.change(2);
        try (RunningSeals seals = RunningSeals.start(dir, "{}", chain)) {
            Degraded changed = new Degraded("seal", "record 2 in the log is not the one that was written");
            RunningSeals.until(() -> seals.told.contains(changed));
            assertThat(seals.seals()).isEmpty();
        }
    }

    @Test
    void waitsForAChainThatRefuses() throws Exception {
        chain.grow(1);
        chain.turn(new Refusing("No space left on device"));
        try (RunningSeals seals = RunningSeals.start(dir, "{}", chain)) {
            seals.awaitTicks();
            assertThat(seals.seals()).isEmpty();

            chain.turn(new Serving());
            seals.pass(Duration.ofSeconds(1));
            seals.awaitSeals(1);
            assertThat(seals.told).noneMatch(Degraded.class::isInstance);
        }
    }

    @Test
    void goesOnBehindATornLine() throws Exception {
        chain.grow(1);
        try (RunningSeals seals = RunningSeals.start(dir, "{}", chain)) {
            seals.awaitSeals(1);
        }
        Files.writeString(dir.resolve(RecoveredSeals.NAME), "{\"sealed_at\":\"2026", StandardOpenOption.APPEND);
        chain.grow(2);
        try (RunningSeals seals = RunningSeals.start(dir, "{}", chain)) {
            RunningSeals.until(() -> seals.state.get().total() == 3);
        }

        SealReport report = RunningSeals.report(dir);
        assertThat(report.isSound()).isTrue();
        assertThat(report.torn()).isEqualTo(1);
        assertThat(report.chain().seals()).isEqualTo(2);
    }

    private List<Long> counts() {
        return RunningSeals.seals(dir).stream()
                .map(Seal::payload)
                .map(payload -> payload.count())
                .toList();
    }

    private static void why(ToSeal answer, NotSealed.Why why) {
        assertThat(answer)
                .isInstanceOfSatisfying(
                        NotSealed.class, refusal -> assertThat(refusal.why()).isEqualTo(why));
    }
}
