package dev.cairn.protocol.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class RandomUuidsTest {

    private static final int BLOCK = 128;

    private final RandomUuids ids = new RandomUuids(new SecureRandom());

    @Test
    void everyIdIsAnotherOneOfVersionFourInLowerCase() {
        List<String> given = Stream.generate(ids::next).limit(100_000).toList();

        assertThat(given)
                .doesNotHaveDuplicates()
                .allMatch(id -> UUID.fromString(id).toString().equals(id))
                .allMatch(id -> UUID.fromString(id).version() == 4
                        && UUID.fromString(id).variant() == 2);
    }

    @Test
    void idsOfOneBlockAreNeighboursInTheStoreAndBlocksAreNot() {
        List<String> given = Stream.generate(ids::next).limit(10 * BLOCK).toList();

        Set<String> beginnings = new HashSet<>();
        for (int from = 0; from < given.size(); from += BLOCK) {
            List<String> block = given.subList(from, from + BLOCK);
            assertThat(block).allMatch(id -> id.startsWith(block.getFirst().substring(0, 8)));
            beginnings.add(block.getFirst().substring(0, 8));
        }
        assertThat(beginnings).hasSizeGreaterThan(8);
    }
}
