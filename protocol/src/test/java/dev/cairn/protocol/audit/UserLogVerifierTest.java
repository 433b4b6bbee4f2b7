package dev.cairn.protocol.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.audit.UserLogReport.Failure;
import dev.cairn.protocol.audit.UserLogReport.FailureKind;
import dev.cairn.protocol.audit.UserLogReport.Form;
import dev.cairn.protocol.audit.UserLogVerifier.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserLogVerifierTest {

    private static final Options REQUIRING = Options.DEFAULT;

    static List<VectorFile> cases() {
        return VectorFile.audit("chain.json").at("verify_chain_cases").items();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theKnownCasesGiveTheKnownResults(VectorFile known) {
        VectorFile options = known.at("options");
        var lines =
                known.at("input_lines").items().stream().map(VectorFile::text).toList();

        UserLogReport report = verify(
                new Options(
                        options.has("strict") && options.at("strict").flag(),
                        options.has("requireChainProtected")
                                && options.at("requireChainProtected").flag()),
                lines);

        VectorFile result = known.at("result");
        assertThat(report.totalEvents()).isEqualTo(result.at("total_events").number());
        assertThat(report.chainedEvents()).isEqualTo(result.at("chained_events").number());
        assertThat(report.legacyEvents()).isEqualTo(result.at("legacy_events").number());
        assertThat(report.invalidSchemaEvents())
                .isEqualTo(result.at("invalid_schema_events").number());
        assertThat(report.hashMismatches())
                .isEqualTo(result.at("hash_mismatch_count").number());
        assertThat(report.prevLinkMismatches())
                .isEqualTo(result.at("prev_link_mismatch_count").number());
        assertThat(report.isValid()).isEqualTo(result.at("is_valid").flag());
        assertThat(report.legacyOnly()).isEqualTo(result.at("legacy_only_log").flag());
        assertThat(report.firstFailure() == null ? null : report.firstFailure().index())
                .isEqualTo(result.at("first_failure_index").value());
        assertThat(report.chainedEvents() > 0).isEqualTo(result.has("chain_anchor_hash"));
        if (result.has("chain_anchor_hash")) {
            assertThat(report.chainAnchorHash())
                    .isEqualTo(result.at("chain_anchor_hash").value());
        }
    }

    @Test
    void aLogWithoutAnyHashFailsWhenProtectionIsRequired() {
        UserLogReport report = verify(REQUIRING, List.of(event(1, "")));

        assertThat(report.legacyOnly()).isTrue();
        assertThat(failure(report).index()).isZero();
        assertThat(verify(Options.PEER, List.of(event(1, ""))).isValid()).isTrue();
        assertThat(verify(REQUIRING, List.of()).isValid()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sha256:", ""})
    void theDocumentedFormIsToldAndVerified(String prefix) {
        List<String> log = documented(prefix, 4);

        UserLogReport report = verify(REQUIRING, log);

        assertThat(report.form()).isEqualTo(Form.DOCUMENTED);
        assertThat(report.isValid()).isTrue();
        assertThat(report.chainedEvents()).isEqualTo(4);
    }

    @Test
    void theDocumentedFormFindsChangesAndMissingEvents() {
        List<String> changed = new ArrayList<>(documented("sha256:", 4));
        changed.set(1, changed.get(1).replace("file_read", "file_edit"));
        List<String> missing = new ArrayList<>(documented("", 4));
        missing.remove(2);

        assertThat(failure(verify(REQUIRING, changed)))
                .extracting(Failure::index, Failure::kind)
                .containsExactly(1L, FailureKind.HASH_MISMATCH);
        assertThat(failure(verify(REQUIRING, missing)))
                .extracting(Failure::index, Failure::kind)
                .containsExactly(2L, FailureKind.PREV_LINK_MISMATCH);
    }

    @Test
    void aMixtureOfFormsIsNeverSilent() {
        String last = documented("sha256:", 1).getFirst();
        String hash = last.replaceAll(".*\"hash\":\"([^\"]*)\".*", "$1");
        String event = event(2, ",\"prev_hash\":\"" + hash + "\"");
        String other =
                event.substring(0, event.length() - 1) + ",\"event_hash\":\"" + TestLog.hash(canonical(event)) + "\"}";

        UserLogReport report = verify(REQUIRING, List.of(last, other));

        assertThat(report.mixedFormEvents()).isEqualTo(1);
        assertThat(report.hashMismatches()).isZero();
        assertThat(failure(report))
                .isEqualTo(new Failure(
                        1,
                        FailureKind.MIXED_FORM,
                        "a hash in the member hash, as before",
                        "a hash in the member event_hash"));
    }

    @Test
    void aHashThatIsNoneIsAnOrdinaryMember() {
        assertThat(verify(Options.PEER, List.of(event(1, ",\"hash\":\"abc\""), event(2, ",\"hash\":5")))
                        .legacyEvents())
                .isEqualTo(2);
    }

    @Test
    void unreadableLinesAreCountedAndFail() {
        UserLogReport report = verify(
                Options.PEER, List.of(event(1, ""), "{", "x".repeat(AuditVerifier.LINE_MAX + 1), "", event(2, "")));

        assertThat(report.unreadableLines()).isEqualTo(2);
        assertThat(report.totalEvents()).isEqualTo(2);
        assertThat(failure(report).kind()).isEqualTo(FailureKind.UNREADABLE);
    }

    @Test
    void aLastLineNeedsNoNewline() {
        byte[] bytes = event(1, "").getBytes(UTF_8);
        var verifier = new UserLogVerifier(Options.PEER);
        for (int at = 0; at < bytes.length; at++) {
            verifier.accept(bytes, at, at + 1);
        }

        assertThat(verifier.report().totalEvents()).isEqualTo(1);
    }

    private static UserLogReport verify(Options options, List<String> lines) {
        byte[] log = String.join("\n", lines).getBytes(UTF_8);
        var verifier = new UserLogVerifier(options);
        verifier.accept(log, 0, log.length);
        return verifier.report();
    }

    private static Failure failure(UserLogReport report) {
        return Objects.requireNonNull(report.firstFailure());
    }

    private static List<String> documented(String prefix, int count) {
        var lines = new ArrayList<String>();
        String previous = "null";
        for (int i = 1; i <= count; i++) {
            String event = event(i, "");
            String hash = "\"" + prefix + TestLog.hash(canonical(event)).text().substring(7) + "\"";
            lines.add(
                    event.substring(0, event.length() - 1) + ",\"prev_hash\":" + previous + ",\"hash\":" + hash + "}");
            previous = hash;
        }
        return lines;
    }

    /// An event whose members stand in canonical order, but for `more`.
    private static String event(int number, String more) {
        return "{\"action\":\"file_read\",\"agent\":\"custom\",\"id\":\"evt_" + number + "\""
                + ",\"risk\":{\"level\":\"low\"},\"session_id\":\"ses\",\"timestamp\":\"2026-07-01T08:00Z\"" + more
                + "}";
    }

    private static String canonical(String event) {
        int at = event.indexOf(",\"prev_hash\"");
        if (at < 0) {
            return event;
        }
        String previous = event.substring(at, event.length() - 1);
        return event.substring(0, at).replace(",\"risk\"", previous + ",\"risk\"") + "}";
    }
}
