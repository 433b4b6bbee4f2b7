package dev.cairn.protocol.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.audit.AuditAnswer;
import dev.cairn.protocol.audit.AuditAnswer.Failure;
import dev.cairn.protocol.audit.AuditAnswer.Signed;
import dev.cairn.protocol.audit.AuditRequest;
import dev.cairn.protocol.audit.AuditRequestReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a client asks for, from the request's line to the answer's.
class SignAnswersTest {

    private static final String NOW = "2026-11-21T22:56:19.382Z";
    private static final long MILLIS = Instant.parse(NOW).toEpochMilli();

    @TempDir
    Path temporary;

    private final AuditRequestReader requests = new AuditRequestReader();
    private final SignableContentReader contents = new SignableContentReader();
    private Keyring keys = Keyring.in(Path.of("absent"));

    @BeforeEach
    void makeRing() throws IOException {
        TestKeys.chmod(temporary, "rwx------");
        keys = Keyring.in(TestKeys.ring(temporary));
    }

    static Stream<VectorFile> signRequests() {
        return Stream.concat(
                TestKeys.SEALS.at("sign_requests_active_key").items().stream(),
                VectorFile.audit("cairn.json").at("sign_optional_member").items().stream());
    }

    @ParameterizedTest
    @MethodSource("signRequests")
    void whatMayBeSignedIsSignedWithTheActiveKey(VectorFile vector) {
        String data = vector.has("data")
                ? vector.text("data")
                : attestationOfLength((int) vector.at("data_length").number());

        assertAnswers(answer(sign(data, "")), vector.at("response"));
    }

    static Stream<VectorFile> signRequestsWithKeyId() {
        return TestKeys.SEALS.at("sign_requests_with_key_id").items().stream();
    }

    @ParameterizedTest
    @MethodSource("signRequestsWithKeyId")
    void aKeyMayBeChosen(VectorFile vector) {
        String data = TestKeys.SEALS.at("attestation").text("payload");

        assertAnswers(answer(sign(data, vector.text("key_id"))), vector.at("response"));
    }

    static Stream<VectorFile> verifyRequests() {
        return TestKeys.SEALS.at("verify_requests").items().stream();
    }

    @ParameterizedTest
    @MethodSource("verifyRequests")
    void aSignatureIsVerified(VectorFile vector) {
        String line = "{\"protocol_version\":1,\"type\":\"verify\",\"payload\":"
                + vector.at("payload").json() + "}";

        assertAnswers(answer(line), vector.at("response"));
    }

    @Test
    void theLongestDataIsSigned() {
        assertThat(answer(sign(attestationOfLength(16_384), ""))).isInstanceOf(Signed.class);
        assertThat(answer(sign(attestationOfLength(16_385), ""))).isEqualTo(Failure.SIGN_DATA_TOO_LONG);
    }

    @Test
    void aSignedAnswerNamesKeyTimeAndSource() {
        String data = "{\"schema_version\":1,\"type\":\"commit-attestation\"}";

        String line = new String(answer(sign(data, "")).toLine(), UTF_8);

        assertThat(line)
                .isEqualTo("{\"ok\":true,\"signature\":\"" + TestKeys.first().sign(data) + "\",\"key_id\":\""
                        + TestKeys.FIRST_ID + "\",\"signed_at\":\"" + NOW + "\",\"source\":\"relay\"}\n");
    }

    @Test
    void contentIsCheckedBeforeTheKey() {
        assertThat(answer(sign("hello", "0123456789abcdef"))).isEqualTo(Failure.NOT_SIGNABLE);
        assertThat(answer(sign("hello", "../x"))).isEqualTo(Failure.NOT_SIGNABLE);
    }

    @Test
    void aKeyIdThatIsNoStringIsNoKey() {
        String data = VectorFile.parse("[\"{\\\"schema_version\\\":1,\\\"type\\\":\\\"commit-attestation\\\"}\"]")
                .items()
                .getFirst()
                .json();

        AuditAnswer answer = answer("{\"type\":\"sign\",\"payload\":{\"data\":" + data + ",\"key_id\":5}}");

        assertThat(answer).isEqualTo(Failure.signFailed("no such key"));
    }

    @Test
    void whatTheKeyringSuffersFromIsToldWithoutAPath() throws IOException {
        Path file = temporary.resolve("seal/" + TestKeys.FIRST_ID + ".key");
        TestKeys.chmod(file, "rw-r--r--");
        String data = TestKeys.SEALS.at("attestation").text("payload");
        String signature = TestKeys.first().sign(data);

        String signed = new String(answer(sign(data, "")).toLine(), UTF_8);
        String verified =
                new String(answer(verify(data, signature, TestKeys.FIRST_ID)).toLine(), UTF_8);

        assertThat(signed)
                .startsWith("{\"ok\":false,\"error\":\"Sign failed: key ")
                .doesNotContain("/");
        assertThat(verified).isEqualTo("{\"ok\":true,\"verified\":false,\"reason\":\"unknown_key\"}\n");
    }

    @Test
    void aKeyThatIsNotWhatItsIdSaysVerifiesButDoesNotSign() throws IOException {
        TestKeys.write(temporary.resolve("seal"), "0123456789abcdef.key", TestKeys.FIRST);
        String data = TestKeys.SEALS.at("attestation").text("payload");

        assertThat(answer(sign(data, "0123456789abcdef")))
                .isEqualTo(Failure.signFailed("key 0123456789abcdef may verify only"));
        assertThat(answer(verify(data, TestKeys.first().sign(data), "0123456789abcdef")))
                .isInstanceOf(AuditAnswer.Verified.class);
    }

    @Test
    void aSecondRingVerifiesAndDoesNotSign() throws IOException {
        Path other = Files.createDirectory(temporary.resolve("users"));
        TestKeys.chmod(other, "rwx------");
        SealKey users = ((Keys.Lookup.Found) Keyring.in(other.resolve("seal")).active()).key();
        Keys both = keys.or(Keyring.in(other.resolve("seal")));

        var request = new AuditRequest.Verify("x", users.sign("x"), users.id());

        assertThat(SignAnswers.verify(request, both)).isInstanceOf(AuditAnswer.Verified.class);
        assertThat(SignAnswers.verify(request, keys)).isInstanceOf(AuditAnswer.NotVerified.class);
        assertThat(((Keys.Lookup.Found) both.active()).key().id()).isEqualTo(TestKeys.FIRST_ID);
        assertThat(both.find("0123456789abcdef")).isInstanceOf(Keys.Lookup.Unknown.class);
    }

    @Test
    void theSealOfAnAdmittedPayloadIsThatOfTheVectors() {
        VectorFile vector = TestKeys.SEALS.at("seals").items().getFirst();
        var request = new AuditRequest.Sign(vector.text("payload"), "");

        assertThat(contents.read(request.data())).isInstanceOf(SignableContent.OfSeal.class);
        assertThat(SignAnswers.signAdmitted(request, keys, MILLIS))
                .isEqualTo(new Signed(vector.text("signature"), TestKeys.FIRST_ID, NOW));
    }

    @Test
    void theEnvelopeOfTheVectorsHasOurSignature() {
        VectorFile dsse = TestKeys.SEALS.at("dsse");
        VectorFile expected = dsse.at("envelope").at("signatures").items().getFirst();

        String statement = dsse.text("statement_canonical");
        String pae = "DSSEv1 28 application/vnd.in-toto+json " + statement.getBytes(UTF_8).length + " " + statement;
        String raw = TestKeys.first().sign(pae).substring("hmac-sha256:".length());

        assertThat(Base64.getEncoder().encodeToString(HexFormat.of().parseHex(raw)))
                .isEqualTo(expected.text("sig"));
        assertThat(contents.read(pae)).isInstanceOf(SignableContent.Statement.class);
        assertThat(contents.read(dsse.text("pae"))).isInstanceOf(SignableContent.Statement.class);
    }

    @Test
    void noFileIsLeftInTheRing() throws IOException {
        answer(sign("hello", ""));

        try (var files = Files.list(temporary.resolve("seal"))) {
            assertThat(files).hasSize(3);
        }
    }

    private AuditAnswer answer(String line) {
        byte[] bytes = line.getBytes(UTF_8);
        return switch (requests.read(bytes, 0, bytes.length)) {
            case AuditRequest.Sign sign -> SignAnswers.sign(sign, contents.read(sign.data()), keys, MILLIS);
            case AuditRequest.Verify verify -> SignAnswers.verify(verify, keys);
            case AuditRequest.Refused refused -> refused.answer();
            case AuditRequest other -> throw new AssertionError(other);
        };
    }

    /// Compares the listed members; a signature's time is any time, a failure's reason any reason.
    private static void assertAnswers(AuditAnswer answer, VectorFile expected) {
        VectorFile found = VectorFile.parse(new String(answer.toLine(), UTF_8));
        expected.members().forEach((name, value) -> {
            Object actual = found.members().get(name);
            switch (String.valueOf(value)) {
                case "<ISO time>" -> assertThat(actual).isEqualTo(NOW);
                case "Sign failed: <reason>" ->
                    assertThat(String.valueOf(actual)).startsWith("Sign failed: ");
                default -> assertThat(actual).isEqualTo(value);
            }
        });
    }

    private static String sign(String data, String keyId) {
        return "{\"protocol_version\":1,\"type\":\"sign\",\"payload\":{\"data\":" + json(data) + ",\"key_id\":"
                + json(keyId) + "}}";
    }

    private static String verify(String data, String signature, String keyId) {
        return "{\"type\":\"verify\",\"payload\":{\"data\":" + json(data) + ",\"signature\":" + json(signature)
                + ",\"key_id\":" + json(keyId) + "}}";
    }

    private static String json(String text) {
        return new VectorFile(text).json();
    }

    private static String attestationOfLength(int length) {
        String head = "{\"schema_version\":1,\"type\":\"commit-attestation\",\"x\":\"";
        return head + "a".repeat(length - head.length() - 2) + "\"}";
    }
}
