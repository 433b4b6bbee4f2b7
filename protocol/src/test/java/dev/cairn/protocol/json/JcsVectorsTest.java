package dev.cairn.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.json.CanonicalJson.Dialect;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The published vectors of RFC 8785.
class JcsVectorsTest {

    @ParameterizedTest
    @ValueSource(strings = {"arrays", "french", "structures", "unicode", "values", "weird"})
    void writesThePublishedCanonicalText(String name) throws IOException {
        byte[] input = Files.readAllBytes(VectorFile.thirdParty("jcs/input/" + name + ".json"));
        byte[] output = Files.readAllBytes(VectorFile.thirdParty("jcs/output/" + name + ".json"));
        String hex = Files.readString(VectorFile.thirdParty("jcs/outhex/" + name + ".txt"));

        byte[] rfc = canonical(Dialect.RFC_8785, input);
        byte[] audit = canonical(Dialect.AUDIT, input);

        assertThat(rfc).isEqualTo(output).isEqualTo(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
        assertThat(audit).isEqualTo(output);
    }

    @Test
    void writesTheSampleOfTheStandard() throws IOException {
        VectorFile sample = samples().at("object");

        byte[] canonical = canonical(Dialect.RFC_8785, sample.text("input").getBytes(UTF_8));

        assertThat(HexFormat.of().formatHex(canonical)).isEqualTo(sample.text("output_hex"));
    }

    @Test
    void printsTheSampleNumbers() throws IOException {
        assertThat(samples().at("numbers").items()).allSatisfy(pair -> {
            String bits = pair.items().getFirst().text();
            String text = pair.items().getLast().text();
            assertThat(EcmaNumber.toText(Double.longBitsToDouble(Long.parseUnsignedLong(bits, 16))))
                    .isEqualTo(text);
        });
    }

    @Test
    void printsFiveThousandPublishedNumbers() throws IOException {
        assertThat(Files.readAllLines(VectorFile.thirdParty("jcs/es6-numbers-5000.txt")))
                .hasSize(5000)
                .allSatisfy(line -> {
                    String[] pair = line.split(",", -1);
                    double value = Double.longBitsToDouble(Long.parseUnsignedLong(pair[0], 16));
                    assertThat(EcmaNumber.toText(value)).isEqualTo(pair[1]);
                    byte[] javaSpelling = Double.toString(value).getBytes(UTF_8);
                    assertThat(canonical(Dialect.RFC_8785, javaSpelling))
                            .asString(UTF_8)
                            .isEqualTo(pair[1]);
                    byte[] ownSpelling = pair[1].getBytes(UTF_8);
                    assertThat(canonical(Dialect.AUDIT, ownSpelling))
                            .asString(UTF_8)
                            .isEqualTo(pair[1]);
                });
    }

    private static VectorFile samples() throws IOException {
        return VectorFile.parse(Files.readString(VectorFile.thirdParty("jcs/rfc8785-samples.json")));
    }

    private static byte[] canonical(Dialect dialect, byte[] text) {
        JsonTape tape = new JsonTape();
        tape.parse(text, 0, text.length);
        ByteBuilder out = new ByteBuilder(16);
        new CanonicalJson(dialect).write(tape, 0, out);
        return out.toByteArray();
    }
}
