package dev.cairn.relay.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.frame.LineLimit;
import dev.cairn.relay.bus.FairMemory;
import dev.cairn.relay.ingress.UnfinishedLines.Line;
import dev.cairn.relay.live.FakeLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UnfinishedLinesTest {

    private static final int LINE_MAX = 64 * 1024;
    private static final int LONGEST = LineLimit.of(LINE_MAX).bytesMax();
    private static final long MEMORY = 16L * LONGEST;
    private static final int LOOKS_MAX = UnfinishedLines.LOOKS_MAX;
    private static final long ONE = 1;
    private static final long OTHER = 2;

    private final FakeLoop loop = new FakeLoop();
    private final FakeLoop elsewhere = new FakeLoop();
    private final FairMemory memory = new FairMemory(MEMORY, 1);
    private final UnfinishedLines lines = new UnfinishedLines(memory, MEMORY, LINE_MAX, loop);
    private final UnfinishedLines linesElsewhere = new UnfinishedLines(memory, MEMORY, LINE_MAX, elsewhere);

    @Test
    void leavesRoomForTheLongestLinesOfOthersWhateverOneUserHolds() {
        List<Client> greedy = clients(60, ONE);
        greedy.forEach(Client::sendAll);
        List<Client> others = clients(3, OTHER); // One would go on in any case.
        others.forEach(Client::sendAll);

        assertThat(greedy).filteredOn(one -> one.line.waits()).hasSizeGreaterThan(40);
        assertThat(others)
                .filteredOn(one -> one.bytes == LONGEST && !one.refused)
                .hasSize(3);
    }

    @Test
    void letsAllLongLinesOfOneUserComeToTheirEndsInTurn() {
        List<Client> all = clients(50, ONE);
        for (int turn = 0; turn < 5_000; turn++) {
            all.forEach(Client::goOn);
            if (turn % 100 == 0) {
                loop.runNext();
            }
        }

        assertThat(all).filteredOn(one -> !one.done || one.refused).isEmpty();
        assertThat(memory.held()).isZero();
    }

    @Test
    void givesBackWhatLinesHeldThatAreNoMore() {
        for (int i = 0; i < 100; i++) {
            List<Client> all = clients(20, ONE);
            all.forEach(Client::sendAll);
            all.forEach(one -> one.line.end());
        }

        assertThat(memory.held()).isZero();
    }

    @Test
    void letsOneOfAUserGoOnWithoutRoomOnAllLoopsTogether() {
        List<Client> all = new ArrayList<>(clients(30, ONE));
        all.addAll(clientsElsewhere(30));
        all.forEach(Client::sendAll);

        assertThat(memory.held()).isBetween(MEMORY / 2, MEMORY / 2 + LONGEST + 60L * 2 * Client.READ);
        assertThat(all).noneMatch(one -> one.refused);
    }

    @Test
    void refusesALineThatTakesItsTimeWhileOneOfItsUserWaits() {
        List<Client> stalled = stalledWithOneWaiting();
        Client other = new Client(lines, OTHER);
        other.sendHalf();
        look(loop, 2 * (LOOKS_MAX - 1)); // For each user.
        boolean early = stalled.stream().anyMatch(one -> one.refused);
        look(loop, 2);

        assertThat(early).isFalse();
        assertThat(stalled.getFirst().refused).isTrue();
        assertThat(stalled.getLast().refused).isFalse();
        assertThat(stalled.getLast().line.waits()).isFalse();
        assertThat(other.refused).isFalse();
    }

    @Test
    void refusesALineThatTakesItsTimeWhileOneOfItsUserWaitsOnAnotherLoop() {
        List<Client> stalled = stalledWithOneWaiting();
        stalled.removeLast().line.end();
        Client waiting = clientsElsewhere(1).getFirst();
        waiting.sendAll();
        boolean waits = waiting.line.waits();
        look(loop, LOOKS_MAX);
        look(elsewhere, 1);

        assertThat(waits).isTrue();
        assertThat(stalled.getFirst().refused).isTrue();
        assertThat(waiting.line.waits()).isFalse();
        assertThat(waiting.refused).isFalse();
    }

    @Test
    void letsALineTakeItsTimeWhileNobodyWaits() {
        Client slow = new Client(lines, ONE);
        slow.sendHalf();
        look(loop, 2 * LOOKS_MAX);

        assertThat(slow.refused).isFalse();
    }

    @Test
    void givesALineItsTimeAnewThatTheRelayHeldBack() {
        List<Client> stalled = stalledWithOneWaiting();
        stalled.forEach(one -> one.heldBack = true);
        look(loop, 10 * LOOKS_MAX);
        stalled.forEach(one -> one.heldBack = false);
        look(loop, LOOKS_MAX - 1);
        boolean early = stalled.stream().anyMatch(one -> one.refused);
        look(loop, 1);

        assertThat(early).isFalse();
        assertThat(stalled.getFirst().refused).isTrue();
    }

    @Test
    void readsTheOneForWhichOthersWaitAtFullSpeed() {
        List<Client> all = clients(50, ONE);
        all.forEach(Client::sendAll);

        assertThat(all)
                .filteredOn(one -> !one.line.isCrowded(LONGEST))
                .singleElement()
                .matches(one -> !one.line.waits());
    }

    /// They hold what their user may, and the last one waits.
    private List<Client> stalledWithOneWaiting() {
        List<Client> all = new ArrayList<>();
        do {
            all.add(new Client(lines, ONE));
            all.getLast().sendHalf();
        } while (!all.getLast().line.waits());
        return all;
    }

    private List<Client> clients(int count, long uid) {
        return Stream.generate(() -> new Client(lines, uid)).limit(count).toList();
    }

    private List<Client> clientsElsewhere(int count) {
        return Stream.generate(() -> new Client(linesElsewhere, ONE))
                .limit(count)
                .toList();
    }

    private static void look(FakeLoop at, int times) {
        for (int i = 0; i < times; i++) {
            at.runNext();
        }
    }

    /// Sends one line of the longest kind, as far as it is read.
    private static final class Client implements UnfinishedLines.Client {

        private static final int READ = 8 * 1024;

        private final Peer peer;
        private final Line line;
        private int bytes;
        private boolean heldBack;
        private boolean refused;
        private boolean done;

        private Client(UnfinishedLines lines, long uid) {
            peer = new Peer(7, uid, uid, "");
            line = lines.lineOf(this);
        }

        private void holds(int nowBytes) {
            bytes = nowBytes;
            line.holds(bytes, false);
        }

        private void sendAll() {
            while (!line.waits() && bytes < LONGEST) {
                holds(Math.min(LONGEST, bytes + READ));
            }
        }

        private void sendHalf() {
            while (!line.waits() && bytes < LONGEST / 2) {
                holds(bytes + READ);
            }
        }

        /// One read more, and the end of the line behind the last.
        private void goOn() {
            if (bytes == LONGEST) {
                done = true;
                holds(0);
                bytes = -1;
            } else if (!done && !line.waits()) {
                holds(Math.min(LONGEST, bytes + READ));
            }
        }

        @Override
        public Peer peer() {
            return peer;
        }

        @Override
        public boolean isHeldBack() {
            return heldBack || line.waits();
        }

        @Override
        public void lineMayGrow() {}

        @Override
        public void refuseUnfinished() {
            refused = true;
            line.end();
        }
    }
}
