package dev.cairn.protocol.witness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.witness.Contradiction.Form;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ContradictionTest {

    private static final Ed25519KeyPair WITNESS = Ed25519KeyPair.fromSeed(new byte[32]);
    private static final SealedTip OURS = new SealedTip(hash("ours"), 7, "hmac-sha256:ours", "0123456789abcdef");

    @Test
    void anotherTipOfTheSameCountCannotBeTrueBesideTheSeal() {
        SealedTip other = new SealedTip(hash("other"), 7, "hmac-sha256:other", null);

        Contradiction confirms = against(receipt(other), 201);
        Contradiction holds = against("{\"anchored\":" + receipt(other) + "}", 409);

        assertThat(confirms.form()).isEqualTo(Form.CONFIRMS_ANOTHER);
        assertThat(confirms.member()).isEqualTo("tip_hash");
        assertThat(holds.form()).isEqualTo(Form.HOLDS_ANOTHER);
        for (Contradiction what : new Contradiction[] {confirms, holds}) {
            assertThat(what.signer()).isEqualTo(WITNESS.publicKey());
            assertThat(what.isAgainst(OURS)).isTrue();
        }
    }

    @Test
    void anotherCountUnderTheSealsOwnSignatureCannotBeTrueEither() {
        Contradiction what = against(receipt(new SealedTip(OURS.tip(), 8, OURS.signature(), null)), 200);

        assertThat(what.member()).isEqualTo("chained_events");
        assertThat(what.isAgainst(OURS)).isTrue();
    }

    @Test
    void aReceiptForSomeOtherSealSaysNothingAboutThisOne() {
        SealedTip earlier = new SealedTip(hash("earlier"), 5, "hmac-sha256:earlier", null);
        SealedTip again = new SealedTip(OURS.tip(), 7, "hmac-sha256:again", null);

        assertThat(against(receipt(earlier), 201).isAgainst(OURS)).isFalse();
        assertThat(against(receipt(again), 201).isAgainst(OURS)).isFalse();
        assertThat(against("{\"anchored\":" + receipt(again) + "}", 409).isAgainst(OURS))
                .isFalse();
    }

    @Test
    void whatNobodySignedIsSignedByNobody() {
        String changed = receipt(new SealedTip(hash("other"), 7, "s", null)).replace("an_1", "an_2");

        Contradiction what = against(changed, 201);

        assertThat(what.signer()).isNull();
        assertThat(what.isAgainst(OURS)).isTrue();
        assertThat(against("{\"tip_hash\":\"sha256:00\"}", 200).named()).isNull();
    }

    @Test
    void whoConfirmsTheSealOrRefusesForAnotherReasonSaysNothingAgainstIt() {
        String lie = receipt(new SealedTip(hash("other"), 7, "s", null));

        assertThat(WitnessReply.of(receipt(OURS)).against(OURS, 201)).isEmpty();
        assertThat(WitnessReply.of("").against(OURS, 200)).isEmpty();
        assertThat(WitnessReply.of(lie).against(OURS, 503)).isEmpty();
        assertThat(WitnessReply.of(lie).against(OURS, 0)).isEmpty();
    }

    private static Contradiction against(String reply, int status) {
        return WitnessReply.of(reply).against(OURS, status).orElseThrow();
    }

    private static String receipt(SealedTip seal) {
        return AnchorReceipt.sign(new Anchor("an_1", "2026-04-05T14:30:00Z", seal, hash("body"), Set.of()), WITNESS)
                .text();
    }

    private static Hash hash(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return Hash.of(bytes, 0, bytes.length);
    }
}
