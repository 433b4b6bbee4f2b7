package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.DropReasons;
import dev.cairn.protocol.receipt.ReceiptPeer;
import dev.cairn.relay.bus.BusMessage.FrameDrops;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwedDropsTest {

    private static final DropReasons INVALID = new DropReasons(0, 1, 0, 0);
    private static final DropReasons SHED = new DropReasons(0, 0, 1, 0);

    private final OwedDrops owed = new OwedDrops();

    @Test
    void lossesAreToldTogetherWithinTenSeconds() {
        owed.add(drops(1, INVALID, false), 0);
        owed.add(drops(1, SHED, false), 1_000);

        assertThat(owed.due(1_000)).isEmpty();
        assertThat(owed.due(9_500))
                .singleElement()
                .satisfies(told -> assertThat(told.reasons()).isEqualTo(new DropReasons(0, 1, 1, 0)));
    }

    @Test
    void lossesOfAPeerThatLeavesAreToldAtOnce() {
        owed.add(drops(1, INVALID, true), 0);

        assertThat(owed.due(0)).hasSize(1);
    }

    @Test
    void aPeerIsToldOfOnceInTenSecondsHoweverOftenItLeaves() {
        owed.add(drops(1, INVALID, true), 0);
        owed.due(0);
        owed.add(drops(1, INVALID, true), 1_000);

        assertThat(owed.due(9_999)).isEmpty();
        assertThat(owed.due(10_000)).hasSize(1);
    }

    @Test
    void whatIsToldIsNotToldAgain() {
        owed.add(drops(1, INVALID, true), 0);
        owed.due(0);

        assertThat(owed.all(60_000)).isEmpty();
        assertThat(owed.isEmpty()).isTrue();
    }

    @Test
    void aPeerThatLeavesWhenAllIsToldIsForgotten() {
        owed.add(drops(1, INVALID, false), 0);
        owed.due(5_000);
        owed.due(15_000);

        owed.add(drops(1, DropReasons.NONE, true), 16_000);

        assertThat(owed.isEmpty()).isTrue();
    }

    @Test
    void beyondSoManyPeersTheyAreCountedByTheirUser() {
        for (int pid = 1; pid <= OwedDrops.PEERS_MAX + 100; pid++) {
            owed.add(drops(pid, INVALID, false), 0);
        }

        List<OwedDrops.Owed> all = owed.all(0);

        assertThat(all).hasSize(OwedDrops.PEERS_MAX + 1);
        assertThat(all.stream().mapToLong(told -> told.reasons().total()).sum()).isEqualTo(OwedDrops.PEERS_MAX + 100);
        assertThat(all).anySatisfy(told -> {
            assertThat(told.peer().pid()).isZero();
            assertThat(told.reasons()).isEqualTo(new DropReasons(0, 100, 0, 0));
        });
    }

    private static FrameDrops drops(int pid, DropReasons reasons, boolean leaving) {
        return new FrameDrops(new ReceiptPeer("linux", pid, 7, 7, null), "", reasons, leaving);
    }
}
