package dev.cairn.protocol.audit;

import static dev.cairn.protocol.audit.TestLog.verdict;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.VectorFile;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditVerifierTest {

    @Test
    void theKnownLogIsIntactWithOneRepairAndOneGap() {
        VectorFile vector = VectorFile.audit("cairn.json").at("log");
        byte[] log = vector.text("text").getBytes(UTF_8);

        for (int chunk : new int[] {1, 2, 3, 7, 64, 1_000, log.length}) {
            var verifier = new AuditVerifier(LogState.START, LogListener.NONE);
            for (int at = 0; at < log.length; at += chunk) {
                verifier.accept(log, at, Math.min(log.length, at + chunk));
            }

            assertThat(verifier.verdict()).isInstanceOf(LogVerdict.Intact.class);
            LogState state = verifier.verdict().state();
            assertThat(state.tip())
                    .isEqualTo(new Tip(
                            new Hash(vector.text("tip")), vector.at("records").number()));
            assertThat(state.heartbeats()).isEqualTo(vector.at("heartbeats").number());
            assertThat(state.repairs()).isEqualTo(vector.at("repairs").number());
            assertThat(state.gaps()).isEqualTo(vector.at("gaps").number());
            assertThat(state.offset()).isEqualTo(log.length);
            assertThat(state.lines()).isEqualTo(9);
        }
    }

    static List<VectorFile> peersRecords() {
        return VectorFile.audit("chain.json").at("relay_chain").at("items").items();
    }

    @ParameterizedTest
    @MethodSource("peersRecords")
    void aRecordThatThePeerWroteVerifiesOrIsSaidNotTo(VectorFile item) {
        byte[] line = (item.text("stored_line") + "\n").getBytes(UTF_8);
        String previous = VectorFile.parse(item.text("stored_line"))
                                .at("_relay")
                                .at("relay_prev_hash")
                                .value()
                        instanceof String text
                ? text
                : "";
        Tip tip = previous.isEmpty() ? Tip.EMPTY : new Tip(new Hash(previous), 5);

        var verifier = new AuditVerifier(LogState.at(0, tip, null), LogListener.NONE);
        verifier.accept(line, 0, line.length);

        if (item.at("recomputes").flag()) {
            assertThat(verifier.verdict()).isInstanceOf(LogVerdict.Intact.class);
        } else {
            assertThat(firstFault(verifier.verdict()).kind()).isEqualTo(FaultKind.RECORD_HASH);
        }
    }

    @Test
    void anEmptyLogIsIntactAndHasNoRecords() {
        assertThat(verdict(new byte[0])).isEqualTo(new LogVerdict.Intact(LogState.START));
    }

    @Test
    void theListenerHearsWhereEachRecordIs() {
        TestLog log = new TestLog()
                .beat(HeartbeatKind.START)
                .records(3)
                .beat(HeartbeatKind.BEAT)
                .record();
        var heard = new ArrayList<String>();

        LogVerdict verdict = verdict(log.toBytes(), recording(heard));

        assertThat(verdict).isInstanceOf(LogVerdict.Intact.class);
        assertThat(heard)
                .containsExactly(
                        "heartbeat START at 0",
                        "record 1 at " + log.start(1) + "+" + (log.start(2) - log.start(1)),
                        "record 2 at " + log.start(2) + "+" + (log.start(3) - log.start(2)),
                        "record 3 at " + log.start(3) + "+" + (log.start(4) - log.start(3)),
                        "heartbeat BEAT at " + log.start(4),
                        "record 4 at " + log.start(5) + "+" + (log.size() - log.start(5)));
    }

    @Test
    void anyChangedByteOfALogIsFound() {
        byte[] log = new TestLog()
                .beat(HeartbeatKind.START)
                .records(2)
                .beat(HeartbeatKind.BEAT)
                .record(",\"schema_version\":1")
                .beat(HeartbeatKind.STOP)
                .toBytes();

        for (int at = 0; at < log.length; at++) {
            byte[] changed = log.clone();
            changed[at] ^= 1;

            assertThat(verdict(changed)).as("byte " + at).isNotInstanceOf(LogVerdict.Intact.class);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void randomDamageNeverThrowsAndIsTheSameInAnyChunks(long seed) {
        var random = new Random(seed);
        byte[] log = new TestLog()
                .beat(HeartbeatKind.START)
                .records(20)
                .beat(HeartbeatKind.BEAT)
                .records(5)
                .toBytes();
        for (int round = 0; round < 200; round++) {
            byte[] changed = log.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            changed = Arrays.copyOf(changed, random.nextInt(changed.length));

            var verifier = new AuditVerifier(LogState.START, LogListener.NONE);
            for (int at = 0; at < changed.length; ) {
                int size = Math.min(changed.length - at, 1 + random.nextInt(700));
                verifier.accept(changed, at, at + size);
                at += size;
            }

            assertThat(verifier.verdict()).isEqualTo(verdict(changed));
        }
    }

    @Test
    void aRecordWhoseContentWasChangedIsNamedWithBothHashes() {
        TestLog log = new TestLog().records(9);
        String text = new String(log.toBytes(), UTF_8);
        byte[] changed = text.replace("evt_5", "evt_X").getBytes(UTF_8);

        Fault fault = firstFault(verdict(changed));

        assertThat(fault.kind()).isEqualTo(FaultKind.RECORD_HASH);
        assertThat(fault.line()).isEqualTo(5);
        assertThat(fault.offset()).isEqualTo(log.start(4));
        assertThat(Hash.isHash(fault.expected())).isTrue();
        assertThat(text).contains("\"_relay_hash\":\"" + fault.found()).doesNotContain(fault.expected());
    }

    @Test
    void aMissingRecordBreaksTheLink() {
        TestLog log = new TestLog().records(9);
        byte[] bytes = log.toBytes();
        byte[] changed = new byte[bytes.length - (log.start(4) - log.start(3))];
        System.arraycopy(bytes, 0, changed, 0, log.start(3));
        System.arraycopy(bytes, log.start(4), changed, log.start(3), bytes.length - log.start(4));

        Fault fault = firstFault(verdict(changed));

        assertThat(fault.kind()).isEqualTo(FaultKind.LINK);
        assertThat(fault.line()).isEqualTo(4);
    }

    @Test
    void aLogWithoutItsBeginningIsBroken() {
        TestLog log = new TestLog().records(3);

        LogVerdict verdict = verdict(Arrays.copyOfRange(log.toBytes(), log.start(1), log.size()));

        assertThat(firstFault(verdict).kind()).isEqualTo(FaultKind.LINK);
        assertThat(firstFault(verdict).expected()).isEqualTo("null");
    }

    @Test
    void aSecondGenesisIsCalledOne() {
        TestLog log = new TestLog().records(2);
        Tip first = log.tip();

        Fault fault = firstFault(verdict(log.tip(Tip.EMPTY).record().toBytes()));

        assertThat(fault)
                .isEqualTo(
                        new Fault(FaultKind.SECOND_GENESIS, 3, log.start(2), 2, String.valueOf(first.hash()), "null"));
    }

    @Test
    void aChangedEventHashIsFoundThoughTheRecordHashDoesNotCoverIt() {
        String event = TestLog.recordText(Tip.EMPTY, 1, "").replaceFirst("\"_relay\":\\{[^}]*},", "");
        String good = ",\"event_hash\":\"" + TestLog.hash(event) + "\"";
        String bad = ",\"event_hash\":\"" + TestLog.hash("else") + "\"";
        String text = TestLog.recordText(Tip.EMPTY, 1, "");

        assertThat(verdict(new TestLog().recordLine(text, good).toBytes())).isInstanceOf(LogVerdict.Intact.class);
        assertThat(verdict(
                        new TestLog().recordLine(text, ",\"event_hash\":\"\"").toBytes()))
                .isInstanceOf(LogVerdict.Intact.class);
        assertThat(firstFault(verdict(new TestLog().recordLine(text, bad).toBytes())))
                .isEqualTo(new Fault(
                        FaultKind.EVENT_HASH,
                        1,
                        0,
                        0,
                        TestLog.hash(event).text(),
                        TestLog.hash("else").text()));
    }

    @Test
    void aRecordThatPosesAsAHeartbeatIsFound() {
        String text = TestLog.recordText(Tip.EMPTY, 1, "");
        String posing = text.substring(0, text.length() - 1) + ",\"type\":\"heartbeat\"}";

        assertThat(firstFault(verdict(new TestLog().recordLine(posing, "").toBytes()))
                        .kind())
                .isEqualTo(FaultKind.DISGUISED);
    }

    @Test
    void aLineThatIsNeitherIsFound() {
        for (String line : List.of(
                "{}",
                "{\"_relay\":{}}",
                "{\"_relay\":[],\"_relay_hash\":\"x\"}",
                "{\"_relay\":{\"relay_prev_hash\":5},\"_relay_hash\":5}")) {
            assertThat(firstFault(verdict((line + "\n").getBytes(UTF_8))).kind())
                    .isEqualTo(FaultKind.NOT_A_RECORD);
        }
        for (String line : List.of("", "5", "[]", "{", "{\"a\":1,}", "[".repeat(200) + "]".repeat(200))) {
            assertThat(firstFault(verdict((line + "\n").getBytes(UTF_8))).kind())
                    .isEqualTo(FaultKind.UNREADABLE);
        }
    }

    @Test
    void aHeartbeatMustFollowItsPredecessorAndStandAtItsTip() {
        var log = new TestLog().beat(HeartbeatKind.START).record().beat(HeartbeatKind.BEAT);
        LinkedHeartbeat last = Objects.requireNonNull(log.last());
        var later = Heartbeat.after(last, HeartbeatKind.BEAT, last.at(), log.tip(), 1, 30_000, "");
        var skipped = Heartbeat.after(
                new LinkedHeartbeat(last.seq() + 1, last.hash(), last.at(), last.kind(), 30_000),
                HeartbeatKind.BEAT,
                last.at(),
                log.tip(),
                1,
                30_000,
                "");
        var unlinked = Heartbeat.after(null, HeartbeatKind.START, last.at(), log.tip(), 1, 30_000, "");
        var elsewhere = Heartbeat.after(last, HeartbeatKind.BEAT, last.at(), Tip.EMPTY, 1, 30_000, "");

        assertThat(kindAfter(log, later)).isNull();
        assertThat(kindAfter(log, skipped)).isEqualTo(FaultKind.HEARTBEAT_LINK);
        assertThat(kindAfter(log, unlinked)).isEqualTo(FaultKind.HEARTBEAT_LINK);
        assertThat(kindAfter(log, elsewhere)).isEqualTo(FaultKind.HEARTBEAT_TIP);
    }

    @Test
    void aForgedHeartbeatMemberIsFound() {
        String beat = HeartbeatLine.of(
                        Heartbeat.after(null, HeartbeatKind.START, Instant.EPOCH, Tip.EMPTY, 1, 30_000, ""))
                .text();

        assertThat(firstFault(verdict((beat.replace("\"uptime_ms\":1", "\"uptime_ms\":2") + "\n").getBytes(UTF_8)))
                        .kind())
                .isEqualTo(FaultKind.HEARTBEAT_HASH);
        assertThat(firstFault(verdict((beat.replaceFirst(",\"_heartbeat_hash.*", "}") + "\n").getBytes(UTF_8)))
                        .kind())
                .isEqualTo(FaultKind.HEARTBEAT_FORM);
        assertThat(firstFault(verdict((beat.replaceFirst("\"_heartbeat\":\\{[^}]*},", "") + "\n").getBytes(UTF_8)))
                        .kind())
                .isEqualTo(FaultKind.HEARTBEAT_FORM);
    }

    @Test
    void thePeersHeartbeatsAreCountedAsUnprotected() {
        LogVerdict verdict = verdict(new TestLog()
                .peersHeartbeat()
                .record()
                .peersHeartbeat()
                .beat(HeartbeatKind.START)
                .toBytes());

        assertThat(verdict).isInstanceOf(LogVerdict.Intact.class);
        assertThat(verdict.state().unprotected()).isEqualTo(2);
        assertThat(verdict.state().heartbeats()).isEqualTo(1);
    }

    @Test
    void silenceIsAGapUnlessTheRelayWasStopped() {
        var gaps = new ArrayList<LogGap>();
        byte[] log = new TestLog()
                .beat(HeartbeatKind.START)
                .pause(35)
                .beat(HeartbeatKind.BEAT)
                .pause(36)
                .beat(HeartbeatKind.STOP)
                .pause(3_600)
                .beat(HeartbeatKind.START)
                .toBytes();

        LogVerdict verdict = verdict(log, new LogListener() {
            @Override
            public void gap(LogGap gap) {
                gaps.add(gap);
            }
        });

        assertThat(gaps).containsExactly(new LogGap(Instant.parse("2026-07-01T08:00:35Z"), Duration.ofSeconds(36)));
        assertThat(verdict.state().gaps()).isEqualTo(1);
        LinkedHeartbeat last = verdict.state().last();
        assertThat(LogGap.between(last, Instant.parse("2026-07-01T09:01:40Z"))).isEmpty();
        assertThat(LogGap.between(last, Instant.parse("2026-07-01T10:00:00Z"))).isPresent();
    }

    @Test
    void aVerificationGoesOnFromAState() {
        TestLog log = new TestLog()
                .beat(HeartbeatKind.START)
                .records(5)
                .beat(HeartbeatKind.BEAT)
                .records(5);
        byte[] bytes = log.toBytes();

        LogVerdict half = verdict(Arrays.copyOf(bytes, log.start(7)));
        var verifier = new AuditVerifier(half.state(), LogListener.NONE);
        verifier.accept(bytes, log.start(7), bytes.length);

        assertThat(verifier.verdict()).isEqualTo(verdict(bytes));
        assertThat(verifier.verdict().state().offset()).isEqualTo(bytes.length);
    }

    @Test
    void aLiveLogIsFollowedLineByLine() {
        byte[] log = new TestLog().beat(HeartbeatKind.START).records(3).toBytes();
        var verifier = new AuditVerifier(LogState.START, LogListener.NONE);

        for (int at = 0; at < log.length; at++) {
            verifier.accept(log, at, at + 1);
            LogVerdict verdict = verifier.verdict();
            if (log[at] == '\n') {
                assertThat(verdict).isInstanceOf(LogVerdict.Intact.class);
            } else {
                assertThat(verdict).isInstanceOf(LogVerdict.Unterminated.class);
                boolean whole = log[at + 1] == '\n';
                assertThat(((LogVerdict.Unterminated) verdict).completes()).isEqualTo(whole);
            }
        }
    }

    static Fault firstFault(LogVerdict verdict) {
        return switch (verdict) {
            case LogVerdict.Broken broken -> broken.first();
            case LogVerdict.Torn torn -> torn.fault();
            case LogVerdict.Intact _, LogVerdict.Unterminated _ -> throw new AssertionError("no fault in " + verdict);
        };
    }

    private static @Nullable FaultKind kindAfter(TestLog log, Heartbeat next) {
        byte[] line = HeartbeatLine.of(next).toBytes();
        byte[] bytes = Arrays.copyOf(log.toBytes(), log.size() + line.length);
        System.arraycopy(line, 0, bytes, log.size(), line.length);
        LogVerdict verdict = verdict(bytes);
        return verdict instanceof LogVerdict.Intact ? null : firstFault(verdict).kind();
    }

    private static LogListener recording(List<String> heard) {
        return new LogListener() {
            @Override
            public void record(long seq, long offset, int length) {
                heard.add("record " + seq + " at " + offset + "+" + length);
            }

            @Override
            public void heartbeat(Heartbeat heartbeat, long offset) {
                heard.add("heartbeat " + heartbeat.kind() + " at " + offset);
            }
        };
    }
}
