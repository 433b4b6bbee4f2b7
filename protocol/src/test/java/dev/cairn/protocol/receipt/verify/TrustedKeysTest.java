package dev.cairn.protocol.receipt.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrustedKeysTest {

    private static final Ed25519PublicKey FIRST = SampleChain.KEY.publicKey();
    private static final Ed25519PublicKey SECOND = SampleChain.key(2).publicKey();
    private static final Ed25519PublicKey THIRD = SampleChain.key(3).publicKey();

    @Test
    void aChainBeginsWithTheKeyThatSignedItsFirstReceipt() {
        TrustedKeys keys = new TrustedKeys(THIRD, List.of(SECOND, FIRST));

        assertThat(keys.genesisOf(read(new SampleChain().add(), 0))).isEqualTo(FIRST);
        assertThat(keys.genesisOf(
                        read(new SampleChain().signWith(SampleChain.key(3)).add(), 0)))
                .isEqualTo(THIRD);
        assertThat(keys.genesisOf(
                        read(new SampleChain().signWith(SampleChain.key(4)).add(), 0)))
                .isEqualTo(THIRD);
        assertThat(keys.genesisOf(new UnreadableReceipt("is no JSON"))).isEqualTo(THIRD);
    }

    @Test
    void anArchiveAloneLeadsNowhere() {
        TrustedKeys keys = new TrustedKeys(SECOND, List.of(FIRST));

        assertThat(keys.leadsToPublished(SECOND)).isTrue();
        assertThat(keys.leadsToPublished(FIRST)).isFalse();
    }

    @Test
    void rotationsLeadFromKeyToKeyToThePublishedOne() {
        TrustedKeys keys = new TrustedKeys(THIRD, List.of(FIRST));
        SampleChain chain = new SampleChain().rotateTo(SampleChain.key(2)).rotateTo(SampleChain.key(3));

        keys.learn(read(chain, 0));
        boolean before = keys.leadsToPublished(FIRST);
        keys.learn(read(chain, 1));

        assertThat(before).isFalse();
        assertThat(keys.leadsToPublished(FIRST)).isTrue();
        assertThat(keys.leadsToPublished(SECOND)).isTrue();
    }

    @Test
    void aRotationThatNoKnownKeySignedTeachesNothing() {
        TrustedKeys keys = new TrustedKeys(SECOND, List.of(FIRST));
        SampleChain stranger = new SampleChain().signWith(SampleChain.key(4)).rotateTo(SampleChain.key(2));
        SampleChain forged = new SampleChain().rotateTo(SampleChain.key(2));
        String other = forged.receipts().getFirst().replace("did:user:alice", "did:user:mallory");
        forged.receipts().set(0, other);

        keys.learn(read(stranger, 0));
        keys.learn(read(forged, 0));

        assertThat(keys.leadsToPublished(FIRST)).isFalse();
        assertThat(keys.leadsToPublished(SampleChain.key(4).publicKey())).isFalse();
    }

    @Test
    void keysThatRotateInACircleEnd() {
        TrustedKeys keys = new TrustedKeys(THIRD, List.of(FIRST));
        SampleChain chain = new SampleChain().rotateTo(SampleChain.key(2)).rotateTo(SampleChain.KEY);

        keys.learn(read(chain, 0));
        keys.learn(read(chain, 1));

        assertThat(keys.leadsToPublished(FIRST)).isFalse();
    }

    private static ReadReceipt read(SampleChain chain, int index) {
        return (ReadReceipt)
                new ReceiptReader().read(chain.receipts().get(index).getBytes(UTF_8));
    }
}
