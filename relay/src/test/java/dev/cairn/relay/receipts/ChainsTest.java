package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.cairn.protocol.receipt.ChainPlace;
import dev.cairn.protocol.receipt.Composer;
import dev.cairn.protocol.receipt.FrameReader;
import dev.cairn.protocol.receipt.FrameReading;
import dev.cairn.protocol.receipt.LinkedReceipt;
import dev.cairn.protocol.receipt.PreparedReceipt;
import dev.cairn.protocol.receipt.RandomUuids;
import dev.cairn.protocol.receipt.ReceiptPeer;
import dev.cairn.protocol.receipt.ReceiptRules;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChainsTest {

    private static final long USER = 1000;

    private final Map<String, ChainTip> stored = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final Composer composer = new Composer(ReceiptRules.standard(), new RandomUuids(new SecureRandom()));
    private final Chains chains = new Chains("root", null, "did:issuer", chainId -> {
        asked.add(chainId);
        return stored.get(chainId);
    });

    @Test
    void eachReceiptNamesTheOneBefore() {
        LinkedReceipt first = chains.link(receipt(""), USER);
        LinkedReceipt second = chains.link(receipt(""), USER);

        assertThat(first.place().previousHash()).isNull();
        assertThat(second.place().sequence()).isEqualTo(2);
        assertThat(second.place().previousHash()).isEqualTo(first.hash());
    }

    @Test
    void aSubAgentsChainBeforeAnyReceiptOfItsRootHangsNowhere() {
        assertThat(chains.link(receipt("a"), USER).place().delegation()).isNull();
    }

    @Test
    void aSubAgentsChainGoesOnWhereTheStoreEnds() {
        stored.put("root/agent/a", new ChainTip(7, "sha256:07", "urn:receipt:7", false));

        LinkedReceipt next = chains.link(receipt("a"), USER);

        assertThat(next.place().sequence()).isEqualTo(8);
        assertThat(next.place().previousHash()).isEqualTo("sha256:07");
    }

    @Test
    void nothingFollowsTheEndOfAChain() {
        stored.put("root/agent/a", new ChainTip(7, "sha256:07", "urn:receipt:7", true));

        assertThatExceptionOfType(UnusableChainException.class).isThrownBy(() -> chains.link(receipt("a"), USER));
    }

    @Test
    void theChainThatWasUsedLongestAgoIsReadAgain() {
        for (int i = 0; i <= Chains.OF_USER_MAX; i++) {
            LinkedReceipt linked = chains.link(receipt("a" + i), USER);
            chains.settled(linked);
            stored.put(
                    linked.place().chainId(),
                    new ChainTip(1, linked.hash(), linked.columns().id(), false));
        }
        asked.clear();

        LinkedReceipt again = chains.link(receipt("a0"), USER);

        assertThat(asked).containsExactly("root/agent/a0");
        assertThat(again.place().sequence()).isEqualTo(2);
        assertThat(chains.size()).isLessThanOrEqualTo(Chains.OF_USER_MAX + 1);
    }

    @Test
    void aChainThatIsNotStoredYetIsNotForgotten() {
        LinkedReceipt unsettled = chains.link(receipt("busy"), USER);
        for (int i = 0; i < 2 * Chains.OF_USER_MAX; i++) {
            chains.settled(chains.link(receipt("a" + i), USER));
        }
        asked.clear();

        LinkedReceipt next = chains.link(receipt("busy"), USER);

        assertThat(asked).isEmpty();
        assertThat(next.place().previousHash()).isEqualTo(unsettled.hash());
    }

    @Test
    void aNewChainStaysWhenAllOthersWaitForTheStore() {
        for (int i = 0; i < Chains.OF_USER_MAX; i++) {
            chains.link(receipt("busy" + i), USER);
        }

        LinkedReceipt first = chains.link(receipt("new"), USER);
        LinkedReceipt second = chains.link(receipt("new"), USER);

        assertThat(second.place().sequence()).isEqualTo(2);
        assertThat(second.place().previousHash()).isEqualTo(first.hash());
    }

    @Test
    void oneUsersChainsDoNotPushOutAnothers() {
        chains.settled(chains.link(receipt("mine"), USER));
        for (int i = 0; i < 2 * Chains.OF_USER_MAX; i++) {
            chains.settled(chains.link(receipt("a" + i), USER + 1));
        }
        asked.clear();

        chains.link(receipt("mine"), USER);

        assertThat(asked).isEmpty();
    }

    @Test
    void aChainEndsOnce() {
        chains.link(receipt(""), USER);

        assertThat(chains.end("root", composer.terminator(Instant.EPOCH))).isNotNull();
        assertThat(chains.end("root", composer.terminator(Instant.EPOCH))).isNull();
    }

    @Test
    void aChainWithoutReceiptsHasNoEnd() {
        assertThat(chains.end("root", composer.terminator(Instant.EPOCH))).isNull();
    }

    @Test
    void aRotationGoesIntoEveryChainThatGoesOnWhetherRememberedOrNot() {
        chains.settled(chains.link(receipt(""), USER));
        chains.settled(chains.link(receipt("here"), USER));
        stored.put("root/agent/there", new ChainTip(7, "sha256:07", "urn:receipt:7", false));
        stored.put("root/agent/ended", new ChainTip(9, "sha256:09", "urn:receipt:9", true));

        List<ChainPlace> places = chains.openPlaces(List.of("root/agent/here", "root/agent/there", "root/agent/ended"));

        assertThat(places)
                .extracting(ChainPlace::chainId, ChainPlace::sequence)
                .containsExactly(tuple("root", 2L), tuple("root/agent/here", 2L), tuple("root/agent/there", 8L));
        assertThat(chains.size()).isEqualTo(2);
    }

    @Test
    void withoutAReceiptTheRotationIsTheFirst() {
        assertThat(chains.openPlaces(List.of())).containsExactly(new ChainPlace("root", 1, null, null));
    }

    @Test
    void whatGotItsPlaceAsideIsFollowed() {
        chains.settled(chains.link(receipt(""), USER));
        LinkedReceipt aside = receipt("").link(chains.openPlaces(List.of()).getFirst());

        chains.extended(aside);

        LinkedReceipt next = chains.link(receipt(""), USER);
        assertThat(next.place().sequence()).isEqualTo(3);
        assertThat(next.place().previousHash()).isEqualTo(aside.hash());
    }

    private PreparedReceipt receipt(String agentId) {
        String members = agentId.isEmpty() ? "" : ",\"agent_id\":\"" + agentId + "\"";
        byte[] body = Emitter.frame("tool", members).getBytes(StandardCharsets.UTF_8);
        if (!(new FrameReader().read(body, 0, body.length) instanceof FrameReading.Accepted(var frame))) {
            throw new AssertionError("a bad frame");
        }
        ReceiptPeer peer = new ReceiptPeer("linux", 1, USER, USER, null);
        return composer.live(frame, peer, "did:user:u", Instant.EPOCH);
    }
}
