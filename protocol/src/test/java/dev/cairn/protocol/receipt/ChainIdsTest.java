package dev.cairn.protocol.receipt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.VectorFile;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChainIdsTest {

    @ParameterizedTest
    @MethodSource
    void advancesFromAnEndedChainAsTheVectorsSay(VectorFile vector) {
        assertThat(ChainIds.next(vector.text("tail_terminal"))).isEqualTo(vector.text("next"));
    }

    static List<VectorFile> advancesFromAnEndedChainAsTheVectorsSay() {
        return VectorFile.receipts("cairn.json").at("chain_id_advance").items();
    }

    @Test
    void countsBeyondAnyInteger() {
        assertThat(ChainIds.next("x-99999999999999999999")).isEqualTo("x-100000000000000000000");
    }

    @Test
    void namesTheRootChainAfterTheDayInUtcAndSubAgentsAfterTheirRoot() {
        assertThat(ChainIds.ofDay(Instant.parse("2026-06-15T23:59:59.9Z"))).isEqualTo("2026-06-15");
        assertThat(ChainIds.ofAgent("2026-06-15", "a1b2"))
                .isEqualTo("2026-06-15/agent/a1b2")
                .startsWith(ChainIds.agentPrefix("2026-06-15"));
    }
}
