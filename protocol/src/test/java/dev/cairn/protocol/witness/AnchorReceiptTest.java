package dev.cairn.protocol.witness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.crypto.Ed25519Signature;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnchorReceiptTest {

    private static final Ed25519KeyPair WITNESS = keyPair(1);
    private static final Ed25519KeyPair STRANGER = keyPair(2);
    private static final Hash TIP = new Hash("sha256:" + "ab".repeat(32));
    private static final Hash BODY = new Hash("sha256:" + "cd".repeat(32));
    private static final SealedTip SEAL = new SealedTip(TIP, 1847, "hmac-sha256:ef", null);
    private static final Anchor ANCHOR = new Anchor("an_1-x", "2026-04-05T14:30:01.123Z", SEAL, BODY, Set.of());

    @Test
    void holdsTheMembersOfTheSpecificationInItsOrder() {
        AnchorReceipt receipt = AnchorReceipt.sign(ANCHOR, WITNESS);

        Map<?, ?> members = VectorFile.parse(receipt.text()).members();
        assertThat(members.keySet().stream().map(String::valueOf))
                .containsExactly(
                        "anchor_id",
                        "witnessed_at",
                        "tip_hash",
                        "chained_events",
                        "seal_signature",
                        "receipt_hash",
                        "witness_key",
                        "signature");
        assertThat(receipt.anchor()).isEqualTo(ANCHOR);
    }

    @Test
    void isSignedOverTheCanonicalTextOfTheRest() {
        AnchorReceipt receipt = AnchorReceipt.sign(ANCHOR, WITNESS);

        String canonical = "{\"anchor_id\":\"an_1-x\",\"chained_events\":1847,\"receipt_hash\":\"" + BODY
                + "\",\"seal_signature\":\"hmac-sha256:ef\",\"tip_hash\":\"" + TIP
                + "\",\"witness_key\":\"" + WITNESS.publicKey() + "\",\"witnessed_at\":\"2026-04-05T14:30:01.123Z\"}";
        assertThat(WITNESS.publicKey().verifies(canonical.getBytes(UTF_8), receipt.signature()))
                .isTrue();
    }

    @Test
    void isReadBackWithItsMarks() {
        Anchor marked = new Anchor("an_2", "2026-04-05T14:30:01.123Z", SEAL, BODY, Set.of(AnchorMark.values()));

        AnchorReceipt read =
                AnchorReceipt.read(AnchorReceipt.sign(marked, WITNESS).toBytes());

        assertThat(read.anchor()).isEqualTo(marked);
        assertThat(read.text()).contains("\"out_of_order\":true,\"conflict\":true");
        assertThat(read.isSignedBy(WITNESS.publicKey())).isTrue();
    }

    @Test
    void holdsInAnotherOrderAndSpacing() {
        AnchorReceipt receipt = AnchorReceipt.sign(ANCHOR, WITNESS);
        String moved = "{ \"signature\" : \"" + receipt.signature() + "\",\n"
                + receipt.text().substring(1, receipt.text().indexOf(",\"signature\"")) + "}";

        assertThat(AnchorReceipt.read(moved.getBytes(UTF_8)).isSignedBy(WITNESS.publicKey()))
                .isTrue();
    }

    @Test
    void provesNothingByAnotherKey() {
        AnchorReceipt receipt = AnchorReceipt.sign(ANCHOR, WITNESS);
        String posing = AnchorReceipt.sign(ANCHOR, STRANGER)
                .text()
                .replace(STRANGER.publicKey().text(), WITNESS.publicKey().text());

        assertThat(receipt.isSignedBy(STRANGER.publicKey())).isFalse();
        assertThat(AnchorReceipt.read(posing.getBytes(UTF_8)).isSignedBy(WITNESS.publicKey()))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "an_1-x|an_1-y",
                "01.123Z|01.124Z",
                "sha256:abab|sha256:abac",
                "1847|1848",
                "hmac-sha256:ef|hmac-sha256:ee",
                "sha256:cdcd|sha256:cdce",
                "\"witness_key\"|\"conflict\":true,\"witness_key\"",
                "\"witness_key\"|\"unknown\":null,\"witness_key\""
            })
    void holdsForNothingElse(String part, String instead) {
        String changed = AnchorReceipt.sign(ANCHOR, WITNESS).text().replace(part, instead);

        assertThat(AnchorReceipt.read(changed.getBytes(UTF_8)).isSignedBy(WITNESS.publicKey()))
                .isFalse();
    }

    @Test
    void holdsWithMembersThatALaterWitnessSigns() {
        String signed = "{\"anchor_id\":\"a\",\"chained_events\":1,\"later\":[1,{\"b\":2}],\"receipt_hash\":\"" + BODY
                + "\",\"seal_signature\":\"s\",\"tip_hash\":\"" + TIP + "\",\"witness_key\":\"" + WITNESS.publicKey()
                + "\",\"witnessed_at\":\"2026-04-05T14:30:01Z\"}";
        Ed25519Signature signature = WITNESS.sign(signed.getBytes(UTF_8));
        String reply = signed.replace("}]", " } ]").replaceFirst("}$", ",\"signature\":\"" + signature + "\"}");

        assertThat(AnchorReceipt.read(reply.getBytes(UTF_8)).isSignedBy(WITNESS.publicKey()))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"an_1-x\"|\"../x\"|anchor_id: expected 1 to 128 of A-Z a-z 0-9 _ -",
                "\"an_1-x\"|\"\"|anchor_id: expected text",
                "2026-04-05T|2026-04-31T|witnessed_at: expected a time in UTC",
                "\"receipt_hash\"|\"receipt\"|receipt_hash: expected sha256:",
                "\"witness_key\":\"u|\"witness_key\":\"m|expected u and 43 characters of base64url",
                "\"signature\":\"u|\"signature\":\"uu|expected u and 86 characters of base64url",
                "\"anchor_id\"|\"tip_hash\":1,\"anchor_id\"|duplicate"
            })
    void refusesAMalformedReceipt(String part, String instead, String complaint) {
        String changed = AnchorReceipt.sign(ANCHOR, WITNESS).text().replace(part, instead);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> AnchorReceipt.read(changed.getBytes(UTF_8)))
                .withMessageContaining(complaint);
    }

    private static Ed25519KeyPair keyPair(int first) {
        byte[] seed = new byte[Ed25519KeyPair.SEED_LENGTH];
        seed[0] = (byte) first;
        return Ed25519KeyPair.fromSeed(seed);
    }
}
