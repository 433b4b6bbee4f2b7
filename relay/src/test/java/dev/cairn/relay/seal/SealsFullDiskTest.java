package dev.cairn.relay.seal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.AuditAnswer.NotSealed;
import dev.cairn.protocol.audit.AuditAnswer.SealMade;
import dev.cairn.protocol.audit.AuditAnswer.ToSeal;
import dev.cairn.protocol.seal.SealReport;
import dev.cairn.relay.SmallDisk;
import dev.cairn.relay.bus.BusMessage.Degraded;
import dev.cairn.relay.bus.BusMessage.Recovered;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Seals on a disk that is really full.
@Timeout(60)
class SealsFullDiskTest {

    private static final int SEALS_MAX = 50;

    @TempDir
    private Path dir;

    private final FakeChain chain = new FakeChain();

    @Test
    void noneIsSaidToBeMadeThatIsNotStoredAndSealingGoesOnWhenThereIsSpace() throws Exception {
        chain.grow(1);
        try (SmallDisk disk = SmallDisk.mount(dir, 512)) {
            Path data = Files.createDirectory(disk.path().resolve("data"));
            int made = 1;
            try (RunningSeals seals = RunningSeals.start(data, "{}", chain)) {
                seals.awaitSeals(made);
                disk.fill();
                ToSeal answer = demand(seals);
                while (answer instanceof SealMade && made < SEALS_MAX) {
                    made++;
                    answer = demand(seals);
                }
                assertThat(answer).isInstanceOf(NotSealed.class);
                assertThat(new String(answer.toLine(), StandardCharsets.UTF_8)).contains("No space left on device");
                assertThat(seals.state.get().total()).isEqualTo(made);
                RunningSeals.until(() -> seals.told.stream().anyMatch(Degraded.class::isInstance));

                disk.free();
                chain.grow(2);
                seals.pass(Duration.ofMinutes(1));
                seals.awaitSeals(made + 1);
                RunningSeals.until(() -> seals.told.contains(new Recovered("seal")));
            }
            chain.grow(3);
            try (RunningSeals seals = RunningSeals.start(data, "{}", chain)) {
                RunningSeals.until(
                        () -> seals.seals().size() == RunningSeals.seals(data).size()
                                && seals.state.get().sealedCount() == 3);
            }

            SealReport report = RunningSeals.report(data);
            assertThat(report.isSound()).isTrue();
            assertThat(report.signed()).isEqualTo(made + 2);
            assertThat(report.unlinked()).isZero();
            assertThat(report.torn()).isEqualTo(1);
        }
    }

    private static ToSeal demand(RunningSeals seals) throws Exception {
        seals.pass(Duration.ofSeconds(1)); // So often it may be asked for.
        return seals.sealNow(RunningSeals.OWNER);
    }
}
