package dev.cairn.relay.ingress;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.frame.LineLimit;
import dev.cairn.relay.bus.FairMemory;
import dev.cairn.relay.ingress.UnfinishedLines.Line;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Everything happens on one event loop, whose timers are real and whose clock stands still.
@Timeout(30)
class UnfinishedLinesTest {

    private static final int LINE_MAX = 64 * 1024;
    private static final int LONGEST = LineLimit.of(LINE_MAX).bytesMax();
    private static final long MEMORY = 16L * LONGEST;
    private static final long PATIENCE = UnfinishedLines.PATIENCE.toNanos();
    private static final long ONE = 1;
    private static final long OTHER = 2;

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final FairMemory memory = new FairMemory(MEMORY, 1);
    private final UnfinishedLines lines = linesOfALoop();
    private final UnfinishedLines linesElsewhere = linesOfALoop();
    private long now;
    private int reads;

    private UnfinishedLines linesOfALoop() {
        return new UnfinishedLines(memory, MEMORY, LINE_MAX, vertx, this::read);
    }

    private long read() {
        reads++;
        return now;
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void leavesRoomForTheLongestLinesOfOthersWhateverOneUserHolds() throws Exception {
        onLoop(() -> {
            List<Client> greedy = clients(60, ONE);
            greedy.forEach(Client::sendAll);
            List<Client> others = clients(3, OTHER); // One would go on in any case.
            others.forEach(Client::sendAll);

            assertThat(greedy).filteredOn(one -> one.line.waits()).hasSizeGreaterThan(40);
            assertThat(others)
                    .filteredOn(one -> one.bytes == LONGEST && !one.refused)
                    .hasSize(3);
            return others;
        });
    }

    @Test
    void letsAllLongLinesOfOneUserComeToTheirEndsInTurn() throws Exception {
        List<Client> all = onLoop(() -> clients(50, ONE));
        await(() -> {
            all.forEach(Client::goOn);
            return all.stream().allMatch(one -> one.done || one.refused);
        });

        assertThat(onLoop(() -> all.stream().noneMatch(one -> one.refused))).isTrue();
    }

    @Test
    void givesBackWhatLinesHeldThatAreNoMore() throws Exception {
        onLoop(() -> {
            for (int i = 0; i < 100; i++) {
                List<Client> all = clients(20, ONE);
                all.forEach(Client::sendAll);
                all.forEach(one -> one.line.end());
            }
            List<Client> last = clients(4, ONE);
            last.forEach(Client::sendAll);

            assertThat(last).noneMatch(one -> one.line.waits() || one.refused);
            return last;
        });
    }

    @Test
    void refusesALineThatTakesItsTimeWhileOneOfItsUserWaits() throws Exception {
        List<Client> stalled = onLoop(() -> stalledWithOneWaiting(ONE));
        Client other = onLoop(() -> stalledAlone(OTHER));
        onLoop(() -> now += PATIENCE - 1);
        awaitLook();
        boolean early = onLoop(() -> stalled.stream().anyMatch(one -> one.refused));
        onLoop(() -> now += 1);
        await(() -> stalled.getFirst().refused);

        assertThat(early).isFalse();
        assertThat(onLoop(() -> stalled.getLast().refused)).isFalse();
        await(() -> !stalled.getLast().line.waits());
        assertThat(onLoop(() -> other.refused)).isFalse();
    }

    @Test
    void refusesALineThatTakesItsTimeWhileOneOfItsUserWaitsOnAnotherLoop() throws Exception {
        List<Client> stalled = onLoop(() -> stalledWithOneWaiting(ONE));
        onLoop(() -> {
            stalled.removeLast().line.end();
            return now;
        });
        Client elsewhere = onLoop(() -> {
            Client waiting = new Client(linesElsewhere, ONE);
            while (!waiting.line.waits()) {
                waiting.goOn();
            }
            return waiting;
        });
        onLoop(() -> now += PATIENCE);
        await(() -> stalled.getFirst().refused);
        await(() -> !elsewhere.line.waits());

        assertThat(onLoop(() -> elsewhere.refused)).isFalse();
    }

    @Test
    void letsOneOfAUserGoOnWithoutRoomOnAllLoopsTogether() throws Exception {
        onLoop(() -> {
            List<Client> all = new ArrayList<>(clients(30, ONE));
            for (int i = 0; i < 30; i++) {
                all.add(new Client(linesElsewhere, ONE));
            }
            all.forEach(Client::sendAll);

            assertThat(memory.held()).isBetween(MEMORY / 2, MEMORY / 2 + LONGEST + 60L * 2 * Client.READ);
            assertThat(all).noneMatch(one -> one.refused);
            return all;
        });
    }

    @Test
    void givesALineItsTimeAnewThatTheRelayHeldBack() throws Exception {
        List<Client> stalled = onLoop(() -> stalledWithOneWaiting(ONE));
        onLoop(() -> {
            stalled.forEach(one -> one.heldBack = true);
            return now += 10 * PATIENCE;
        });
        awaitLook();
        onLoop(() -> {
            stalled.forEach(one -> one.heldBack = false);
            return now += PATIENCE - 1;
        });
        awaitLook();
        boolean early = onLoop(() -> stalled.stream().anyMatch(one -> one.refused));
        onLoop(() -> now += 1);
        await(() -> stalled.getFirst().refused);

        assertThat(early).isFalse();
    }

    @Test
    void readsTheOneForWhichOthersWaitAtFullSpeed() throws Exception {
        onLoop(() -> {
            List<Client> all = clients(50, ONE);
            all.forEach(Client::sendAll);

            assertThat(all)
                    .filteredOn(one -> !one.line.isCrowded(LONGEST))
                    .singleElement()
                    .matches(one -> !one.line.waits());
            return all;
        });
    }

    /// They hold what their user may, and the last one waits.
    private List<Client> stalledWithOneWaiting(long uid) {
        List<Client> all = new ArrayList<>();
        do {
            Client next = new Client(uid);
            next.sendHalf();
            all.add(next);
        } while (!all.getLast().line.waits());
        return all;
    }

    private Client stalledAlone(long uid) {
        Client client = new Client(uid);
        client.sendHalf();
        return client;
    }

    private List<Client> clients(int count, long uid) {
        return Stream.generate(() -> new Client(uid)).limit(count).toList();
    }

    private <T> T onLoop(Callable<T> step) throws Exception {
        return Future.<T>future(done -> loop.runOnContext(_ -> {
                    try {
                        done.complete(step.call());
                    } catch (Exception | AssertionError e) {
                        done.fail(e);
                    }
                }))
                .await(10, SECONDS);
    }

    private void await(Supplier<Boolean> condition) throws Exception {
        while (!onLoop(condition::get)) {
            Thread.sleep(10);
        }
    }

    /// Lines have been looked at twice since: the first look may have begun before.
    private void awaitLook() throws Exception {
        for (int i = 0; i < 2; i++) {
            int before = onLoop(() -> reads);
            await(() -> reads > before);
        }
    }

    /// Sends one line of the longest kind, as far as it is read.
    private final class Client implements UnfinishedLines.Client {

        private static final int READ = 8 * 1024;

        private final Peer peer;
        private final Line line;
        private int bytes;
        private boolean heldBack;
        private boolean refused;
        private boolean done;

        private Client(long uid) {
            this(lines, uid);
        }

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
