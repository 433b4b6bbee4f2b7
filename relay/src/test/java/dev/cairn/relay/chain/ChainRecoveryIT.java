package dev.cairn.relay.chain;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.HeartbeatKind;
import dev.cairn.relay.RelayProcess;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.BusMessage.Append;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.live.History;
import dev.cairn.relay.live.History.Page;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log of a million records: a start must not read it all before it serves, and can if it must.
class ChainRecoveryIT {

    private static final int RECORDS = 1_000_000;
    private static final int BATCH = 5_000;
    private static final int DUE = 30_000;
    private static final Moment NOW = new Moment(Instant.parse("2026-03-01T10:00:00Z"), 5);

    @TempDir
    private static Path temp;

    private static RelayConfig config;

    @BeforeAll
    static void writeALongLog() throws IOException {
        config = Given.config(temp.resolve("data"));
        RecoveredChain recovered = Recovery.recover(config);
        Committer committer = recovered.committer(DUE);
        for (int i = 0; i < RECORDS / BATCH; i++) {
            Draft draft = committer.draft(NOW);
            committer.chain().append(draft, HeartbeatKind.BEAT, NOW, DUE, List.of());
            committer.chain().append(draft, Given.batch("e" + i, BATCH));
            committer.commit(draft);
        }
        recovered.checkpointFile().write(committer.checkpoint());
        recovered.close();
    }

    @Test
    void readsOnlyWhatFollowsTheCheckpointBeforeItServes() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();

        RecoveredChain recovered = Recovery.recover(config);

        long millis = TimeUnit.NANOSECONDS.toMillis(threads.getCurrentThreadCpuTime() - before);
        recovered.close();
        assertThat(recovered.state().tip().count()).isGreaterThanOrEqualTo(RECORDS);
        assertThat(millis).isLessThan(300);
    }

    @Test
    void servesAndReplaysWhileTheRestIsCheckedInTheBackground() throws TimeoutException {
        RunningChain chain = RunningChain.start(config);
        History history = chain.recovered().history(chain.vertx());

        var reply = chain.bus()
                .ask(Address.APPEND_AUDIT, new Append(Given.batch("next")))
                .await(10, SECONDS);
        Page page = history.after(RECORDS / 2, 10_000).await(30, SECONDS);
        chain.stop();

        assertThat(reply).isInstanceOf(Appended.class);
        assertThat(page.firstSeq()).isEqualTo(RECORDS / 2 + 1);
        assertThat(new String(page.lines().getFirst(), StandardCharsets.UTF_8))
                .contains("\"id\":\"e" + RECORDS / 2 / BATCH + "-0\"");
    }

    @Test
    void readsItAllWithoutACheckpoint() throws IOException {
        Path checkpoint = config.dataDir().resolve("relay.checkpoint");
        Files.move(checkpoint, temp.resolve("aside"));
        try {
            RecoveredChain recovered = Recovery.recover(config);

            recovered.close();
            assertThat(recovered.headCheck()).isSameAs(HeadCheck.DONE);
            assertThat(recovered.state().tip().count()).isGreaterThanOrEqualTo(RECORDS);
        } finally {
            Files.move(temp.resolve("aside"), checkpoint);
        }
    }

    /// A verification that kept anything of a record would not fit into this heap.
    @Test
    void isVerifiedByTheCommandInASmallHeap() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(RelayProcess.jvm(List.of("-Xmx32m", "-XX:TieredStopAtLevel=4")));
        command.addAll(List.of(
                "verify",
                "--file",
                config.dataDir().resolve("events.relay.jsonl").toString(),
                "--json"));
        Path said = temp.resolve("verify.json");

        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();

        assertThat(process.waitFor(120, SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(said)).isZero();
        assertThat(Files.readString(said))
                .contains("\"verdict\":\"intact\"")
                .containsPattern("\"records\":100000[0-9]");
    }
}
