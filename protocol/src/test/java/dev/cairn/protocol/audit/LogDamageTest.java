package dev.cairn.protocol.audit;

import static dev.cairn.protocol.audit.AuditVerifierTest.firstFault;
import static dev.cairn.protocol.audit.TestLog.verdict;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Torn tails, repairs and accepted damage.
class LogDamageTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "{\"id\":\"evt_c4\",\"ses",
                "a\nb\nc",
                "\n\n\n",
                "{\"_relay\":{}}\n",
                "ends in a newline\n",
                "\u0000\u0000"
            })
    void aTornTailIsTornUntilARepairNamesExactlyIt(String torn) {
        TestLog log = new TestLog().beat(HeartbeatKind.START).records(2);
        int offset = log.size();
        byte[] damage = torn.getBytes(UTF_8);
        log.raw(torn);

        byte[] before = log.toBytes();
        RepairedRange named = switch (verdict(before)) {
            case LogVerdict.Torn tail -> tail.tail();
            case LogVerdict.Unterminated pending -> pending.fragment();
            case LogVerdict.Intact _, LogVerdict.Broken _ -> throw new AssertionError();
        };
        log.raw(torn.endsWith("\n") ? "" : "\n").repair(offset, damage).record();
        var repaired = new ArrayList<RepairedRange>();
        LogVerdict after = verdict(log.toBytes(), new LogListener() {
            @Override
            public void repaired(RepairedRange range, long records) {
                repaired.add(range);
            }
        });

        assertThat(named).isEqualTo(new RepairedRange(offset, damage.length, Hash.of(damage, 0, damage.length)));
        assertThat(verdict(before).state().offset()).isEqualTo(offset);
        assertThat(after).isInstanceOf(LogVerdict.Intact.class);
        assertThat(after.state().repairs()).isEqualTo(1);
        assertThat(after.state().tip()).isEqualTo(log.tip());
        assertThat(after.state().offset()).isEqualTo(log.size());
        assertThat(repaired).containsExactly(named);
    }

    @Test
    void aRepairTellsHowManyWholeRecordsItLeavesOut() {
        TestLog log = new TestLog().records(2);
        Tip tip = log.tip();
        int offset = log.size();
        log.record().record().record();
        byte[] whole = new String(log.toBytes(), UTF_8).substring(offset).getBytes(UTF_8);
        String changed = new String(whole, UTF_8).replaceFirst("evt_3", "evt_x").strip();
        TestLog repaired = new TestLog().records(2).raw(changed + "\n").tip(tip);
        repaired.repair(offset, changed.getBytes(UTF_8)).record();
        var left = new ArrayList<Long>();

        LogVerdict verdict = verdict(repaired.toBytes(), new LogListener() {
            @Override
            public void repaired(RepairedRange range, long records) {
                left.add(records);
            }
        });

        assertThat(verdict).isInstanceOf(LogVerdict.Intact.class);
        assertThat(left).containsExactly(3L);
    }

    @Test
    void theLineNumberCountsDamagedLinesToo() {
        TestLog log = new TestLog().record();
        int offset = log.size();
        log.raw("a\nb\n").repair(offset, "a\nb".getBytes(UTF_8)).record().raw("}\n");

        Fault fault = firstFault(verdict(log.toBytes()));

        assertThat(fault.line()).isEqualTo(6);
        assertThat(fault.offset()).isEqualTo(log.size() - 2);
    }

    @Test
    void aRepairThatNamesOtherBytesRepairsNothing() {
        for (int shift = -1; shift <= 1; shift++) {
            for (String named : List.of("torn", "torm", "tor", "torn\n!")) {
                TestLog log = new TestLog().records(2);
                int offset = log.size();
                log.raw("torn\n").repair(offset + shift, named.getBytes(UTF_8));

                boolean right = shift == 0 && named.equals("torn");
                assertThat(verdict(log.toBytes()) instanceof LogVerdict.Intact).isEqualTo(right);
            }
        }
    }

    @Test
    void aRepairOfNothingIsAFault() {
        TestLog log = new TestLog().records(2);
        log.repair(log.start(1), Arrays.copyOfRange(log.toBytes(), log.start(1), log.size()));

        assertThat(firstFault(verdict(log.toBytes())).kind()).isEqualTo(FaultKind.REPAIR);
    }

    @Test
    void aRepairCannotCoverALineThatFollows() {
        TestLog log = new TestLog().records(2);
        int offset = log.size();
        log.raw("torn\n").record();
        byte[] bytes = log.toBytes();
        log.repair(offset, Arrays.copyOfRange(bytes, offset, bytes.length));

        assertThat(verdict(log.toBytes())).isInstanceOf(LogVerdict.Broken.class);
        assertThat(firstFault(verdict(log.toBytes())).offset()).isEqualTo(offset);
    }

    @Test
    void aCrashDuringARepairIsRepairedTheSameWay() {
        TestLog log = new TestLog().beat(HeartbeatKind.START).record();
        int offset = log.size();
        TestLog aborted =
                new TestLog().beat(HeartbeatKind.START).record().raw("torn\n").repair(offset, "torn".getBytes(UTF_8));
        byte[] cut = Arrays.copyOf(aborted.toBytes(), aborted.size() - 20);
        byte[] damage = Arrays.copyOfRange(cut, offset, cut.length);

        log.raw(new String(damage, UTF_8)).raw("\n").repair(offset, damage).record();

        assertThat(verdict(log.toBytes())).isInstanceOf(LogVerdict.Intact.class);
        assertThat(verdict(log.toBytes()).state().repairs()).isEqualTo(1);
    }

    @Test
    void recordsOfATornBatchThatDoNotFollowWaitForTheRepairToo() {
        TestLog log = new TestLog().records(2);
        int offset = log.size();
        TestLog lost = new TestLog().records(2).records(4);
        byte[] batch = Arrays.copyOfRange(lost.toBytes(), offset, lost.size());
        batch[40] ^= 1; // The first record of the batch never reached the disk, those behind it did.

        assertThat(verdict(
                        new TestLog().records(2).raw(new String(batch, UTF_8)).toBytes()))
                .isInstanceOf(LogVerdict.Torn.class);
        log.raw(new String(batch, UTF_8)).repair(offset, batch).record();

        assertThat(verdict(log.toBytes())).isInstanceOf(LogVerdict.Intact.class);
        assertThat(verdict(log.toBytes()).state().tip().count()).isEqualTo(3);
    }

    @Test
    void aLineWithoutEndIsDamageThatARepairMayName() {
        TestLog log = new TestLog().record();
        int offset = log.size();
        byte[] zeros = new byte[AuditVerifier.LINE_MAX + 1_000];
        log.raw(new String(zeros, UTF_8));

        var verifier = new AuditVerifier(LogState.START, LogListener.NONE);
        byte[] before = log.toBytes();
        for (int at = 0; at < before.length; at += 65_536) {
            verifier.accept(before, at, Math.min(before.length, at + 65_536));
        }
        log.raw("\n").repair(offset, zeros).record();
        byte[] after = log.toBytes();
        LogVerdict torn = verifier.verdict();
        verifier.accept(after, before.length, after.length);

        assertThat(torn).isInstanceOf(LogVerdict.Torn.class);
        assertThat(firstFault(torn).kind()).isEqualTo(FaultKind.TOO_LONG);
        assertThat(((LogVerdict.Torn) torn).tail().bytes()).isEqualTo(zeros.length);
        assertThat(verifier.verdict()).isInstanceOf(LogVerdict.Intact.class);
        assertThat(verifier.verdict()).isEqualTo(verdict(after));
    }

    @Test
    void damageThatIsTooFarBackCannotBeRepaired() {
        TestLog log = new TestLog().record();
        int offset = log.size();
        byte[] zeros = new byte[AuditVerifier.DAMAGE_MAX + 1];
        log.raw(new String(zeros, UTF_8)).raw("\n").repair(offset, zeros);

        assertThat(verdict(log.toBytes())).isInstanceOf(LogVerdict.Broken.class);
    }

    @Test
    void damageInTheMiddleIsBrokenUntilANoteAcceptsIt() {
        TestLog log = new TestLog().beat(HeartbeatKind.START).records(3);
        byte[] changed =
                new String(log.toBytes(), UTF_8).replace("evt_2", "evt_X").getBytes(UTF_8);
        Fault fault = firstFault(verdict(changed));

        log.beat(HeartbeatKind.START);
        byte[] unaccepted =
                new String(log.toBytes(), UTF_8).replace("evt_2", "evt_X").getBytes(UTF_8);
        log.note(fault.accepted()).record();
        byte[] accepted =
                new String(log.toBytes(), UTF_8).replace("evt_2", "evt_X").getBytes(UTF_8);

        assertThat(verdict(unaccepted)).isInstanceOf(LogVerdict.Torn.class);
        assertThat(((LogVerdict.Torn) verdict(unaccepted)).recordsBehind()).isEqualTo(2);
        assertThat(verdict(accepted)).isInstanceOf(LogVerdict.Intact.class);
        assertThat(verdict(accepted).state().accepted()).isEqualTo(1);
        assertThat(verdict(accepted).state().tip()).isEqualTo(log.tip());
    }

    @Test
    void aNoteThatAcceptsOtherDamageAcceptsNothing() {
        TestLog log = new TestLog().beat(HeartbeatKind.START).records(3);
        Fault fault = firstFault(verdict(
                new String(log.toBytes(), UTF_8).replace("evt_2", "evt_X").getBytes(UTF_8)));
        log.note(new Fault(fault.kind(), fault.line(), fault.offset(), 1, fault.expected(), fault.expected())
                .accepted());

        byte[] noted =
                new String(log.toBytes(), UTF_8).replace("evt_2", "evt_X").getBytes(UTF_8);

        assertThat(verdict(noted))
                .isEqualTo(new LogVerdict.Broken(verdict(noted).state(), List.of(fault)));
    }

    @Test
    void aLogOfNothingButFaultsIsNotReadToItsEnd() {
        var verifier = new AuditVerifier(LogState.START, LogListener.NONE);
        byte[] line = "x\n".getBytes(UTF_8);
        for (int i = 0; i < 100_000 && !verifier.isHopeless(); i++) {
            verifier.accept(line, 0, line.length);
        }

        assertThat(verifier.isHopeless()).isTrue();
        assertThat(((LogVerdict.Broken) verifier.verdict()).faults()).hasSize(AuditVerifier.FAULTS_MAX);
    }
}
