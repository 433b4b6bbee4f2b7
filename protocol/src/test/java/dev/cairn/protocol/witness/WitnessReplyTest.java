package dev.cairn.protocol.witness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.crypto.Ed25519KeyPair;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WitnessReplyTest {

    private static final VectorFile VECTORS = VectorFile.audit("seals.json");
    private static final AnchorRequest.UserSeal REQUEST = (AnchorRequest.UserSeal) AnchorRequest.read(
            VECTORS.at("cli_witness_payload").text("with_key_id").getBytes(UTF_8));
    private static final SealedTip SEAL = REQUEST.seal();
    private static final Ed25519KeyPair WITNESS = Ed25519KeyPair.fromSeed(new byte[Ed25519KeyPair.SEED_LENGTH]);

    @ParameterizedTest
    @MethodSource("knownReplies")
    void becomesTheRecordThatThePeersClientStores(VectorFile known) {
        WitnessReply reply = WitnessReply.of(known.at("response").json());
        URI url = URI.create("https://w.example/api/v1/anchor");

        if (known.at("result").has("rejected")) {
            assertThatIllegalArgumentException().isThrownBy(() -> PublishedAnchor.accept(REQUEST, url, reply));
        } else {
            PublishedAnchor anchor = PublishedAnchor.accept(REQUEST, url, reply);
            assertThat(VectorFile.parse(anchor.text())).isEqualTo(known.at("result"));
            assertThat(PublishedAnchor.read(anchor.text() + "\n")).isEqualTo(anchor);
        }
    }

    static Iterable<VectorFile> knownReplies() {
        return VECTORS.at("cli_witness_response_validation").items();
    }

    @Test
    void ofOursIsAcceptedByThePeersClient() {
        WitnessReply reply = WitnessReply.of(receipt(SEAL).text());

        PublishedAnchor anchor = PublishedAnchor.accept(REQUEST, URI.create("https://w.example/a"), reply);

        assertThat(anchor.anchorId()).isEqualTo("an_1");
        assertThat(anchor.receiptHash()).isEqualTo(SEAL.tip().text());
    }

    @Test
    void isNotAcceptedForAnotherSeal() {
        WitnessReply reply = WitnessReply.of("{\"anchor_id\":\"a\",\"chained_events\":1848}");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PublishedAnchor.accept(REQUEST, URI.create("https://w.example/a"), reply))
                .withMessage("the reply names another chained_events");
    }

    @Test
    void provesByASignatureOnlyWithAKeyThatIsKnownFromElsewhere() {
        WitnessReply reply = WitnessReply.of(receipt(SEAL).text());
        byte[] seed = new byte[Ed25519KeyPair.SEED_LENGTH];
        seed[0] = 9;

        assertThat(reply.proofOf(SEAL, WITNESS.publicKey())).isEqualTo(Proof.SIGNATURE);
        assertThat(reply.proofOf(SEAL, null)).isEqualTo(Proof.ANCHOR);
        assertThat(reply.proofOf(SEAL, Ed25519KeyPair.fromSeed(seed).publicKey()))
                .isEqualTo(Proof.ANCHOR);
        assertThat(reply.signer()).contains(WITNESS.publicKey());
    }

    @Test
    void ofAnotherSealProvesNothingOfThisOne() {
        SealedTip other = new SealedTip(SEAL.tip(), SEAL.count(), "another", null);

        WitnessReply reply = WitnessReply.of(receipt(other).text());

        assertThat(reply.proofOf(SEAL, WITNESS.publicKey())).isEqualTo(Proof.ANCHOR);
        assertThat(reply.contradictionOf(SEAL)).contains("seal_signature");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"tip_hash\":\"sha256:00\"}|tip_hash",
                "{\"tip_hash\":[]}|tip_hash",
                "{\"chained_events\":1846}|chained_events",
                "{\"chained_events\":\"1847\"}|chained_events",
                "{\"seal_signature\":\"\"}|seal_signature",
                "{\"anchor_id\":\"a\",\"seal_signature\":false}|seal_signature"
            })
    void contradictsBySayingAnythingElse(String text, String member) {
        assertThat(WitnessReply.of(text).contradictionOf(SEAL)).contains(member);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "",
                "garbage",
                "[\"tip_hash\"]",
                "{\"tip_hash\":null,\"chained_events\":null}",
                "{\"chained_events\":1847.0}",
                "{\"chained_events\":18.47e2"
            })
    void contradictsNothingBySayingNothing(String text) {
        WitnessReply reply = WitnessReply.of(text);

        assertThat(reply.contradictionOf(SEAL)).isEmpty();
        assertThat(reply.proofOf(SEAL, WITNESS.publicKey())).isEqualTo(Proof.STATUS);
        assertThat(reply.text()).isEqualTo(text);
    }

    @Test
    void takesAnyBytes() {
        byte[] bytes = {(byte) 0xFF, '{', 0, (byte) 0xC3};

        assertThat(WitnessReply.of(bytes).text()).hasSize(4);
        assertThat(WitnessReply.of("[".repeat(WitnessReply.KEPT_MAX)).isObject())
                .isFalse();
    }

    private static AnchorReceipt receipt(SealedTip seal) {
        Hash body = SEAL.tip();
        return AnchorReceipt.sign(new Anchor("an_1", "2026-04-05T14:30:01.123Z", seal, body, Set.of()), WITNESS);
    }
}
