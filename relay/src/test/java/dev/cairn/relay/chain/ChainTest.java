package dev.cairn.relay.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.HeartbeatKind;
import dev.cairn.protocol.audit.LogVerdict;
import dev.cairn.protocol.audit.RecordBatch;
import dev.cairn.protocol.audit.RepairedRange;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.relay.chain.ChainStore.Outcome;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The log as a plain byte array: whatever part of a write gets in, what is written next makes it a log that verifies.
class ChainTest {

    private static final Moment NOW = new Moment(Instant.parse("2026-03-01T10:00:00Z"), 5);
    private static final int DUE = 30_000;

    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private Chain chain = new Chain(Tip.EMPTY, null, Tail.CLEAN, DUE);

    @BeforeEach
    void begin() {
        log.reset();
        chain = new Chain(Tip.EMPTY, null, Tail.CLEAN, DUE);
    }

    @Test
    void linksRecordsAndHeartbeats() {
        Settled settled = write(draft("a", "b"), Integer.MAX_VALUE);

        assertThat(verdict()).isInstanceOf(LogVerdict.Intact.class);
        assertThat(verdict().state().tip()).isEqualTo(chain.tip());
        assertThat(chain.tip().count()).isEqualTo(2);
        assertThat(settled.firstSeq()).isEqualTo(1);
        assertThat(settled.offset()).isZero();
        assertThat(settled.heartbeats()).hasSize(1);
    }

    @Test
    void mendsAWriteCutAnywhere() {
        int whole = lengthOf(draft("a", "b"));
        for (int cut = 0; cut < whole; cut++) {
            begin();
            write(draft("first"), Integer.MAX_VALUE);
            Settled settled = write(draft("a", "b"), cut);
            long counted = chain.tip().count();

            write(draft("after"), Integer.MAX_VALUE);

            assertIntact("cut at " + cut, counted + 1);
            assertThat(counted)
                    .isEqualTo(1
                            + settled.batches().stream()
                                    .mapToInt(batch -> batch.count())
                                    .sum());
        }
    }

    @Test
    void mendsARepairCutAnywhere() {
        write(draft("first"), Integer.MAX_VALUE);
        write(draft("torn"), 100);
        byte[] torn = log.toByteArray();
        int whole = lengthOf(chain.draft(log.size(), NOW));
        for (int cut = 0; cut <= whole; cut++) {
            begin();
            write(draft("first"), Integer.MAX_VALUE);
            write(draft("torn"), 100);
            assertThat(log.size()).isEqualTo(torn.length);
            write(draft("a"), cut);
            write(draft("b"), 1);
            long counted = chain.tip().count();

            write(draft("after"), Integer.MAX_VALUE);

            assertIntact("repair cut at " + cut, counted + 1);
        }
    }

    @Test
    void namesExactlyTheTornBytes() {
        write(draft("first"), Integer.MAX_VALUE);
        long offset = log.size();
        write(draft("torn"), 100);

        Settled settled = write(draft("after"), Integer.MAX_VALUE);

        assertThat(settled.heartbeats().getFirst().heartbeat().repair())
                .extracting(RepairedRange::offset, RepairedRange::bytes)
                .containsExactly(offset, 100L);
        assertThat(settled.offset()).isGreaterThan(offset + 100);
    }

    @Test
    void countsALineThatLacksOnlyItsNewline() {
        Draft draft = draft("a", "b");
        RecordBatch batch = ((Draft.Records) draft.parts().getFirst()).batch();
        write(draft, batch.end(0) - batch.start(0) - 1);

        Settled settled = write(draft("c"), Integer.MAX_VALUE);

        assertThat(settled.firstSeq()).isEqualTo(2);
        assertThat(settled.heartbeats())
                .extracting(line -> line.heartbeat().kind())
                .containsOnly(HeartbeatKind.BEAT);
        assertIntact("newline only", 2);
    }

    private Draft draft(String... ids) {
        Draft draft = chain.draft(log.size(), NOW);
        chain.append(draft, Given.batch(ids));
        chain.append(draft, HeartbeatKind.BEAT, NOW, DUE, List.of());
        return draft;
    }

    /// Measures a draft and throws it away.
    private int lengthOf(Draft draft) {
        int length = draft.length();
        chain.settle(draft, new Outcome.Cut(0, ""), ByteBuffer.allocate(0));
        return length;
    }

    private Settled write(Draft draft, int bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(draft.length());
        draft.putInto(buffer);
        int stored = Math.min(bytes, draft.length());
        log.write(buffer.array(), 0, stored);
        return chain.settle(
                draft, stored == draft.length() ? new Outcome.Stored() : new Outcome.Cut(stored, "full"), buffer);
    }

    private LogVerdict verdict() {
        return Given.verdict(log.toByteArray());
    }

    private void assertIntact(String what, long records) {
        LogVerdict verdict = verdict();
        assertThat(verdict).as(what).isInstanceOf(LogVerdict.Intact.class);
        assertThat(verdict.state().tip()).as(what).isEqualTo(chain.tip());
        assertThat(chain.tip().count()).as(what).isEqualTo(records);
    }
}
