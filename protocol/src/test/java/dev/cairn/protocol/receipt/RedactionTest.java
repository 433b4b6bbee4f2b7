package dev.cairn.protocol.receipt;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RedactionTest {

    private static final String A36 = "a".repeat(36);

    @ParameterizedTest
    @MethodSource
    void replacesSecretsOfKnownShapes(String text, String redacted) {
        assertThat(Redaction.builtIn().redact(text)).isEqualTo(redacted);
    }

    static Stream<Arguments> replacesSecretsOfKnownShapes() {
        return Stream.of(
                Arguments.of("x ghp_" + A36 + " y", "x [REDACTED] y"),
                Arguments.of("ghp_" + "a".repeat(35), "ghp_" + "a".repeat(35)),
                Arguments.of("GHP_" + A36, "GHP_" + A36),
                Arguments.of("gho_" + A36 + "B9,ghs_" + A36 + ";ghu_" + A36, "[REDACTED],[REDACTED];[REDACTED]"),
                Arguments.of("github_pat_" + "a_".repeat(41) + "bc", "[REDACTED]bc"),
                Arguments.of("github_pat_" + "a".repeat(81), "github_pat_" + "a".repeat(81)),
                Arguments.of("v1." + "0af".repeat(14), "[REDACTED]"),
                Arguments.of("v1." + "0".repeat(39) + "g", "v1." + "0".repeat(39) + "g"),
                Arguments.of("key sk-" + "aZ-9".repeat(5) + "_", "key [REDACTED]_"),
                Arguments.of("AKIA" + "A1".repeat(8) + "Z", "[REDACTED]Z"),
                Arguments.of("AKIA" + "A".repeat(15), "AKIA" + "A".repeat(15)),
                Arguments.of("authorization: Bearer \t" + "a.b_c/d+e=-".repeat(2), "authorization: [REDACTED]"),
                Arguments.of("bearer " + "a".repeat(20), "bearer " + "a".repeat(20)),
                Arguments.of("Bearer" + "a".repeat(20), "Bearer" + "a".repeat(20)),
                Arguments.of("a eyJh.eyJb.c-_= d", "a [REDACTED] d"),
                Arguments.of("eyJh.eyJb. d", "[REDACTED] d"),
                Arguments.of("eyJh.eyKb.c", "eyJh.eyKb.c"),
                Arguments.of("eyJx.eyJa.eyJb.c", "[REDACTED].c"),
                Arguments.of("xoxb-1 xoxp-xoxb-2 xoxz-3 xoxb-", "[REDACTED] [REDACTED] xoxz-3 xoxb-"),
                Arguments.of(pem("RSA ") + "after" + pem("") + '.', "[REDACTED]after[REDACTED]."),
                Arguments.of("-----BEGIN RSA PRIVATE KEY-----\nx", "-----BEGIN RSA PRIVATE KEY-----\nx"),
                Arguments.of("-----BEGIN PUBLIC KEY-----\nx", "-----BEGIN PUBLIC KEY-----\nx"),
                Arguments.of("https://h/?ToKeN=a=b&x=1&api-key=\"", "https://h/?ToKeN=[REDACTED]&x=1&api-key=\""),
                Arguments.of("<a href='?access_token=1'>", "<a href='?access_token=[REDACTED]'>"),
                Arguments.of("?mytoken=1&tokens=2 token=3", "?mytoken=1&tokens=2 token=3"));
    }

    private static String pem(String kind) {
        return "-----BEGIN " + kind + "PRIVATE KEY-----\nMC4C\n-----END " + kind + "PRIVATE KEY-----";
    }

    @ParameterizedTest
    @MethodSource
    void writesTextThatIsJsonAnewWithoutTheValuesOfTellingMembers(String text, String redacted) {
        assertThat(Redaction.builtIn().redact(text)).isEqualTo(redacted);
    }

    static Stream<Arguments> writesTextThatIsJsonAnewWithoutTheValuesOfTellingMembers() {
        return Stream.of(
                Arguments.of(
                        " { \"z\" : 1.0, \"PassWord\":{\"x\":1}, \"a\":[{\"Set-Cookie\":null}] } ",
                        "{\"PassWord\":\"[REDACTED]\",\"a\":[{\"Set-Cookie\":\"[REDACTED]\"}],\"z\":1}"),
                Arguments.of("{\"a\":\"<&>\u2028\\u0001é\"}", "{\"a\":\"\\u003c\\u0026\\u003e\\u2028\\u0001é\"}"),
                Arguments.of("1e2", "100"),
                Arguments.of("\"sk-aaaaaaaaaaaaaaaaaaaa\"", "\"[REDACTED]\""),
                Arguments.of("{\"n\":1e400,\"pin\":1}", "{\"n\":1e400,\"pin\":\"[REDACTED]\"}"),
                Arguments.of("{\"pin\":1} x", "{\"pin\":1} x"),
                Arguments.of("[".repeat(129) + "]".repeat(129), "[REDACTED]"),
                Arguments.of("{}", "{}"),
                Arguments.of("true story", "true story"));
    }

    @Test
    void appliesAnOperatorsPatternsLast() {
        Redaction redaction = Redaction.withPatterns(
                List.of(text -> text.replace("[REDACTED]", "gone"), text -> text.replace("gone", "x")));

        assertThat(redaction.redact("xoxb-1")).isEqualTo("x");
    }

    @ParameterizedTest
    @MethodSource
    @Timeout(value = 5, unit = SECONDS, threadMode = SEPARATE_THREAD)
    void isFastWhateverTheTextIs(String piece) {
        String text = piece.repeat((1 << 20) / piece.length());

        assertThat(Redaction.builtIn().redact(text)).isNotEmpty();
    }

    static Stream<String> isFastWhateverTheTextIs() {
        return Stream.of(
                "eyJ",
                "eyJa.",
                "-----BEGIN A PRIVATE KEY-----",
                "-----BEGIN A PRIVATE KEY-----\n-----END",
                "sk-.",
                "v1.",
                "Bearer ",
                "Bearer",
                "?token=",
                "=",
                "xox",
                "github_pat_.",
                "[",
                "{\"a\":");
    }
}
