package dev.cairn.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.audit.Hash;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The canonical form of the receipts dialect: RFC 8785, of duplicate members the last.
class ReceiptCanonicalTextTest {

    @Test
    void writesThePublishedCanonicalTextsAndHashes() throws IOException {
        assertThat(vectors("canonicalization_vectors.json")
                        .at("canonicalization_vectors")
                        .items())
                .isNotEmpty()
                .allSatisfy(vector -> {
                    String canonical = canonical(vector.at("input").json());
                    assertThat(canonical).isEqualTo(vector.text("canonical"));
                    if (vector.has("expectedHash")) {
                        assertThat(hash(canonical)).isEqualTo(vector.text("expectedHash"));
                    }
                });
    }

    @Test
    void hashesThePublishedReceipts() throws IOException {
        assertThat(vectors("canonicalization_vectors.json").at("receipt_hash_vectors").items().stream()
                        .filter(vector -> vector.has("receipt") && !vector.has("preNormalizationInput"))
                        .filter(vector -> vector.text("expectedHash").startsWith("sha256:")))
                .isNotEmpty()
                .allSatisfy(vector -> assertThat(hash(canonical(withoutProof(vector.at("receipt")))))
                        .isEqualTo(vector.text("expectedHash")));
    }

    @Test
    void takesTheLastOfDuplicateMembersAndRefusesNumbersBeyondADouble() {
        assertThat(canonical("{\"b\":1,\"a\":{\"x\":1,\"x\":2},\"b\":9007199254740993}"))
                .isEqualTo("{\"a\":{\"x\":2},\"b\":9007199254740992}");
        assertThatExceptionOfType(JsonSyntaxException.class).isThrownBy(() -> canonical("[1e400]"));
        assertThatExceptionOfType(JsonSyntaxException.class).isThrownBy(() -> canonical("[\"\\ud800\"]"));
    }

    @Test
    void writesJavaTextLikeParsedText() {
        StringBuilder text = new StringBuilder();
        for (int point = 0; point < 0x3000; point++) {
            text.appendCodePoint(point);
        }
        text.append("\ud83c\udf89\uffff");
        VectorFile parsed = new VectorFile(text.toString());

        assertThat(written(text.toString())).isEqualTo(canonical(parsed.json()));
        assertThat(written("plain")).isEqualTo("\"plain\"");
        assertThat(written("")).isEqualTo("\"\"");
        assertThat(written("a\ud800b\udc00")).isEqualTo("\"a\ufffdb\ufffd\"");
    }

    private static String written(String text) {
        ByteBuilder out = new ByteBuilder(0);
        CanonicalString.write(text, out);
        return out.toString();
    }

    private static VectorFile vectors(String name) throws IOException {
        return VectorFile.parse(Files.readString(VectorFile.thirdParty("receipts/" + name)));
    }

    private static String withoutProof(VectorFile receipt) {
        Map<Object, Object> members = new LinkedHashMap<>(receipt.members());
        members.remove("proof");
        return new VectorFile(members).json();
    }

    private static String hash(String canonical) {
        byte[] bytes = canonical.getBytes(UTF_8);
        return Hash.of(bytes, 0, bytes.length).text();
    }

    private static String canonical(String json) {
        byte[] text = json.getBytes(UTF_8);
        JsonTape tape = new JsonTape();
        tape.parse(text, 0, text.length);
        ByteBuilder out = new ByteBuilder(text.length);
        new CanonicalJson(CanonicalJson.Dialect.RECEIPTS).write(tape, 0, out);
        return out.toString();
    }
}
