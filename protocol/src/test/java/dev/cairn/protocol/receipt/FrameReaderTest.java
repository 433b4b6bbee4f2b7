package dev.cairn.protocol.receipt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.frame.LengthDecoder;
import dev.cairn.protocol.receipt.FrameReading.Accepted;
import dev.cairn.protocol.receipt.FrameReading.Refused;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FrameReaderTest {

    private static final String REQUIRED =
            "\"v\":\"1\",\"ts_emit\":\"2026-07-01T08:00:00Z\",\"session_id\":\"s\",\"channel\":\"mcp\","
                    + "\"tool\":{\"name\":\"t\"},\"decision\":\"allowed\"";

    private final FrameReader reader = new FrameReader();

    @ParameterizedTest
    @MethodSource
    void acceptsOrRefusesAsTheVectorsSay(VectorFile vector) {
        FrameReading reading = read(vector.text("body"));

        assertThat(problem(reading)).isEqualTo(problemOf(vector.text("body")));
        if (vector.at("accepted").flag()) {
            assertThat(reading).isInstanceOf(Accepted.class);
        } else {
            assertThat(reading)
                    .isInstanceOfSatisfying(
                            Refused.class,
                            refused -> assertThat(refused.problem() + ' ')
                                    .startsWith(problem(vector.text("first_failure")) + ' '));
        }
    }

    @Test
    void takesNoDeeperUsageThanItsReceiptCanBeReadWith() {
        FrameReading deepest = read("{" + REQUIRED + ",\"usage\":" + nested(125) + "}");
        FrameReading deeper = read("{" + REQUIRED + ",\"usage\":" + nested(126) + "}");

        assertThat(deepest).isInstanceOf(Accepted.class);
        assertThat(problem(deeper)).isEqualTo("usage is nested deeper than 125 levels");
    }

    @ParameterizedTest
    @CsvSource({
        "target_resource, 4096, '\"target_system\":\"s\",'",
        "target_system, 256, '\"target_resource\":\"r\",'",
        "operator_name, 256, '\"operator_id\":\"o\",'",
        "operator_id, 256, ''",
        "agent_id, 256, ''"
    })
    void textsHaveTheirLimitInBytesAndNotOneMore(String member, int bytesMax, String others) {
        String atTheLimit = "é".repeat(bytesMax / 2);

        FrameReading longest = read("{" + REQUIRED + "," + others + "\"" + member + "\":\"" + atTheLimit + "\"}");
        FrameReading longer = read("{" + REQUIRED + "," + others + "\"" + member + "\":\"" + atTheLimit + "x\"}");

        assertThat(longest).isInstanceOf(Accepted.class);
        assertThat(problem(longer)).isEqualTo(member + " is longer than " + bytesMax + " bytes");
    }

    private static String nested(int levels) {
        return "[".repeat(levels) + "]".repeat(levels);
    }

    static List<VectorFile> acceptsOrRefusesAsTheVectorsSay() {
        return VectorFile.receipts("cairn.json").at("frames").items();
    }

    /// How our words for a problem begin.
    private static String problem(String firstFailure) {
        return switch (firstFailure) {
            case "JSON" -> "not JSON";
            case "nesting" -> "nested deeper than 128 levels";
            case "target pair" -> "target_system and target_resource";
            case "operator_name length" -> "operator_name is longer";
            default ->
                firstFailure.startsWith("type of ")
                        ? firstFailure.substring("type of ".length()) + " is of a wrong type"
                        : firstFailure.startsWith("hash ") ? firstFailure.substring("hash ".length()) : firstFailure;
        };
    }

    @ParameterizedTest
    @MethodSource
    void readsWhatTheTypeScriptEmitterWrites(VectorFile recorded) {
        byte[] wire = HexFormat.of().parseHex(recorded.text("hex"));
        VectorFile decoded = recorded.at("decoded");

        List<FrameReading> readings = readWire(wire);

        assertThat(readings).singleElement().isInstanceOfSatisfying(Accepted.class, accepted -> {
            Frame frame = accepted.frame();
            assertThat(frame.sessionId()).isEqualTo(decoded.text("session_id"));
            assertThat(frame.channel()).isEqualTo(decoded.text("channel"));
            assertThat(frame.tool().name())
                    .isEqualTo(decoded.at("tool").text("name").replace('\ud800', '\ufffd'));
            assertThat(frame.decision().text()).isEqualTo(decoded.text("decision"));
            assertThat(frame.error()).isEqualTo(decoded.has("error") ? decoded.text("error") : "");
            assertThat(frame.inputHash().isEmpty())
                    .isEqualTo(!decoded.has("input") || decoded.at("input").value() == null);
            assertThat(frame.emittedAt()).isEqualTo(Instant.parse(decoded.text("ts_emit")));
        });
    }

    static List<VectorFile> readsWhatTheTypeScriptEmitterWrites() {
        return VectorFile.receipts("ts-emitter-frames.json").at("cases").items().stream()
                .flatMap(recorded -> recorded.at("frames").items().stream())
                .toList();
    }

    private List<FrameReading> readWire(byte[] wire) {
        List<FrameReading> readings = new ArrayList<>();
        new LengthDecoder().feed(wire, 0, wire.length, new LengthDecoder.FrameSink() {
            @Override
            public void frame(byte[] bytes, int from, int to) {
                readings.add(reader.read(bytes, from, to));
            }

            @Override
            public void oversize(long claimed) {
                throw new AssertionError("a length of " + claimed);
            }
        });
        return readings;
    }

    @ParameterizedTest
    @MethodSource
    void stripsFromUsageWhatVerifiersDoNotAgreeOn(VectorFile vector) {
        Frame frame = accepted("\"usage\":" + vector.at("usage").json());

        assertThat(frame.runtime().usage()).isEqualTo(vector.at("signed").json());
    }

    static List<VectorFile> stripsFromUsageWhatVerifiersDoNotAgreeOn() {
        return VectorFile.receipts("cairn.json").at("usage_stripping").items();
    }

    @Test
    void dropsMembersNamedProtoFromUsageAndTakesTheLastOfDuplicates() {
        Frame frame = accepted(
                "\"usage\":{\"b\":1,\"__proto__\":{\"x\":1},\"a\":{\"__pr\\u006fto__\":2},\"b\":3,\"c\":4,\"c\":null}");

        assertThat(frame.runtime().usage()).isEqualTo("{\"a\":{},\"b\":3}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {"isError":true}                 | FAILURE
                    {"iserror":true}                 | FAILURE
                    {"ISERROR":true}                 | FAILURE
                    {"isError":true,"iserror":false} | SUCCESS
                    {"isError":"true"}               | SUCCESS
                    {"isError":1}                    | SUCCESS
                    [{"isError":true}]               | SUCCESS
                    """)
    void takesTheOutputOfAnMcpToolForAnErrorIfItSaysSo(String output, ReceiptStatus status) {
        Frame frame = accepted("\"output\":" + output);

        assertThat(frame.status()).isEqualTo(status);
    }

    @Test
    void takesOnlyTheOutputOfMcpToolsForAnError() {
        FrameReading reading = read('{' + REQUIRED.replace("mcp", "sdk") + ",\"output\":{\"isError\":true}}");

        assertThat(reading)
                .isInstanceOfSatisfying(
                        Accepted.class,
                        accepted -> assertThat(accepted.frame().status()).isEqualTo(ReceiptStatus.SUCCESS));
    }

    @Test
    void replacesWhatIsNoUnicodeBeforeItHashes() {
        Frame escaped = accepted("\"input\":{\"\\ud800\\ud83c\\udf89\":\"\\udc00\",\"\\\\ud800\":1}");
        byte[] invalid = ('{' + REQUIRED + ",\"input\":{\"X\ud83c\udf89\":\"X\",\"\\\\ud800\":1}}").getBytes(UTF_8);
        for (int i = 0; i < invalid.length; i++) {
            invalid[i] = invalid[i] == 'X' ? (byte) 0xFF : invalid[i];
        }

        Frame malformed = ((Accepted) reader.read(invalid, 0, invalid.length)).frame();

        Frame replaced = accepted("\"input\":{\"\ufffd\ud83c\udf89\":\"\ufffd\",\"\\\\ud800\":1}");
        assertThat(escaped.inputHash()).isEqualTo(replaced.inputHash()).isEqualTo(malformed.inputHash());
    }

    @Test
    void keepsTheInputOfDisclosedActionsOnly() {
        FrameReader disclosing = new FrameReader("mcp.t"::equals);
        String input = "\"input\":{\"b\":1.0,\"a\":2},\"output\":{\"x\":1}";

        assertThat(accepted(disclosing, input).disclosable()).isEqualTo("{\"a\":2,\"b\":1}");
        assertThat(accepted(disclosing, input + ",\"action_type\":\"x\"").disclosable())
                .isNull();
        assertThat(accepted(disclosing, "\"input\":[1]").disclosable()).isEqualTo("[1]");
        assertThat(accepted(input).disclosable()).isNull();
    }

    @Test
    void readsTheEmittersClockToTheNanosecondInAnyZone() {
        assertThat(EmitTime.read("2026-07-01T08:00:00.1+02:30")).isEqualTo("2026-07-01T05:30:00.100Z");
        assertThat(EmitTime.read("2026-12-31T23:59:59.1234567891-11:30")).isEqualTo("2027-01-01T11:29:59.123456789Z");
        assertThat(EmitTime.read("2024-02-29T00:00:00Z")).isEqualTo("2024-02-29T00:00:00Z");
        assertThat(List.of(
                        "2026-07-01T08:00:00.Z",
                        "2026-07-01T08:00:00+24:00",
                        "2026-07-01T08:00:00+02:60",
                        "2026-13-01T08:00:00Z",
                        "2026-07-01T08:00:00ZZ",
                        "2026-07-01T08:60:00Z",
                        ""))
                .allSatisfy(text -> assertThat(EmitTime.read(text)).isNull());
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void survivesAnyBytes(long seed) {
        Random random = new Random(seed);
        byte[] frame =
                ('{' + REQUIRED + ",\"input\":{\"a\":[1,\"\\ud83c\\udf89\"]},\"usage\":{\"x\":null}}").getBytes(UTF_8);

        for (int i = 0; i < 2000; i++) {
            byte[] damaged = frame.clone();
            for (int hit = random.nextInt(4); hit >= 0; hit--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            int to = random.nextInt(damaged.length + 1);

            assertThat(reader.read(damaged, 0, to))
                    .as(() -> new String(damaged, 0, to, ISO_8859_1))
                    .isNotNull();
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 8);
    }

    private Frame accepted(String members) {
        return accepted(reader, members);
    }

    private static Frame accepted(FrameReader reader, String members) {
        byte[] body = ('{' + REQUIRED + ',' + members + '}').getBytes(UTF_8);
        return ((Accepted) reader.read(body, 0, body.length)).frame();
    }

    private static @Nullable String problem(FrameReading reading) {
        return reading instanceof Refused refused ? refused.problem() : null;
    }

    private @Nullable String problemOf(String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return reader.problem(bytes, 0, bytes.length);
    }

    private FrameReading read(String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return reader.read(bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "session_id":"s"     | "session_id":"NAME"
            "channel":"mcp"      | "channel":"NAME"
            "name":"t"           | "name":"NAME"
            "name":"t"           | "name":"t","server":"NAME"
            "decision":"allowed" | "decision":"allowed","action_type":"NAME"
            """)
    void aNameMayHave64KiBAndNoByteMore(String member, String named) {
        String frame = "{" + REQUIRED.replace(member, named) + "}";

        assertThat(read(frame.replace("NAME", "n".repeat(64 * 1024)))).isInstanceOf(Accepted.class);
        assertThat(problem(read(frame.replace("NAME", "n".repeat(64 * 1024 + 1)))))
                .endsWith(" is longer than 65536 bytes");
    }
}
