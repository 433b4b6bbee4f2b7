package dev.cairn.protocol.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.audit.AuditAnswer.ChainState;
import dev.cairn.protocol.audit.AuditAnswer.Failure;
import dev.cairn.protocol.audit.AuditAnswer.LastSeal;
import dev.cairn.protocol.audit.AuditAnswer.NotVerified;
import dev.cairn.protocol.audit.AuditAnswer.NotVerified.Reason;
import dev.cairn.protocol.audit.AuditAnswer.Pong;
import dev.cairn.protocol.audit.AuditAnswer.SealStatus;
import dev.cairn.protocol.audit.AuditAnswer.Signed;
import dev.cairn.protocol.audit.AuditAnswer.Verified;
import org.junit.jupiter.api.Test;

class AuditAnswerTest {

    private static final Hash TIP = new Hash("sha256:" + "ab".repeat(32));

    @Test
    void answersPing() {
        assertThat(line(new Pong(4711, 5610, TIP)))
                .isEqualTo("{\"ok\":true,\"status\":\"ok\",\"pid\":4711,\"uptime_ms\":5610,\"relay_hash\":\"" + TIP
                        + "\"}\n");
        assertThat(line(new Pong(4711, 5610, null)))
                .isEqualTo("{\"ok\":true,\"status\":\"ok\",\"pid\":4711,\"uptime_ms\":5610}\n");
    }

    @Test
    void answersChainState() {
        assertThat(line(new ChainState(Tip.EMPTY, 0, 1795301771726L, 5602, 15)))
                .isEqualTo("{\"ok\":true,\"chain_tip\":null,\"event_count\":0,\"last_seal_event_count\":0,"
                        + "\"last_heartbeat\":1795301771726,\"uptime_ms\":5602,\"auto_seal_interval_minutes\":15}\n");
        assertThat(line(new ChainState(new Tip(TIP, 7), 3, 0, 1, 60)))
                .isEqualTo("{\"ok\":true,\"chain_tip\":\"" + TIP + "\",\"event_count\":7,\"last_seal_event_count\":3,"
                        + "\"last_heartbeat\":null,\"uptime_ms\":1,\"auto_seal_interval_minutes\":60}\n");
    }

    @Test
    void answersSealStatus() {
        assertThat(line(new SealStatus(null, 0, true, false, null, false, 0)))
                .isEqualTo(
                        "{\"ok\":true,\"last_seal_at\":null,\"last_seal_tip\":null,\"last_seal_events\":null,\"seals_total\":0,"
                                + "\"auto_seal_enabled\":true,\"witness_enabled\":false,\"witness_quorum_met\":null,"
                                + "\"witness_quorum_overdue\":false,\"witness_contradictions\":0}\n");
        assertThat(line(new SealStatus(
                        new LastSeal("2026-01-01T00:00:00.000Z", TIP, 9), 4, false, true, false, true, 2)))
                .isEqualTo("{\"ok\":true,\"last_seal_at\":\"2026-01-01T00:00:00.000Z\",\"last_seal_tip\":\"" + TIP
                        + "\",\"last_seal_events\":9,\"seals_total\":4,"
                        + "\"auto_seal_enabled\":false,\"witness_enabled\":true,\"witness_quorum_met\":false,"
                        + "\"witness_quorum_overdue\":true,\"witness_contradictions\":2}\n");
    }

    @Test
    void answersSignAndVerify() {
        assertThat(line(new Signed("hmac-sha256:00", "0e435a1f72a74b8e", "2026-11-21T22:56:19.382Z")))
                .isEqualTo("{\"ok\":true,\"signature\":\"hmac-sha256:00\",\"key_id\":\"0e435a1f72a74b8e\","
                        + "\"signed_at\":\"2026-11-21T22:56:19.382Z\",\"source\":\"relay\"}\n");
        assertThat(line(new Verified())).isEqualTo("{\"ok\":true,\"verified\":true}\n");
        assertThat(line(new NotVerified(Reason.UNKNOWN_KEY)))
                .isEqualTo("{\"ok\":true,\"verified\":false,\"reason\":\"unknown_key\"}\n");
        assertThat(line(new NotVerified(Reason.SIGNATURE_MISMATCH)))
                .isEqualTo("{\"ok\":true,\"verified\":false,\"reason\":\"signature_mismatch\"}\n");
    }

    @Test
    void answersFailuresInOneLineWhateverTheTextHolds() {
        String text = "a \"b\" \\ \n\r\u0000\u2028 é 日 😀 \ud83d x";

        String line = line(new Failure(text));

        assertThat(line).endsWith("}\n");
        assertThat(line.chars().filter(unit -> unit < 0x20)).hasSize(1);
        assertThat(VectorFile.parse(line).text("error")).isEqualTo(text);
        assertThat(line(Failure.TAMPERED))
                .isEqualTo("{\"ok\":false,\"error\":\"Event hash mismatch — possible tampering\"}\n");
        assertThat(line(Failure.signFailed("not enabled")))
                .isEqualTo("{\"ok\":false,\"error\":\"Sign failed: not enabled\"}\n");
    }

    @Test
    void showsOfAClientsTextOnlyWhatIsHarmless() {
        assertThat(ClientText.show("é 日 😀 ok")).isEqualTo("é 日 😀 ok");
        assertThat(ClientText.show("\u001b[2J\n\u202E\ud83d\u0085"))
                .isEqualTo("\\u001b[2J\\u000a\\u202e\\ud83d\\u0085");
        assertThat(ClientText.show("x".repeat(199) + "😀y")).isEqualTo("x".repeat(199) + "😀…");
        assertThat(ClientText.show("x".repeat(200))).hasSize(200);
    }

    private static String line(AuditAnswer answer) {
        return new String(answer.toLine(), UTF_8);
    }
}
