package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.Heartbeat;
import dev.cairn.protocol.audit.HeartbeatKind;
import dev.cairn.protocol.audit.HeartbeatLine;
import dev.cairn.protocol.audit.LinkedHeartbeat;
import dev.cairn.protocol.audit.RepairedRange;
import dev.cairn.protocol.audit.Tip;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {

    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

    @TempDir
    private Path dir;

    @Test
    void anEmptyLogIsNoProof() throws IOException {
        Path log = Files.createFile(dir.resolve("events.relay.jsonl"));

        CommandRun run = CommandRun.of("verify", "--file", log.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).startsWith("NO RECORDS");
    }

    @Test
    void aFileThatIsNotThereIsUsage() {
        CommandRun run = CommandRun.of("verify", "--data", dir.toString());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("there is no log " + dir.resolve("events.relay.jsonl"));
    }

    @Test
    void aLineThatNobodyHashedIsShownWithItsPlace() throws IOException {
        Path log = Files.writeString(dir.resolve("log"), "{\"_relay\":{},\"id\":\"forged\"}\n".repeat(2));

        CommandRun run = CommandRun.of("verify", "--file", log.toString());
        CommandRun json = CommandRun.of("verify", "--json", "--file", log.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("line 1, byte 0: ");
        assertThat(json.exitCode()).isEqualTo(1);
        assertThat(json.out()).contains("\"faults\":[{\"kind\":\"not_a_record\",\"line\":1,\"offset\":0,");
    }

    @Test
    void aUsersLogIsToldByItsLinesAndVerifiedByItsOwnRules() throws IOException {
        String event = "{\"id\":\"%s\",\"session_id\":\"s\",\"timestamp\":\"2026-01-01T00:00:00Z\","
                + "\"agent\":\"custom\",\"action\":\"file_read\",\"risk\":{\"level\":\"none\"},"
                + "\"event_hash\":\"sha256:" + "0".repeat(64) + "\"}\n";
        Path log = Files.writeString(dir.resolve("user.jsonl"), event.formatted("a"));

        CommandRun run = CommandRun.of("verify", "--file", log.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).startsWith("BROKEN  this user's log").contains("event 1: it was changed");
    }

    @Test
    void aUsersLogWithoutHashesIsUnprotectedAndNotBroken() throws IOException {
        String event = "{\"id\":\"%s\",\"session_id\":\"s\",\"timestamp\":\"2026-01-01T00:00:00Z\","
                + "\"agent\":\"custom\",\"action\":\"file_read\",\"risk\":{\"level\":\"none\"}}\n";
        Path log = Files.writeString(dir.resolve("user.jsonl"), event.formatted("a") + event.formatted("b"));
        Path damaged = Files.writeString(dir.resolve("damaged.jsonl"), event.formatted("a") + "{torn\n");

        CommandRun run = CommandRun.of("verify", "--file", log.toString());
        CommandRun json = CommandRun.of("verify", "--json", "--file", log.toString());
        CommandRun broken = CommandRun.of("verify", "--file", damaged.toString());

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).startsWith("UNPROTECTED  ").doesNotContain("BROKEN");
        assertThat(json.exitCode()).isEqualTo(1);
        assertThat(json.out()).startsWith("{\"ok\":false,\"verdict\":\"unprotected\",");
        assertThat(broken.out()).startsWith("BROKEN  ");
    }

    @Test
    void whatRepairsLeftOutIsCounted() throws IOException {
        HeartbeatLine start = beat(null, HeartbeatKind.START);
        byte[] torn = "{\"torn".getBytes(StandardCharsets.UTF_8);
        var range = new RepairedRange(start.toBytes().length, torn.length, Hash.of(torn, 0, torn.length));
        var repair = HeartbeatLine.of(
                Heartbeat.repairing(start.link(), range, LONG_AGO.plusSeconds(1), Tip.EMPTY, 1, 30_000, ""));
        Files.writeString(dir.resolve("events.relay.jsonl"), start.text() + "\n{\"torn\n" + repair.text() + "\n");

        CommandRun run = CommandRun.of("verify", "--data", dir.toString());
        CommandRun json = CommandRun.of("verify", "--json", "--data", dir.toString());
        CommandRun doctor = CommandRun.of("doctor", "--data", dir.toString());

        assertThat(run.out()).containsPattern("repairs +1 torn end left out: 6 B with no whole record");
        assertThat(json.out()).contains("\"repairs\":1,\"repaired_bytes\":6,\"repaired_records\":0,");
        assertThat(doctor.out()).containsPattern("\\[warn] repairs +1 torn end left out");
    }

    @Test
    void onlyALiveLogIsSilentUntilNow() throws IOException {
        Path live = dir.resolve("events.relay.jsonl");
        Files.writeString(live, beat(null, HeartbeatKind.START).text() + "\n");
        Path copy = Files.copy(live, dir.resolve("copy.jsonl"));

        CommandRun onLive = CommandRun.of("verify", "--data", dir.toString());
        CommandRun byName = CommandRun.of("verify", "--data", dir.toString(), "--file", live.toString());
        CommandRun onCopy = CommandRun.of("verify", "--data", dir.toString(), "--file", copy.toString());
        CommandRun json = CommandRun.of("verify", "--json", "--file", copy.toString());
        CommandRun doctor = CommandRun.of("doctor", "--data", dir.toString());

        assertThat(onLive.out()).contains("from 2020-01-01T00:00:00Z until now").doesNotContain("without a stop");
        assertThat(byName.out()).contains("until now");
        assertThat(onCopy.out())
                .containsPattern("end +without a stop, after the heartbeat of 2020-01-01T00:00:00Z")
                .doesNotContain("until now", "gaps");
        assertThat(json.out())
                .contains(
                        "\"gaps\":[]", "\"silent_until_now\":false,\"ends_without_stop_at\":\"2020-01-01T00:00:00Z\"");
        assertThat(doctor.out()).containsPattern("\\[warn] gaps +silent for ");
    }

    @Test
    void aLogThatEndsWithAStopEndsAsItShould() throws IOException {
        HeartbeatLine start = beat(null, HeartbeatKind.START);
        HeartbeatLine stop = beat(start.link(), HeartbeatKind.STOP);
        Path log = Files.writeString(dir.resolve("log"), start.text() + "\n" + stop.text() + "\n");

        CommandRun run = CommandRun.of("verify", "--file", log.toString());

        assertThat(run.out()).doesNotContain("without a stop", "until now");
    }

    @Test
    void everySilenceIsToldWithItsBeginningAndLength() throws IOException {
        HeartbeatLine start = beat(null, HeartbeatKind.START, LONG_AGO);
        HeartbeatLine second = beat(start.link(), HeartbeatKind.BEAT, LONG_AGO.plusSeconds(312));
        HeartbeatLine third = beat(second.link(), HeartbeatKind.BEAT, LONG_AGO.plusSeconds(342));
        HeartbeatLine stop = beat(third.link(), HeartbeatKind.STOP, LONG_AGO.plusSeconds(7_542));
        Path log = dir.resolve("events.relay.jsonl");
        Files.writeString(log, String.join("\n", start.text(), second.text(), third.text(), stop.text()) + "\n");

        CommandRun run = CommandRun.of("verify", "--data", dir.toString());
        CommandRun json = CommandRun.of("verify", "--json", "--data", dir.toString());
        CommandRun doctor = CommandRun.of("doctor", "--data", dir.toString());

        assertThat(run.out())
                .containsPattern("gaps +2 silences where a heartbeat was due:")
                .containsSubsequence("5 m 12 s from 2020-01-01T00:00:00Z", "2 h 0 m from 2020-01-01T00:05:42Z");
        assertThat(json.out())
                .contains("\"gaps\":[{\"since\":\"2020-01-01T00:00:00Z\",\"length_ms\":312000},"
                        + "{\"since\":\"2020-01-01T00:05:42Z\",\"length_ms\":7200000}]");
        assertThat(doctor.out())
                .containsPattern("\\[warn] gaps +2 silences where a heartbeat was due:")
                .containsSubsequence("5 m 12 s from 2020-01-01T00:00:00Z", "2 h 0 m from 2020-01-01T00:05:42Z");
    }

    @Test
    void doctorTellsOfManySilencesTheNewestOnes() throws IOException {
        StringBuilder lines = new StringBuilder();
        HeartbeatLine last = beat(null, HeartbeatKind.START, LONG_AGO);
        lines.append(last.text()).append('\n');
        for (int i = 1; i <= 12; i++) {
            HeartbeatKind kind = i == 12 ? HeartbeatKind.STOP : HeartbeatKind.BEAT;
            last = beat(last.link(), kind, LONG_AGO.plusSeconds(100L * i));
            lines.append(last.text()).append('\n');
        }
        Files.writeString(dir.resolve("events.relay.jsonl"), lines);

        CommandRun doctor = CommandRun.of("doctor", "--data", dir.toString());

        assertThat(doctor.out())
                .contains("12 silences where a heartbeat was due, the newest 10:")
                .contains("from 2020-01-01T00:03:20Z", "from 2020-01-01T00:18:20Z")
                .doesNotContain("from 2020-01-01T00:01:40Z");
    }

    private static HeartbeatLine beat(@Nullable LinkedHeartbeat previous, HeartbeatKind kind) {
        return beat(previous, kind, LONG_AGO);
    }

    private static HeartbeatLine beat(@Nullable LinkedHeartbeat previous, HeartbeatKind kind, Instant at) {
        return HeartbeatLine.of(Heartbeat.after(previous, kind, at, Tip.EMPTY, 1, 30_000, ""));
    }
}
