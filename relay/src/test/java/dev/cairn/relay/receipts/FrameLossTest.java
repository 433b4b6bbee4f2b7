package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.DisclosurePolicy;
import dev.cairn.protocol.receipt.DropReasons;
import dev.cairn.protocol.receipt.ReceiptRules;
import dev.cairn.protocol.receipt.Redaction;
import dev.cairn.protocol.receipt.RiskTable;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.BusMessage.FrameDrops;
import dev.cairn.relay.bus.BusMessage.NotAppended;
import dev.cairn.relay.log.HeardLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Every frame is on its way to the writer or told to be lost, once, and so is what it says of losses before it
/// (`specs/receipts.md` 2).
@Timeout(60)
class FrameLossTest {

    /// More frames than may be on their way, and fewer than may wait.
    private static final int SOME = 60;

    /// More long frames than may wait.
    private static final int MANY = 400;

    private static final String LONG = ",\"input\":\"" + "x".repeat(2_000) + "\"";
    private static final String BREAKS = ",\"error\":\"break\"";
    private static final byte[] HALF = {0, 0, 0, 9, '{'};

    @TempDir
    private Path dir;

    @Test
    void whatFramesSayOfLossesIsToldThoughTheyAreGivenUpAtStop() throws Exception {
        try (RunningFrames frames = RunningFrames.in(dir);
                HeardLog log = HeardLog.of(FrameLoop.class)) {
            frames.hold();
            try (Emitter emitter = frames.connect()) {
                send(emitter, SOME, "");
                emitter.send(Emitter.frame("waits", ",\"agent_id\":\"a\",\"drop_count\":5"));
                end(emitter);
            }
            frames.stop();
            RunningFrames.until(
                    () -> frames.accountedFor() >= SOME + 1 && !frames.claims().isEmpty());

            assertThat(frames.accountedFor()).isEqualTo(SOME + 1);
            assertThat(frames.claims()).containsExactly("a:5");
            assertThat(frames.tools()).doesNotContain("waits");
            assertThat(frames.measured("store"))
                    .isEqualTo((double) frames.lost().store());
            assertThat(log.values("count"))
                    .containsExactly(String.valueOf(frames.lost().store()));
        }
    }

    @Test
    void whatDiscardedFramesSayOfLossesIsToldThoughTheRelayStops() throws Exception {
        try (RunningFrames frames = RunningFrames.in(dir)) {
            frames.hold();
            try (Emitter emitter = frames.connect()) {
                send(emitter, SOME, "");
                send(emitter, MANY, LONG);
                emitter.send(Emitter.frame("shed", LONG + ",\"drop_count\":7"));
                end(emitter);
            }
            frames.stop();
            RunningFrames.until(() ->
                    frames.accountedFor() >= SOME + MANY + 1 && !frames.claims().isEmpty());

            assertThat(frames.accountedFor()).isEqualTo(SOME + MANY + 1);
            assertThat(frames.claims()).containsExactly(":7");
            assertThat(frames.lost().shed()).isPositive();
        }
    }

    @Test
    void whatDiscardedFramesSayOfLossesIsToldInTheChainsOfTheirAgents() throws Exception {
        try (RunningFrames frames = RunningFrames.in(dir)) {
            frames.hold();
            try (Emitter emitter = frames.connect()) {
                send(emitter, SOME, "");
                send(emitter, MANY, LONG);
                emitter.send(Emitter.frame("shed", LONG + ",\"agent_id\":\"a\",\"drop_count\":5"));
                emitter.send(Emitter.frame("shed", LONG + ",\"agent_id\":\"b\",\"drop_count\":6"));
                emitter.send(Emitter.frame("shed", LONG + ",\"agent_id\":\"a\",\"drop_count\":7"));
                end(emitter);
            }
            frames.release(new Appended());
            RunningFrames.until(() -> frames.accountedFor() == SOME + MANY + 3);

            assertThat(frames.claims()).containsExactlyInAnyOrder("a:12", "b:6");
        }
    }

    @Test
    void whatARefusedFrameSaysOfLossesIsToldOnce() throws Exception {
        String tooLong = "x".repeat(300);
        try (RunningFrames frames = RunningFrames.in(dir);
                Emitter emitter = frames.connect()) {
            emitter.send(Emitter.frame("bad", ",\"agent_type\":\"" + tooLong + "\",\"drop_count\":4"));
            emitter.send("{");
            emitter.emit("good");
            RunningFrames.until(
                    () -> frames.accountedFor() >= 3 && !frames.claims().isEmpty());

            assertThat(frames.claims()).containsExactly(":4");
            assertThat(frames.lost()).isEqualTo(new DropReasons(0, 2, 0, 0));
        }
    }

    @Test
    void aConnectionThatEndsInsideAFrameIsToldOfThoughOthersOfItWait() throws Exception {
        try (RunningFrames frames = RunningFrames.in(dir)) {
            frames.hold();
            try (Emitter emitter = frames.connect()) {
                send(emitter, SOME, "");
                emitter.write(HALF);
                end(emitter);
            }
            RunningFrames.until(() -> frames.lost().framing() == 1);
            frames.stop();
            RunningFrames.until(() -> frames.accountedFor() >= SOME + 1);

            assertThat(frames.accountedFor()).isEqualTo(SOME + 1);
            assertThat(frames.drops).anyMatch(FrameDrops::leaving);
            assertThat(frames.lost().framing()).isEqualTo(1);
        }
    }

    @Test
    void aBadFrameThatHasWaitedIsToldOfThoughOthersWaitStill() throws Exception {
        try (RunningFrames frames = RunningFrames.in(dir)) {
            frames.hold();
            try (Emitter emitter = frames.connect()) {
                send(emitter, SOME, "");
                emitter.send("{}");
                send(emitter, 4 * SOME, "");
                end(emitter);
            }
            RunningFrames.until(() -> {
                frames.releaseSome(new Appended());
                return frames.lost().invalid() == 1;
            });

            assertThat(frames.tools()).hasSizeLessThan(4 * SOME);
        }
    }

    @Test
    void aFrameThatTheRelayFailsToReadIsCountedAndTheOthersAreRead() throws Exception {
        try (RunningFrames frames = RunningFrames.in(dir, rulesThatBreak());
                Emitter emitter = frames.connect()) {
            emitter.emit("first");
            RunningFrames.until(() -> frames.tools().size() == 1);

            emitter.write(together(
                    Emitter.frame("one"), Emitter.frame("breaks", BREAKS + ",\"drop_count\":3"), Emitter.frame("two")));
            RunningFrames.until(
                    () -> frames.tools().size() == 3 && frames.claims().size() == 1);
            emitter.emit("three");
            RunningFrames.until(() -> frames.accountedFor() >= 5);

            assertThat(frames.tools()).containsExactly("first", "one", "two", "three");
            assertThat(frames.claims()).containsExactly(":3");
            assertThat(frames.lost()).isEqualTo(new DropReasons(0, 0, 0, 1));
        }
    }

    @Test
    void aFrameThatHasWaitedAndThatTheRelayFailsToReadIsCountedAndTheOthersAreSent() throws Exception {
        try (RunningFrames frames = RunningFrames.in(dir, rulesThatBreak())) {
            frames.hold();
            try (Emitter emitter = frames.connect()) {
                send(emitter, SOME, "");
                emitter.send(Emitter.frame("breaks", BREAKS + ",\"drop_count\":3"));
                emitter.emit("last");
                emitter.send(Emitter.frame("breaks", BREAKS));
                end(emitter);
            }
            frames.release(new Appended());
            RunningFrames.until(
                    () -> frames.accountedFor() >= SOME + 3 && !frames.claims().isEmpty());

            assertThat(frames.tools()).hasSize(SOME + 1).endsWith("last");
            assertThat(frames.claims()).containsExactly(":3");
            assertThat(frames.lost()).isEqualTo(new DropReasons(0, 0, 0, 2));
            assertThat(frames.measured("store")).isEqualTo(2);
        }
    }

    @Test
    void whatTheWriterDoesNotAppendIsCountedWithWhatItSaysOfLosses() throws Exception {
        try (RunningFrames frames = RunningFrames.in(dir);
                Emitter emitter = frames.connect()) {
            frames.release(new NotAppended("no"));

            emitter.send(Emitter.frame("lost", ",\"drop_count\":5"));
            emitter.emit("lost");
            RunningFrames.until(() -> frames.lost().store() >= 7);

            assertThat(frames.lost()).isEqualTo(new DropReasons(0, 0, 0, 7));
            assertThat(frames.measured("store")).isEqualTo(2);
        }
    }

    @Test
    void framesOfAThousandConnectionsOfOneProcessAreCountedOnceEach() throws Exception {
        int connections = 1_000;
        try (RunningFrames frames = RunningFrames.in(dir)) {
            frames.hold();
            List<Emitter> emitters = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                Emitter emitter = frames.connect();
                emitters.add(emitter);
                emitter.emit("good");
                emitter.send("{}");
                if (i % 2 == 0) {
                    emitter.write(HALF);
                }
            }
            for (Emitter emitter : emitters.subList(0, connections / 2)) {
                emitter.close(); // In the middle of it all.
            }
            frames.release(new Appended());
            for (Emitter emitter : emitters.subList(connections / 2, connections)) {
                end(emitter);
                emitter.close();
            }
            RunningFrames.until(() -> frames.lost().framing() == connections / 2
                    && frames.lost().invalid()
                                    + frames.lost().shed()
                                    + frames.tools().size()
                            == 2L * connections);

            assertThat(frames.lost().store()).isZero();
            assertThat(frames.meters.get("cairn.receipts.backlog.bytes").gauge().value())
                    .isZero();
            assertThat(frames.meters.get("cairn.receipts.connections").gauge().value())
                    .isZero();
        }
    }

    @Test
    void aConnectionThatHasEndedDoesNotNameTheSessionOfAnothersLosses() throws Exception {
        try (RunningFrames frames = RunningFrames.in(dir);
                Emitter first = frames.connect();
                Emitter second = frames.connect();
                Emitter third = frames.connect()) {
            first.emit("good");
            first.send("{}");
            RunningFrames.until(() -> frames.drops.size() == 1);
            end(second); // With which the first one's loss is recorded.
            RunningFrames.until(() -> frames.drops.size() == 2);
            end(first);
            third.send("{}");
            RunningFrames.until(() -> frames.drops.size() == 3);

            assertThat(frames.drops)
                    .extracting(FrameDrops::sessionId)
                    .startsWith("sess-0001")
                    .endsWith("");
        }
    }

    private static void send(Emitter emitter, int count, String members) throws IOException {
        for (int i = 0; i < count; i++) {
            emitter.send(Emitter.frame("tool", members));
        }
    }

    private static void end(Emitter emitter) throws IOException {
        emitter.endOutput();
        emitter.awaitEnd();
    }

    /// As one write.
    private static byte[] together(String... bodies) {
        var all = new ByteArrayOutputStream();
        for (String body : bodies) {
            all.writeBytes(Emitter.framed(body.getBytes(StandardCharsets.UTF_8)));
        }
        return all.toByteArray();
    }

    /// An operator's pattern that fails at one text.
    private static ReceiptRules rulesThatBreak() {
        Redaction redaction = Redaction.withPatterns(List.of(text -> {
            if (text.equals("break")) {
                throw new IllegalStateException("a pattern that fails");
            }
            return text;
        }));
        return new ReceiptRules(
                ReceiptRules.DEFAULT_ISSUER, RiskTable.standard(), redaction, 0, new DisclosurePolicy.Off(), null);
    }
}
