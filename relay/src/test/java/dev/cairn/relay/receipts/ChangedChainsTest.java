package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.seal.ChainHead;
import dev.cairn.relay.receipts.ChangedChains.Row;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangedChainsTest {

    private static final String HASH = "sha256:" + "ab".repeat(32);

    private final ChangedChains chains = new ChangedChains();

    @Test
    void asManyChainsAsASealNamesAreRememberedAndOneMoreIsNot() {
        for (int i = 0; i < ChangedChains.CHAINS_MAX; i++) {
            store("c" + i, 1);
        }
        store("c0", 2); // No further chain.
        assertThat(chains.isBehind()).isFalse();

        store("one more", 1);

        assertThat(chains.isBehind()).isTrue();
        assertThat(chains.isFull()).isTrue();
        assertThat(chains.stretch().rows()).hasSize(ChangedChains.CHAINS_MAX);
        assertThat(chains.stretch().count()).isEqualTo(ChangedChains.CHAINS_MAX + 1L);
        assertThat(chains.stored()).isEqualTo(ChangedChains.CHAINS_MAX + 2L);
    }

    @Test
    void idsMayBeAsLongTogetherAsALineHoldsAndOneAloneAsLongAsItIs() {
        store("x".repeat(ChangedChains.ID_CHARS_MAX - 1), 1);
        store("y", 1);
        assertThat(chains.isBehind()).isFalse();

        store("z", 1);
        assertThat(chains.isBehind()).isTrue();

        ChangedChains other = new ChangedChains();
        other.stored(List.of(new Row("x".repeat(ChangedChains.ID_CHARS_MAX + 1), 1, HASH)));
        assertThat(other.isBehind()).isFalse();
    }

    @Test
    void rowsThatWereReadFromTheStoreBeforeAnybodyToldOfThemCountOnce() {
        chains.begin(2, 0, null);
        Row last = new Row("a", 3, HASH);
        chains.goOn(List.of(last), 3, last, false); // The third is committed and not told yet.
        assertThat(chains.isBehind()).isFalse();

        store("a", 3);
        store("a", 4);

        assertThat(chains.stretch().count()).isEqualTo(4);
        assertThat(chains.stretch().rows()).containsExactly(new Row("a", 4, HASH));
    }

    @Test
    void whatChangedAgainSinceItWasSealedStays() {
        store("a", 1);
        store("b", 1);
        store("a", 2);

        chains.sealed(List.of(new ChainHead("a", 1, new Hash(HASH)), new ChainHead("b", 1, new Hash(HASH))));

        assertThat(chains.stretch().rows()).containsExactly(new Row("a", 2, HASH));
    }

    private void store(String chain, long sequence) {
        chains.stored(List.of(new Row(chain, sequence, HASH)));
    }
}
