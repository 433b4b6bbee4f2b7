package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.ChainPlace;
import dev.cairn.protocol.receipt.Composer;
import dev.cairn.protocol.receipt.RandomUuids;
import dev.cairn.protocol.receipt.ReceiptPeer;
import dev.cairn.protocol.receipt.ReceiptRules;
import java.security.SecureRandom;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ChunkTest {

    private static final ReceiptPeer PEER = new ReceiptPeer("linux", 1, 1000, 1000, null);

    private final Composer composer = new Composer(ReceiptRules.standard(), new RandomUuids(new SecureRandom()));

    @Test
    void theEndOfAChainIsNoEventThatIsLost() {
        Chunk chunk = new Chunk();
        chunk.add(composer.claimedDrops(7, "s", "a", PEER, "did:user:u", Instant.EPOCH)
                .link(new ChainPlace("root", 1, null, null)));
        chunk.add(composer.terminator(Instant.EPOCH).link(new ChainPlace("root", 2, "sha256:01", null)));

        assertThat(chunk.addTo(LostReceipts.NONE)).isEqualTo(new LostReceipts(0, 7));
    }
}
