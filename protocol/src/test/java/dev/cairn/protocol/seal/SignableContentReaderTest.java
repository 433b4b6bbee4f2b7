package dev.cairn.protocol.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.Hash;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignableContentReaderTest {

    private static final String STATEMENT = TestKeys.SEALS.at("dsse").text("statement_canonical");
    private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
    private static final String ATTESTATION = "{\"schema_version\":1,\"type\":\"commit-attestation\"}";

    private final SignableContentReader reader = new SignableContentReader();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"schema_version\":1.0,\"type\":\"commit-attestation\"}",
                "{\"schema_version\":1e0,\"type\":\"commit-attestation\"}  \n",
                "{\"type\":\"x\",\"schema_version\":1,\"type\":\"commit\\u002dattestation\"}",
                "{\"schema_version\":1,\"type\":\"commit-attestation\",\"x\":\"\ud800\"}"
            })
    void anObjectOfThatTypeAndVersionIsAnAttestation(String data) {
        assertThat(reader.read(data)).isInstanceOf(SignableContent.Attestation.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"schema_version\":\"1\",\"type\":\"commit-attestation\"}",
                "{\"schema_version\":true,\"type\":\"commit-attestation\"}",
                "{\"schema_version\":1}",
                "{\"schema_version\":1,\"type\":[\"commit-attestation\"]}",
                "{\"schema_version\":1,\"type\":\"commit-attestation\"}x",
                "{\"schema_version\":1,\"type\":\"commit-attestation\",}",
                "{\"x\":{\"schema_version\":1,\"type\":\"commit-attestation\"}}",
                "[{\"schema_version\":1,\"type\":\"commit-attestation\"}]",
                "\ufeff{\"schema_version\":1,\"type\":\"commit-attestation\"}",
                "\"{\"",
                "{",
                "{}"
            })
    void anythingElseIsNone(String data) {
        assertRefused(data);
    }

    @Test
    void noNestingIsTooDeep() {
        String deep = "{\"x\":" + "[".repeat(8_000) + "]".repeat(8_000) + "," + ATTESTATION.substring(1);

        assertThat(reader.read(deep)).isInstanceOf(SignableContent.Attestation.class);
        assertRefused("{".repeat(16_384));
    }

    @Test
    void aStatementMayHaveMoreMembersDigestsAndSubjects() {
        String digests = "{\"gitCommit\":\"" + COMMIT + "\",\"sha256\":\"" + "CD".repeat(32) + "\"}";
        String commit = "{\"gitCommit\":\"" + COMMIT + "\"}";

        assertStatement(STATEMENT);
        assertStatement(STATEMENT.replace("\"_type\"", "\"more\":[1],\"_type\""));
        assertStatement(STATEMENT.replace("{\"digest\":" + commit, "{\"digest\":" + digests));
        assertStatement(STATEMENT.replace(
                "67\"}]}", "67\"},{\"name\":\"x\",\"digest\":{\"md5\":\"" + "0".repeat(32) + "\"}}]}"));
        assertStatement(STATEMENT.replace(COMMIT, "ab".repeat(32)));
    }

    @Test
    void eachMemberOfAStatementHasToBeRight() {
        assertNoStatement("/Statement/v1", "/Statement/v2");
        assertNoStatement("\"subject\":[{", "\"subject\":{\"x\":[{");
        assertNoStatement("git+main:", "git+ma#in:");
        assertNoStatement("git+main:", "git+:");
        assertNoStatement("git+main:", "git+" + "m".repeat(257) + ":");
        assertNoStatement("git+main:0", "git+main:1");
        assertNoStatement("{\"gitCommit\":\"" + COMMIT + "\"}", "{}");
        assertNoStatement("{\"gitCommit\":\"" + COMMIT + "\"}", "{\"gitCommit\":5}");
        assertNoStatement("{\"gitCommit\"", "{\"sha1\"");
        assertNoStatement("{\"gitCommit\"", "{\"bad.name\":\"" + "0".repeat(32) + "\",\"gitCommit\"");
        assertNoStatement("{\"gitCommit\"", "{\"sha256\":\"" + "0".repeat(31) + "\",\"gitCommit\"");
        assertNoStatement("67\"}]}", "67\"},{\"name\":\"\",\"digest\":{\"md5\":\"" + "0".repeat(32) + "\"}}]}");
        assertNoStatement("67\"}]}", "67\"},5]}");
    }

    @Test
    void aPredicateIsClosedAndEachOfItsMembersHasToBeRight() {
        assertNoStatement("\"pass\":true", "\"pass\":1");
        assertNoStatement("\"pass\":true,", "");
        assertNoStatement("\"pass\":true", "\"pass\":true,\"__proto__\":1");
        assertNoStatement("\"chain_valid\":true", "\"chain_valid\":null");
        assertNoStatement("\"schema_version\":1", "\"schema_version\":2");
        assertNoStatement("\"tool_version\":\"0.6.11\"", "\"tool_version\":\"" + "x".repeat(65) + "\"");
        assertNoStatement("\"tool_version\":\"0.6.11\"", "\"tool_version\":\"\"");
        assertNoStatement("\"project_root\":\"/tmp/proj\"", "\"project_root\":\"" + "x".repeat(4097) + "\"");
        assertNoStatement("\"session_id\":\"ses_x\"", "\"session_id\":\"" + "x".repeat(257) + "\"");
        assertNoStatement("\"session_events_count\":3", "\"session_events_count\":-1");
        assertNoStatement("\"session_events_count\":3", "\"session_events_count\":\"3\"");
        assertNoStatement("\"failure_reasons\":[]", "\"failure_reasons\":{}");
        assertNoStatement("\"failure_reasons\":[]", "\"failure_reasons\":[\"\"]");
        assertNoStatement("\"failure_reasons\":[]", "\"failure_reasons\":[" + "\"x\",".repeat(64) + "\"x\"]");
        assertNoStatement("\"risk_summary\":{", "\"risk_summary\":{\"more\":1,");
        assertNoStatement("\"denials\":0,", "");
        assertNoStatement("\"denials\":0", "\"denials\":1000000001");
        assertStatement(
                STATEMENT.replace("\"failure_reasons\":[]", "\"failure_reasons\":[" + "\"x\",".repeat(63) + "\"x\"]"));
        assertStatement(STATEMENT.replace("\"session_events_count\":3", "\"session_events_count\":1e9"));
    }

    @Test
    void theEncodingIsExact() {
        int length = STATEMENT.length();
        String good = "DSSEv1 28 application/vnd.in-toto+json " + length + " " + STATEMENT;

        assertThat(reader.read(good)).isInstanceOf(SignableContent.Statement.class);
        assertThat(reader.read(good.replace(" 28 ", " 0000000028 "))).isInstanceOf(SignableContent.Statement.class);
        for (String bad : List.of(
                good.replace(" 28 ", " 29 "),
                good.replace(" 28 ", " +28 "),
                good.replace(" 28 ", "  28 "),
                good.replace(" 28 ", " 4294967324 "),
                good.replace(" " + length + " ", " " + (length - 1) + " "),
                good.replace(" " + length + " ", "  "),
                good.replace(" " + length + " ", " " + length + "  "),
                good.replace("DSSEv1", "DSSEv2"),
                good.replace("in-toto", "IN-toto"),
                good + " ",
                "DSSEv1 ",
                "DSSEv1 28 ",
                "DSSEv1 28 application/vnd.in-toto+json",
                "DSSEv1 28 application/vnd.in-toto+json ",
                "DSSEv1 28 application/vnd.in-toto+json 0 ",
                "DSSEv1 28 application/vnd.in-toto+json 2 []")) {
            assertRefused(bad);
        }
    }

    @Test
    void thePayloadOfASealIsRecognised() {
        Hash tip = new Hash("sha256:" + "ab".repeat(32));

        assertThat(reader.read("patchwork-seal:v1:" + tip + ":1:2026-04-05T14:30:00.000Z"))
                .isEqualTo(new SignableContent.OfSeal(new SealPayload(tip, 1, "2026-04-05T14:30:00.000Z")));
        assertRefused("patchwork-seal:v1:" + tip + ":1:2026-04-05T14:30:00.000Z ");
        assertRefused("patchwork-seal:v2:" + tip + ":1:2026-04-05T14:30:00.000Z");
        assertRefused(SealLink.text(1, null, 5, "hmac-sha256:" + "0".repeat(64)));
    }

    @Test
    void whateverIsChangedInAStatementItIsReadWithoutHarm() {
        byte[] good =
                ("DSSEv1 28 application/vnd.in-toto+json " + STATEMENT.length() + " " + STATEMENT).getBytes(UTF_8);
        Random random = new Random(7);

        for (int i = 0; i < 20_000; i++) {
            byte[] changed = good.clone();
            for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            assertThat(reader.read(new String(changed, UTF_8))).isNotNull();
        }
    }

    private void assertNoStatement(String part, String replacement) {
        assertThat(STATEMENT).contains(part);
        assertRefused(encoded(STATEMENT.replace(part, replacement)));
    }

    private void assertStatement(String statement) {
        assertThat(reader.read(encoded(statement))).isInstanceOf(SignableContent.Statement.class);
    }

    private void assertRefused(String data) {
        assertThat(reader.read(data)).isInstanceOf(SignableContent.Refused.class);
    }

    private static String encoded(String statement) {
        return "DSSEv1 28 application/vnd.in-toto+json " + statement.getBytes(UTF_8).length + " " + statement;
    }
}
