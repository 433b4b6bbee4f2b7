package dev.cairn.protocol.witness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.witness.WitnessRecord.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WitnessRecordTest {

    private static final Hash TIP = new Hash("sha256:" + "ab".repeat(32));
    private static final Response ANCHORED = new Response(
            "one",
            "https://w.example/a",
            true,
            201,
            "",
            WitnessReply.of("{\"anchor_id\":\"a\\u0001\",\"witnessed_at\":\"soon\",\"receipt_hash\":\"sha256:aa\"}"),
            Proof.ANCHOR);
    private static final Response REFUSED =
            new Response("two", "http://w2.example/", false, 500, "HTTP 500", WitnessReply.of("no"), null);
    private static final Response UNREACHED =
            new Response("three", "http://w3.example/", false, 0, "connection refused", null, null);
    private static final WitnessRecord RECORD = new WitnessRecord(
            "2026-04-05T14:30:00.001Z",
            TIP,
            1847,
            "hmac-sha256:ef",
            2,
            false,
            List.of(ANCHORED, REFUSED, UNREACHED),
            3,
            true);

    /// As the peer writes it.
    private static final String PEERS = "{\"timestamp\":\"2026-04-05T14:30:00.001Z\",\"seal_tip\":\"" + TIP
            + "\",\"attempted\":1,\"succeeded\":1,\"failed\":0,\"quorum_met\":true,"
            + "\"responses\":[{\"name\":\"w\",\"url\":\"https://w.example/\",\"ok\":true,\"status\":200}]}";

    @TempDir
    private Path directory;

    @Test
    void holdsThePeersMembersFirstAndThenOurs() {
        VectorFile line = VectorFile.parse(RECORD.text());

        assertThat(line.members().keySet().stream().map(String::valueOf))
                .containsExactly(
                        "timestamp",
                        "seal_tip",
                        "attempted",
                        "succeeded",
                        "failed",
                        "quorum_met",
                        "responses",
                        "attempt",
                        "final",
                        "chained_events",
                        "seal_signature",
                        "quorum");
        assertThat(line.at("failed").number()).isEqualTo(2);
        VectorFile anchored = line.at("responses").items().getFirst();
        assertThat(anchored.members().keySet().stream().map(String::valueOf))
                .containsExactly(
                        "name",
                        "url",
                        "ok",
                        "status",
                        "proof",
                        "response",
                        "anchor_id",
                        "witnessed_at",
                        "receipt_hash");
        assertThat(anchored.text("anchor_id")).isEqualTo("a\u0001");
        assertThat(line.at("responses").items().getLast().members().keySet().stream()
                        .map(String::valueOf))
                .containsExactly("name", "url", "ok", "error");
    }

    @Test
    void isReadBack() {
        WitnessRecord read = WitnessRecord.read(RECORD.text() + "\n");

        assertThat(read.text()).isEqualTo(RECORD.text());
        assertThat(read).usingRecursiveComparison().isEqualTo(RECORD);
        assertThat(read.isOf(new SealedTip(TIP, 1847, "hmac-sha256:ef", "key"))).isTrue();
        assertThat(read.isOf(new SealedTip(TIP, 1847, "hmac-sha256:ee", "key"))).isFalse();
        assertThat(read.isOf(new SealedTip(TIP, 1848, "hmac-sha256:ef", "key"))).isFalse();
    }

    @Test
    void ofThePeerIsReadToo() {
        WitnessRecord read = WitnessRecord.read(PEERS);

        assertThat(read.attempted()).isEqualTo(1);
        assertThat(read.succeeded()).isEqualTo(1);
        assertThat(read.isQuorumMet()).isTrue();
        assertThat(read.isFinal()).isTrue();
        assertThat(read.attempt()).isEqualTo(WitnessRecord.UNKNOWN);
        assertThat(read.isOf(new SealedTip(TIP, 7, "any", null))).isTrue();
        assertThat(read.text()).startsWith(PEERS.substring(0, PEERS.length() - 1));
    }

    @Test
    void staysOnOneLineWhateverTheReply() {
        Response hostile = new Response(
                "n\n", "http://w/", true, 200, "", WitnessReply.of("{\n\"a\": \"\u2028\r\n\"}\n"), Proof.STATUS);
        WitnessRecord record = new WitnessRecord("t", TIP, 1, "s", 1, true, List.of(hostile), 1, true);

        assertThat(record.text()).doesNotContain("\n", "\r", "\u2028");
        assertThat(WitnessRecord.read(record.text()).responses().getFirst().reply())
                .hasToString("{\n\"a\": \"\u2028\r\n\"}\n");
    }

    @Test
    void refusesALineThatIsNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> WitnessRecord.read("{}"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WitnessRecord.read(PEERS.replace("\"ok\":true", "\"ok\":1")))
                .withMessage("ok: expected true or false");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WitnessRecord.read(PEERS.replaceFirst("\\[.*]", "[7]")))
                .withMessage("responses: expected objects");
    }

    @Test
    void areReadOneByOneFromAFile() throws IOException {
        List<String> heard = new ArrayList<>();
        Path file = directory.resolve("witnesses.relay.jsonl");
        Files.writeString(file, RECORD.text() + "\n\nno record\n" + PEERS + "\n{\"timestamp\"", UTF_8);

        WitnessLog.read(file, new WitnessLog.Listener() {
            @Override
            public void record(WitnessRecord record, long line) {
                heard.add(line + " of " + record.attempted());
            }

            @Override
            public void unreadable(String reason, long line) {
                heard.add(line + " unreadable");
            }
        });

        assertThat(heard).containsExactly("1 of 3", "3 unreadable", "4 of 1", "5 unreadable");
    }
}
