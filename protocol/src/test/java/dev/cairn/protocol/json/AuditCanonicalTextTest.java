package dev.cairn.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.json.CanonicalJson.Dialect;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The canonical text of the audit dialect, and how that of RFC 8785 differs.
class AuditCanonicalTextTest {

    @ParameterizedTest
    @MethodSource
    void writesTheCanonicalTextOfTheVectors(VectorFile vector) {
        String canonical = canonical(Dialect.AUDIT, vector.text("input_json"));

        assertThat(canonical).isEqualTo(vector.text("canonical"));
        assertThat(canonical.getBytes(UTF_8))
                .hasSize((int) vector.at("canonical_utf8_bytes").number());
    }

    static List<VectorFile> writesTheCanonicalTextOfTheVectors() {
        return VectorFile.audit("chain.json").at("event_hash_vectors").items();
    }

    @Test
    void printsTheNumbersOfTheVectors() {
        List<VectorFile> pairs = VectorFile.audit("chain.json")
                .at("number_to_string")
                .at("pairs")
                .items();

        assertThat(pairs).isNotEmpty().allSatisfy(pair -> {
            String bits = pair.items().getFirst().text();
            assertThat(EcmaNumber.toText(Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16))))
                    .isEqualTo(pair.items().getLast().text());
        });
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "-0, 0",
        "-0.0, 0",
        "0e5, 0",
        "1.0, 1",
        "-1.50, -1.5",
        "0.5, 0.5",
        "-0.5, -0.5",
        "12.5, 12.5",
        "0.000001, 0.000001",
        "0.0000001, 1e-7",
        "0.0000015, 0.0000015",
        "0.00000015, 1.5e-7",
        "1E3, 1000",
        "1e20, 100000000000000000000",
        "1e21, 1e+21",
        "123456789012345, 123456789012345",
        "1234567890123456789, 1234567890123456800",
        "9007199254740993, 9007199254740992",
        "0.123456789012345, 0.123456789012345",
        "1e400, null",
        "-1e400, null",
        "1e-400, 0",
        "5e-324, 5e-324",
        "100, 100",
        "10.0e-1, 1",
        "123456789012.3456, 123456789012.3456",
        "0.30000000000000004, 0.30000000000000004",
        "2e23, 2e+23"
    })
    void printsNumbersAsEcmaScriptDoes(String spelling, String text) {
        assertThat(canonical(Dialect.AUDIT, spelling)).isEqualTo(text);
    }

    @Test
    void resolvesWhatHasNoCanonicalFormElsewhere() {
        assertThat(canonical(Dialect.AUDIT, "{\"b\":1,\"a\":1,\"\\u0061\":2,\"b\":3}"))
                .isEqualTo("{\"a\":2,\"b\":3}");
        assertThat(canonical(Dialect.AUDIT, "{\"a\":1,\"a\":[2],\"a\":null}")).isEqualTo("{\"a\":null}");
        assertThat(canonical(Dialect.AUDIT, "\"\\uD83D x \\uDE00\"")).isEqualTo("\"\\ud83d x \\ude00\"");
        assertThat(canonical(Dialect.AUDIT, "\"\\uD83D\\uD83D\\uDE00\"")).isEqualTo("\"\\ud83d😀\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"\\u0061\":2}",
                "{\"a\":1,\"b\":1,\"a\":2}",
                "[\"\\ud83d\"]",
                "[\"\\ude00\"]",
                "[1e400]",
                "{\"\\udc00\":1}"
            })
    void refusesByTheStandardWhatHasNoCanonicalForm(String text) {
        CanonicalJson canonical = new CanonicalJson(Dialect.RFC_8785);
        JsonTape tape = parse(text.getBytes(UTF_8));

        assertThatExceptionOfType(JsonSyntaxException.class)
                .isThrownBy(() -> canonical.write(tape, 0, new ByteBuilder(16)));

        ByteBuilder after = new ByteBuilder(16);
        canonical.write(parse("{\"b\":1,\"a\":{}}".getBytes(UTF_8)), 0, after);
        assertThat(after).hasToString("{\"a\":{},\"b\":1}");
    }

    @Test
    void sortsBeyondTheBasicPlaneByCodeUnits() {
        String keys = "{\"\uE000\":1,\"😀\":2,\"\uFFFF\":3,\"é\":4,\"z\":5,\"\":6,\"\uD7FF\":7,\"zz\":8}";

        assertThat(canonical(Dialect.AUDIT, keys))
                .isEqualTo("{\"\":6,\"z\":5,\"zz\":8,\"é\":4,\"\uD7FF\":7,\"😀\":2,\"\uE000\":1,\"\uFFFF\":3}");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 24, 25, 63, 64, 65, 1000, 5000})
    void sortsObjectsOfAnySizeAndKeepsTheLastOfEachKey(int count) {
        String members = IntStream.range(0, 2 * count)
                .mapToObj(i -> "\"some_key_%d\":%d".formatted((i * 7919L) % count, i))
                .collect(Collectors.joining(",", "{", "}"));

        VectorFile sorted = VectorFile.parse(canonical(Dialect.AUDIT, members));

        assertThat(sorted.members()).hasSize(count);
        assertThat(sorted.members().keySet().stream().map(String.class::cast).toList())
                .isSorted();
        assertThat(sorted.members().values())
                .allSatisfy(value -> assertThat((Long) value).isGreaterThanOrEqualTo(count));
    }

    @Test
    void writesNothingNestedTooDeep() {
        JsonTape tape = parse(("[".repeat(129) + "]".repeat(129)).getBytes(UTF_8));

        assertThatExceptionOfType(JsonSyntaxException.class)
                .isThrownBy(() -> new CanonicalJson(Dialect.AUDIT).write(tape, 0, new ByteBuilder(16)))
                .withMessageContaining("128");
    }

    static String canonical(Dialect dialect, String text) {
        ByteBuilder out = new ByteBuilder(1);
        new CanonicalJson(dialect).write(parse(text.getBytes(UTF_8)), 0, out);
        return out.toString();
    }

    static JsonTape parse(byte[] text) {
        JsonTape tape = new JsonTape();
        tape.parse(text, 0, text.length);
        return tape;
    }
}
