package dev.cairn.protocol.receipt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.crypto.X25519Hpke;
import dev.cairn.protocol.crypto.X25519Hpke.Sealed;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DisclosureTest {

    /// The private keys of RFC 7748 6.1, whose public halves the vectors name.
    private static final List<String> PRIVATE_KEYS = List.of(
            "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
            "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");

    @ParameterizedTest
    @CsvSource({"0", "1"})
    void makesThePublishedEnvelopesAndOpensThem(int index) throws IOException {
        VectorFile file =
                VectorFile.parse(Files.readString(VectorFile.thirdParty("receipts/disclosure-envelope.json")));
        VectorFile vector = file.at("vectors").items().get(index);
        VectorFile recipient = file.at("test_recipients").items().get(index);
        byte[] publicKey = HexFormat.of().parseHex(recipient.text("public_key_hex"));
        byte[] seed = HexFormat.of().parseHex(vector.at("hpke_ephemeral").text("ikmE_hex"));
        Disclosure disclosure = Disclosure.to(X25519Hpke.deterministic(publicKey, seed), recipient.text("kid"));

        String envelope =
                disclosure.envelope(vector.text("plaintext_canonical_jcs").getBytes(UTF_8));

        assertThat(envelope).isEqualTo(vector.text("envelope_canonical_jcs"));
        assertThat(open(HexFormat.of().parseHex(PRIVATE_KEYS.get(index)), envelope))
                .isEqualTo(vector.text("plaintext_canonical_jcs"));
    }

    private static String open(byte[] privateKey, String envelope) {
        VectorFile parsed = VectorFile.parse(envelope);
        VectorFile recipient = parsed.at("recipients").items().getFirst();
        Sealed sealed = new Sealed(
                Base64.getUrlDecoder().decode(recipient.text("enc")),
                Base64.getUrlDecoder().decode(parsed.text("ct")));
        return new String(X25519Hpke.open(privateKey, sealed), UTF_8);
    }

    @Test
    void namesItsRecipientByTheFingerprintAndNeverMakesTheSameEnvelopeTwice() {
        byte[] privateKey = HexFormat.of().parseHex(PRIVATE_KEYS.get(1));
        byte[] publicKey = HexFormat.of().parseHex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
        Disclosure disclosure = Disclosure.to(publicKey);

        String first = disclosure.envelope("{\"a\":1}".getBytes(UTF_8));
        String second = disclosure.envelope("{\"a\":1}".getBytes(UTF_8));

        assertThat(first)
                .isNotEqualTo(second)
                .contains("\"kid\":\"sha256:f35e5616160a30bf3c6e79fa73c576d40205e8fc3ba4e1c6dcf93e6b98e857b4\"");
        assertThat(open(privateKey, first)).isEqualTo(open(privateKey, second)).isEqualTo("{\"a\":1}");
    }

    @Test
    void refusesKeysThatNothingCanBeEncryptedTo() {
        assertThatIllegalArgumentException().isThrownBy(() -> Disclosure.to(new byte[31]));
        assertThatIllegalArgumentException().isThrownBy(() -> Disclosure.to(new byte[32]));
    }

    @Test
    void doesNotOpenWithAnotherKeyNorWhatWasChanged() {
        byte[] privateKey = HexFormat.of().parseHex(PRIVATE_KEYS.get(1));
        byte[] publicKey = HexFormat.of().parseHex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
        Sealed sealed = X25519Hpke.to(publicKey).seal("{}".getBytes(UTF_8));
        byte[] changed = sealed.ciphertext().clone();
        changed[0] ^= 1;

        assertThatIllegalArgumentException()
                .isThrownBy(() -> X25519Hpke.open(HexFormat.of().parseHex(PRIVATE_KEYS.get(0)), sealed));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> X25519Hpke.open(privateKey, new Sealed(sealed.encapsulated(), changed)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> X25519Hpke.open(privateKey, new Sealed(new byte[3], changed)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
                    ''                          | false | false | false
                    off                         | false | false | false
                    0                           | false | false | false
                    ALL                         | true  | true  | true
                    high                        | false | true  | false
                    data.api.read, x.y          | true  | false | false
                    """)
    void disclosesWhatThePolicySays(String policy, boolean read, boolean delete, boolean other) {
        var disclosed = DisclosurePolicy.read(policy).disclosed(RiskTable.standard());

        assertThat(disclosed.test("data.api.read")).isEqualTo(read);
        assertThat(disclosed.test("data.api.delete")).isEqualTo(delete);
        assertThat(disclosed.test("mcp.x")).isEqualTo(other);
    }

    @Test
    void refusesAKeywordInAListOfActionTypes() {
        assertThatIllegalArgumentException().isThrownBy(() -> DisclosurePolicy.read("data.api.read,high"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1]", "\"text\"", "1", "true"})
    void anInputThatIsNoObjectGivesAReceiptWithTheHashAlone(String input) {
        byte[] publicKey = HexFormat.of().parseHex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");

        assertHashOnly(Disclosure.to(publicKey), input, "no JSON object");
    }

    @Test
    void anInputThatCannotBeEncryptedGivesAReceiptWithTheHashAlone() {
        byte[] smallOrder = new byte[32];
        Disclosure broken = Disclosure.to(X25519Hpke.deterministic(smallOrder, new byte[32]), "k");

        assertHashOnly(broken, "{\"secret\":\"of the user\"}", "cannot be encrypted");
    }

    private static void assertHashOnly(Disclosure disclosure, String input, String why) {
        ReceiptRules rules = new ReceiptRules(
                ReceiptRules.DEFAULT_ISSUER,
                RiskTable.standard(),
                Redaction.builtIn(),
                0,
                new DisclosurePolicy.All(),
                disclosure);
        List<String> told = new ArrayList<>();
        Composer composer = new Composer(rules, () -> "00000000-0000-4000-8000-000000000000", told::add);
        byte[] body = ("{\"v\":\"1\",\"ts_emit\":\"2026-07-01T08:00:00Z\",\"session_id\":\"s\",\"channel\":\"sdk\","
                        + "\"tool\":{\"name\":\"t\"},\"decision\":\"allowed\",\"input\":" + input + "}")
                .getBytes(UTF_8);
        FrameReading read = rules.newReader().read(body, 0, body.length);

        assertThat(read).isInstanceOfSatisfying(FrameReading.Accepted.class, accepted -> {
            String text = new String(
                    composer.live(
                                    accepted.frame(),
                                    new ReceiptPeer("linux", 1, 0, 0, null),
                                    PrincipalId.UNKNOWN,
                                    Instant.EPOCH)
                            .link(new ChainPlace("c", 1, null, null))
                            .signedBytes(),
                    UTF_8);
            assertThat(text)
                    .contains("\"parameters_hash\":\"" + Sha256Text.of(input.getBytes(UTF_8), 0, input.length()))
                    .doesNotContain("parameters_disclosure", "of the user");
        });
        assertThat(told).singleElement().asString().contains(why).doesNotContain("of the user");
    }
}
