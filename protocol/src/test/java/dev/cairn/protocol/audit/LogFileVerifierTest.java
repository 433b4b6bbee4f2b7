package dev.cairn.protocol.audit;

import static dev.cairn.protocol.audit.TestLog.verdict;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileVerifierTest {

    @TempDir
    Path directory;

    @Test
    void theVerdictOnAFileIsThatOnItsBytes() throws Exception {
        byte[] log = new TestLog()
                .beat(HeartbeatKind.START)
                .records(2_000)
                .record(",\"session\":\"" + "x".repeat(700_000) + "\"")
                .beat(HeartbeatKind.BEAT)
                .records(2_000)
                .toBytes();
        var serial = new ArrayList<Long>();
        var parallel = new ArrayList<Long>();
        var progress = new ArrayList<Long>();

        LogVerdict expected = verdict(log, recording(serial));
        LogVerdict verdict =
                new LogFileVerifier(write(log), 2).verify(LogState.START, recording(parallel), progress::add);

        assertThat(verdict).isEqualTo(expected).isInstanceOf(LogVerdict.Intact.class);
        assertThat(parallel).isEqualTo(serial).hasSize(4_001);
        assertThat(progress).isSorted().last().isEqualTo((long) log.length);
    }

    @Test
    void aFaultIsFoundWhereItIs() throws Exception {
        TestLog log = new TestLog().records(3_000).raw("torn\n").records(3_000).raw("{");

        assertThat(verify(log.toBytes(), LogState.START))
                .isEqualTo(verdict(log.toBytes()))
                .isInstanceOf(LogVerdict.Broken.class);
    }

    @Test
    void aTornTailIsReported() throws Exception {
        for (int cut : List.of(1, 2, 100, 300_000)) {
            byte[] whole = new TestLog().records(3_000).toBytes();
            byte[] log = Arrays.copyOf(whole, whole.length - cut);

            assertThat(verify(log, LogState.START)).isEqualTo(verdict(log)).isInstanceOf(LogVerdict.Unterminated.class);
        }
    }

    @Test
    void blocksOfNothingButShortLinesAndOfNoLineAtAllAreRead() throws Exception {
        for (String filler : List.of("\n", "\u0000", "5\n")) {
            TestLog log = new TestLog().record();
            int offset = log.size();
            byte[] damage = filler.repeat(700_000).getBytes(UTF_8);
            log.raw(new String(damage, UTF_8));
            log.raw(filler.endsWith("\n") ? "" : "\n").repair(offset, damage).records(2_000);

            assertThat(verify(log.toBytes(), LogState.START)).isEqualTo(verdict(log.toBytes()));
        }
    }

    @Test
    void itGoesOnFromAState() throws Exception {
        TestLog log = new TestLog().records(3_000);
        LogState half = verdict(Arrays.copyOf(log.toBytes(), log.start(1_500))).state();

        assertThat(verify(log.toBytes(), half)).isEqualTo(verdict(log.toBytes()));
    }

    @Test
    void anEmptyFileIsIntact() throws Exception {
        assertThat(verify(new byte[0], LogState.START)).isEqualTo(new LogVerdict.Intact(LogState.START));
    }

    private LogVerdict verify(byte[] log, LogState from) throws Exception {
        return new LogFileVerifier(write(log), 2).verify(from, LogListener.NONE, _ -> {});
    }

    private Path write(byte[] log) throws Exception {
        return Files.write(directory.resolve("events.relay.jsonl"), log);
    }

    private static LogListener recording(List<Long> places) {
        return new LogListener() {
            @Override
            public void record(long seq, long offset, int length) {
                places.add(seq << 40 | offset);
            }
        };
    }
}
