package dev.cairn.protocol.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.protocol.VectorFile;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeartbeatLineTest {

    private static final Instant AT = Instant.parse("2026-07-01T08:10:00.001Z");
    private static final Hash SOME_HASH = Hash.of(new byte[] {1}, 0, 1);
    private static final LinkedHeartbeat PREVIOUS = new LinkedHeartbeat(7, SOME_HASH, AT, HeartbeatKind.BEAT, 30_000);
    private static final Tip TIP = new Tip(SOME_HASH, 3);

    static List<VectorFile> vectors() {
        return VectorFile.audit("cairn.json").at("heartbeats").items();
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void aKnownLineIsReadAndWrittenAgainByteForByte(VectorFile vector) {
        HeartbeatLine read = HeartbeatLine.read(vector.text("line"));

        assertThat(read.hash().text()).isEqualTo(vector.text("heartbeat_hash"));
        assertThat(HeartbeatLine.of(read.heartbeat())).isEqualTo(read);
        assertThat(read.text()).isEqualTo(vector.text("line"));
    }

    @Test
    void everythingThatALineCanSayIsReadBack() {
        var peer = new Peer(4242, 1000, 1000, "/opt/\"a\"\n\u0001\uD800/漢😀");
        Heartbeat told = Heartbeat.after(
                        PREVIOUS, HeartbeatKind.NOTE, AT, TIP, 12, 30_000, Heartbeat.newSalt(new SecureRandom()))
                .withNotes(List.of(
                        new HeartbeatNote.Drops(peer, new DropCounts(1, 2, 3, 4, 5)),
                        new HeartbeatNote.Drops(Peer.NOBODY, new DropCounts(0, 0, 1, 0, 0)),
                        new HeartbeatNote.KeyRotated("aa", "bb"),
                        new HeartbeatNote.ClockStep(-3_600_000),
                        new HeartbeatNote.DamageAccepted(5, 1_827, "JSON", "{\"id\"")));

        HeartbeatLine line = HeartbeatLine.of(told);
        HeartbeatLine read = HeartbeatLine.read(new String(line.toBytes(), UTF_8));

        assertThat(read).isEqualTo(line);
        assertThat(read.heartbeat()).isEqualTo(told);
        assertThat(read.heartbeat().salt()).hasSize(22);
        assertThat(read.link().seq()).isEqualTo(8);
    }

    @Test
    void aRepairNamesItsRange() {
        var range = new RepairedRange(1_827, 43, SOME_HASH);

        HeartbeatLine line = HeartbeatLine.of(Heartbeat.repairing(null, range, AT, Tip.EMPTY, 5, 30_000, ""));

        assertThat(HeartbeatLine.read(line.text()).heartbeat().repair()).isEqualTo(range);
        assertThat(line.heartbeat().seq()).isEqualTo(1);
    }

    @Test
    void onlyReasonsThatOccurredAreWritten() {
        Heartbeat told = Heartbeat.after(PREVIOUS, HeartbeatKind.NOTE, AT, TIP, 12, 30_000, "")
                .withNotes(List.of(new HeartbeatNote.Drops(
                        new Peer(Peer.UNKNOWN, 1000, Peer.UNKNOWN, ""), new DropCounts(0, 0, 0, 9, 0))));

        assertThat(HeartbeatLine.of(told).text())
                .contains("{\"what\":\"drops\",\"peer\":{\"uid\":1000},\"reasons\":{\"shed\":9}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"seq\":8", "\"uptime_ms\":12", "\"due_ms\":30000", "\"kind\":\"beat\"", "08:10"})
    void aChangedMemberBreaksTheHash(String member) {
        String text = HeartbeatLine.of(Heartbeat.after(PREVIOUS, HeartbeatKind.BEAT, AT, TIP, 12, 30_000, ""))
                .text();
        String changed = text.replace(
                member,
                member.replace('8', '9')
                        .replace("12", "13")
                        .replace("30000", "40000")
                        .replace("beat", "stop"));

        assertThat(changed).isNotEqualTo(text);
        assertThatThrownBy(() -> HeartbeatLine.read(changed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("_heartbeat_hash");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "{}",
                "{\"type\":\"heartbeat\"}",
                "{\"type\":\"heartbeat\",\"_heartbeat\":[]}",
                "{\"type\":\"heartbeat\",\"_heartbeat\":{\"seq\":1.5}}"
            })
    void whatIsNoLinkedHeartbeatIsRefused(String text) {
        assertThatThrownBy(() -> HeartbeatLine.read(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void dropsOfManyPeersAreSummedPerUser() {
        Map<Peer, DropCounts> counts = new HashMap<>();
        for (int pid = 1; pid <= 1_000; pid++) {
            counts.put(new Peer(pid, pid % 200, 5, "/bin/x"), new DropCounts(pid, 0, 0, 0, 0));
        }

        List<HeartbeatNote> notes = HeartbeatNote.drops(counts);

        assertThat(notes).hasSize(64 + 64 + 1);
        assertThat(notes.getFirst())
                .isEqualTo(new HeartbeatNote.Drops(new Peer(1_000, 0, 5, "/bin/x"), new DropCounts(1_000, 0, 0, 0, 0)));
        assertThat(notes.stream()
                        .mapToLong(note -> ((HeartbeatNote.Drops) note).counts().total())
                        .sum())
                .isEqualTo(1_000 * 1_001 / 2);
    }

    @Test
    void anEndlessExecutablePathIsNotRepeatedInALine() {
        Peer peer = new Peer(1, 2, 3, "x".repeat(HeartbeatNote.EXE_MAX + 1));

        List<HeartbeatNote> notes = HeartbeatNote.drops(Map.of(peer, new DropCounts(1, 0, 0, 0, 0)));

        assertThat(notes)
                .containsExactly(new HeartbeatNote.Drops(
                        new Peer(Peer.UNKNOWN, 2, Peer.UNKNOWN, ""), new DropCounts(1, 0, 0, 0, 0)));
    }
}
