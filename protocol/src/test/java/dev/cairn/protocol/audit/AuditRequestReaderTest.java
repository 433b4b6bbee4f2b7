package dev.cairn.protocol.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.audit.AuditAnswer.Failure;
import dev.cairn.protocol.audit.AuditRequest.ChainState;
import dev.cairn.protocol.audit.AuditRequest.Event;
import dev.cairn.protocol.audit.AuditRequest.Ping;
import dev.cairn.protocol.audit.AuditRequest.Refused;
import dev.cairn.protocol.audit.AuditRequest.SealStatus;
import dev.cairn.protocol.audit.AuditRequest.Sign;
import dev.cairn.protocol.audit.AuditRequest.Verify;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditRequestReaderTest {

    private final AuditRequestReader reader = new AuditRequestReader();

    @ParameterizedTest
    @MethodSource
    void refusesHostileLinesAsTheVectorsSay(VectorFile vector) {
        AuditRequest request = read(vector.text("line"));

        assertThat(request)
                .isEqualTo(new Refused(new Failure(vector.at("response").text("error"))));
    }

    static List<VectorFile> refusesHostileLinesAsTheVectorsSay() {
        return VectorFile.audit("cairn.json").at("hostile_lines").items();
    }

    @Test
    void acceptsTheDeepestNestingAllowedAndRefusesOneMore() {
        List<VectorFile> vectors = VectorFile.audit("cairn.json").at("nesting").items();

        AuditRequest allowed = read(vectors.getFirst().text("line"));
        AuditRequest oneMore = read(vectors.getLast().text("line"));

        assertThat(allowed).isInstanceOf(Event.class);
        assertThat(oneMore)
                .isEqualTo(
                        new Refused(new Failure(vectors.getLast().at("response").text("error"))));
    }

    @Test
    void readsRequestsInTheFormThatClientsSend() {
        assertThat(read("{\"protocol_version\":1,\"type\":\"ping\",\"timestamp\":\"x\"}\r\n"))
                .isEqualTo(new Ping());
        assertThat(read(" { \"type\" : \"get_chain_state\", \"protocol_version\":1.0}"))
                .isEqualTo(new ChainState());
        assertThat(read("{\"protocol_version\":1,\"type\":\"seal_status\",\"payload\":5}"))
                .isEqualTo(new SealStatus());
        assertThat(read("{\"protocol_version\":1,\"type\":\"sign\",\"payload\":{\"data\":\"x\",\"key_id\":\"ab\"}}"))
                .isEqualTo(new Sign("x", "ab"));
        assertThat(
                        read(
                                "{\"protocol_version\":1,\"type\":\"verify\",\"payload\":{\"data\":\"x\",\"signature\":\"y\",\"key_id\":\"z\"}}"))
                .isEqualTo(new Verify("x", "y", "z"));
    }

    @Test
    void readsTheDocumentedForm() {
        assertThat(read("{\"type\":\"ping\"}")).isEqualTo(new Ping());
        assertThat(read("{\"type\":\"sign\",\"data\":\"x\",\"key_id\":\"ab\"}")).isEqualTo(new Sign("x", "ab"));
        assertThat(read("{\"type\":\"event\",\"payload\":{}}")).isInstanceOf(Event.class);
    }

    @Test
    void givesTheNodeOfAnEventsPayload() {
        AuditRequest request = read(
                "{\"payload\":{\"id\":\"a\"},\"protocol_version\":1,\"type\":\"\\u0065vent\",\"payload\":{\"id\":\"b\"}}");

        assertThat(request).isInstanceOfSatisfying(Event.class, event -> {
            int id = reader.tape().member(event.payload(), "id");
            assertThat(reader.tape().text(id)).isEqualTo("b");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "null | null",
                "2 | 2",
                "1.5 | 1.5",
                "\"1\" | 1",
                "true | true",
                "false | false",
                "{} | object",
                "[1] | array",
                "1e400 | Infinity",
                "-1e400 | -Infinity",
                "0 | 0",
                "1e21 | 1e+21",
                "{\"toString\":1} | object",
                "\"\" | ''",
                "\"a\\u001b[31m\\\"\" | a\\u001b[31m\""
            })
    void refusesAnotherVersionAndShowsIt(String version, String shown) {
        assertThat(read("{\"protocol_version\":" + version + ",\"type\":\"ping\"}"))
                .isEqualTo(new Refused(new Failure("Unsupported protocol version: " + shown)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"heartbeat\" | heartbeat",
                "null | null",
                "5 | 5",
                "\"Ping\" | Ping",
                "\"\" | ''",
                "[] | array",
                "\"pin\" | pin",
                "\"event \" | 'event '"
            })
    void refusesAnUnknownTypeAndShowsIt(String type, String shown) {
        assertThat(read("{\"protocol_version\":1,\"type\":" + type + "}"))
                .isEqualTo(new Refused(new Failure("Unknown message type: " + shown)));
    }

    @Test
    void looksAtTheSyntaxFirstThenAtNestingVersionAndType() {
        String deep = "[".repeat(129) + "]".repeat(129);

        assertThat(read("{\"protocol_version\":2,\"type\":1,\"x\":" + deep + "]"))
                .isEqualTo(new Refused(Failure.INVALID_JSON));
        assertThat(read("{\"protocol_version\":2,\"type\":1,\"x\":" + deep + "}"))
                .isEqualTo(new Refused(Failure.invalidEvent(": Nesting deeper than 128 levels")));
        assertThat(read(deep)).isEqualTo(new Refused(Failure.invalidEvent(": Nesting deeper than 128 levels")));
        assertThat(read("{\"protocol_version\":2,\"type\":1}"))
                .isEqualTo(new Refused(new Failure("Unsupported protocol version: 2")));
    }

    @Test
    void shortensWhatAClientSent() {
        String longType = "x".repeat(300);

        AuditRequest request = read("{\"type\":\"" + longType + "\"}");

        assertThat(request).isEqualTo(new Refused(new Failure("Unknown message type: " + "x".repeat(200) + "…")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "0", "-0", "0.0", "1e-400", "\"\"", "false"})
    void refusesAnEventWithoutPayload(String payload) {
        assertThat(read("{\"protocol_version\":1,\"type\":\"event\",\"payload\":" + payload + "}"))
                .isEqualTo(new Refused(Failure.MISSING_PAYLOAD));
        assertThat(read("{\"type\":\"event\"}")).isEqualTo(new Refused(Failure.MISSING_PAYLOAD));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"payload\":{}",
                "\"payload\":5",
                "\"payload\":{\"data\":\"\"}",
                "\"payload\":{\"data\":null}",
                "\"payload\":{\"data\":[\"x\"]}",
                "\"data\":\"\"",
                "\"data\":5",
                "\"payload\":{\"data\":\"x\"},\"data\":\"y\"",
                "\"payload\":{\"data\":\"x\"},\"data\":null",
                "\"payload\":{\"data\":null},\"data\":\"x\"",
                "\"payload\":{\"data\":\"x\",\"key_id\":\"a\"},\"key_id\":\"b\""
            })
    void refusesToSignWithoutOneData(String members) {
        assertThat(read("{\"protocol_version\":1,\"type\":\"sign\"," + members + "}"))
                .isEqualTo(new Refused(Failure.MISSING_SIGN_DATA));
    }

    @Test
    void takesTheKeyIdOfEitherPlace() {
        assertThat(sign("\"payload\":{\"data\":\"x\"}")).isEqualTo(new Sign("x", ""));
        assertThat(sign("\"payload\":{\"data\":\"x\",\"key_id\":null}")).isEqualTo(new Sign("x", ""));
        assertThat(sign("\"payload\":{\"data\":\"x\",\"key_id\":\"\"}")).isEqualTo(new Sign("x", ""));
        assertThat(sign("\"payload\":{\"data\":\"x\"},\"key_id\":\"k\"")).isEqualTo(new Sign("x", "k"));
        assertThat(sign("\"payload\":{\"data\":\"x\",\"key_id\":\"k\"},\"data\":\"x\",\"key_id\":\"k\""))
                .isEqualTo(new Sign("x", "k"));
        assertThat(sign("\"payload\":{\"data\":\"x\",\"key_id\":1234567890123456}"))
                .isEqualTo(new Sign("x", Sign.NOT_A_KEY_ID));
    }

    @Test
    void measuresDataToSignInUtf16Units() {
        String longest = "é".repeat(16_384);

        assertThat(sign("\"data\":\"" + longest + "\"")).isEqualTo(new Sign(longest, ""));
        assertThat(sign("\"data\":\"" + longest + "x\"")).isEqualTo(new Refused(Failure.SIGN_DATA_TOO_LONG));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5",
                "{}",
                "{\"data\":\"\",\"signature\":\"s\",\"key_id\":\"k\"}",
                "{\"data\":\"d\",\"signature\":\"s\"}",
                "{\"data\":\"d\",\"signature\":[],\"key_id\":\"k\"}"
            })
    void refusesToVerifyWithoutAllMembers(String payload) {
        assertThat(read("{\"type\":\"verify\",\"payload\":" + payload + "}"))
                .isEqualTo(new Refused(Failure.MISSING_VERIFY_FIELDS));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void answersAnyBytes(long seed) {
        Random random = new Random(seed);
        byte[] good =
                "{\"protocol_version\":1,\"type\":\"sign\",\"payload\":{\"data\":\"x\\ud83d\",\"key_id\":\"é\"},\"data\":\"x\"}"
                        .getBytes(UTF_8);
        for (int i = 0; i < 20_000; i++) {
            byte[] line = good.clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                line[random.nextInt(line.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt(256) : good[random.nextInt(good.length)]);
            }

            AuditRequest request = reader.read(line, 0, line.length);

            if (request instanceof Refused refused) {
                assertThat(refused.answer().toLine())
                        .as("seed %d", seed)
                        .endsWith('\n')
                        .startsWith("{\"ok\":false,\"error\":\"".getBytes(UTF_8));
            }
        }
    }

    private AuditRequest sign(String members) {
        return read("{\"type\":\"sign\"," + members + "}");
    }

    private AuditRequest read(String line) {
        byte[] bytes = line.getBytes(UTF_8);
        return reader.read(bytes, 0, bytes.length);
    }
}
