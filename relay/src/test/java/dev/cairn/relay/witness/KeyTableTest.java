package dev.cairn.relay.witness;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTableTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void isAMap(long seed) {
        Random random = new Random(seed);
        KeyTable table = new KeyTable();
        Map<Key, Long> expected = new HashMap<>();

        for (int i = 0; i < 20_000; i++) {
            Key key = new Key(random.nextInt(50), random.nextInt(300)); // Most collide, many return.
            long value = random.nextLong(Long.MAX_VALUE);
            assertThat(table.get(key)).isEqualTo(expected.getOrDefault(key, KeyTable.ABSENT));
            table.put(key, value);
            expected.put(key, value);
        }

        assertThat(table.size()).isEqualTo(expected.size());
        expected.forEach((key, value) -> assertThat(table.get(key)).isEqualTo(value));
    }

    @Test
    void aMillionEntriesHaveThirtyFiveBytesEach() {
        KeyTable table = new KeyTable();
        Random random = new Random(4);
        long most = 0;

        for (int i = 1; i <= 1_000_000; i++) {
            table.put(new Key(random.nextLong(), random.nextLong()), i);
            if (i >= 100_000) {
                most = Math.max(most, table.bytes() / i);
            }
        }

        assertThat(most).isLessThan(36);
    }

    /// What is said of an anchor's share of the memory: 70 bytes, and 35 for its lineage.
    @Test
    void aHundredThousandAnchorsOfTheirOwnLineagesFitTheBound() {
        AnchorIndex index = new AnchorIndex();
        int anchors = 100_000;

        for (int i = 1; i <= anchors; i++) {
            index.add(i, new AnchorRecord.Anchor("id" + i, new Lineage("", "key" + i), i, "tip", "{}"));
        }

        assertThat(index.bytes() / anchors).isLessThanOrEqualTo(105);
        assertThat(index.seqOf("id77777")).isEqualTo(77_777);
        assertThat(index.firstAt(new Lineage("", "key5"), 5)).isEqualTo(5);
        assertThat(index.highest(new Lineage("", "key5"))).isEqualTo(5);
        assertThat(index.highest(new Lineage("other", "key5"))).isEqualTo(KeyTable.ABSENT);
    }
}
