package dev.cairn.relay.bus;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FairMemoryTest {

    private final FairMemory memory = new FairMemory(1_000, 7);

    @Test
    void oneAloneGetsSevenEighths() {
        FairMemory.Share share = memory.join("1");

        assertThat(fill(share)).isEqualTo(870);
    }

    @Test
    void withOnceWhatIsFreeOneAloneGetsHalfAndTheNextAQuarter() {
        FairMemory fair = new FairMemory(1_000, 1);

        assertThat(fill(fair.join("1"))).isEqualTo(500);
        assertThat(fill(fair.join("2"))).isEqualTo(250);
    }

    @Test
    void whatIsRefusedIsNotHeld() {
        FairMemory.Share share = memory.join("1");

        assertThat(share.take(900)).isFalse();
        assertThat(memory.held()).isZero();
        assertThat(share.take(870)).isTrue();
    }

    @Test
    void whatIsTakenAnywayCountsAndIsToldByHowMuchItExceeds() {
        FairMemory fair = new FairMemory(1_000, 1);
        FairMemory.Share share = fair.join("1");

        assertThat(share.takeAnyway(500)).isZero();
        assertThat(share.takeAnyway(200)).isEqualTo(200);
        assertThat(share.takeAnyway(600)).isEqualTo(800);
        assertThat(fair.join("2").take(1)).isFalse();
        share.give(1_300);
        assertThat(fair.held()).isZero();
    }

    @Test
    void aNewcomerFindsRoomBesideOneWhoTakesAllItCan() {
        fill(memory.join("1"));

        assertThat(fill(memory.join("2"))).isEqualTo(110);
    }

    @Test
    void moreUsersOfOneShareDoNotGetMore() {
        fill(memory.join("1"));

        assertThat(fill(memory.join("1"))).isZero();
    }

    @Test
    void whatIsGivenBackIsFree() {
        FairMemory.Share share = memory.join("1");
        share.take(400);
        share.leave();
        share.give(400);

        assertThat(memory.held()).isZero();
        assertThat(fill(memory.join("1"))).isEqualTo(870);
    }

    private static int fill(FairMemory.Share share) {
        int taken = 0;
        while (share.take(10)) {
            taken += 10;
        }
        return taken;
    }
}
