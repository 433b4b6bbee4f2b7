package dev.cairn.relay.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PumpTest {

    private static final int MEGABYTE = 1_000_000;
    private static final Duration STALL = Duration.ofSeconds(30);

    private final FakeLoop loop = new FakeLoop();
    private final FakeHistory history = new FakeHistory(loop);
    private final Ring ring = new Ring("audit", 50, 100_000, 0);
    private final Unsent unsent = new Unsent();
    private final Pump pump = new Pump("audit", ring, history, loop, UnpooledByteBufAllocator.DEFAULT, unsent, STALL);

    @Test
    void replaysWhatIsStoredThenSaysLiveThenFollows() {
        append(200);
        FakeOutlet subscriber = subscribe(150);
        loop.runAll();
        append(2);
        loop.runAll();

        assertThat(subscriber.seqs())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(151, 202).boxed().toList());
        assertThat(subscriber.told()).containsExactly("live 200");
    }

    @Test
    void saysLiveAtOnceToASubscriberThatHasEverything() {
        append(5);
        FakeOutlet subscriber = subscribe(5);

        loop.runAll();

        assertThat(subscriber.told()).containsExactly("live 5");
    }

    @Test
    void startsOverWhenAskedAgainEvenWhileAPageIsOnItsWay() {
        append(200);
        FakeOutlet subscriber = subscribe(0);
        loop.runNext();
        subscriber.start(pump, 195, 200);
        loop.runAll();

        assertThat(subscriber.seqs()).containsExactly(196L, 197L, 198L, 199L, 200L);
        assertThat(subscriber.told()).containsExactly("live 200");
    }

    @Test
    void goesOnFromTheStoreForOneThatFellOutOfTheRingAndTellsItOnce() {
        FakeOutlet slow = subscribe(0);
        slow.setWritable(false);
        append(500);
        loop.runAll();
        slow.setWritable(true);
        loop.runAll();

        assertThat(slow.seqs())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 500).boxed().toList());
        assertThat(slow.told()).containsExactly("live 0", "lagging 500");
    }

    @Test
    void tellsThatASubscriberStalledOnlyAfterTheTimeout() {
        FakeOutlet stalled = subscribe(0);
        FakeOutlet healthy = subscribe(0);
        stalled.stall();
        append(1);
        loop.runAll();
        loop.advance(STALL.minusMillis(1));
        pump.sweep();
        List<String> before = List.copyOf(stalled.told());
        loop.advance(Duration.ofMillis(1));
        pump.sweep();
        append(1);
        loop.runAll();

        assertThat(before).containsExactly("live 0");
        assertThat(stalled.told()).containsExactly("live 0", "stalled 1");
        assertThat(stalled.seqs()).containsExactly(1L);
        assertThat(healthy.seqs()).containsExactly(1L, 2L);
        assertThat(pump.followers()).isEqualTo(1);
    }

    @Test
    void givesUpOnASubscriberWhoseRecordsTheStoreDoesNotHave() {
        append(200);
        history.loseEverything();
        FakeOutlet subscriber = subscribe(0);

        loop.runAll();

        assertThat(subscriber.told()).containsExactly("unreadable the store gives no record 1");
        assertThat(pump.followers()).isZero();
    }

    @Test
    void survivesAStoreThatThrows() {
        append(200);
        history.breakDown();
        FakeOutlet subscriber = subscribe(0);

        loop.runAll();

        assertThat(subscriber.told()).containsExactly("unreadable broken");
    }

    @Test
    void readsOnceForAllLiveSubscribersWhatItWasOnlyToldOf() {
        List<FakeOutlet> live = Stream.generate(() -> subscribe(0)).limit(20).toList();
        append(10);
        loop.runAll();
        tellOf(20);
        append(5);
        loop.runAll();
        int reads = history.reads();
        append(5);
        loop.runAll();

        assertThat(reads).isEqualTo(1);
        assertThat(history.reads()).isEqualTo(reads);
        assertThat(live).allSatisfy(one -> {
            one.assertComplete(40);
            assertThat(one.told()).containsExactly("live 0");
        });
    }

    /// Slow ones read for themselves, and nobody waits for them.
    @Test
    void beginsAnewWhereNobodyWantsWhatTheRingLacks() {
        FakeOutlet slow = subscribe(0);
        append(10);
        loop.runAll();
        slow.setWritable(false);
        tellOf(20);
        append(5);
        loop.runAll();
        pump.sweep();
        FakeOutlet late = subscribe(35);
        pump.sweep();
        append(1);
        loop.runAll();
        int reads = history.reads();
        slow.setWritable(true);
        loop.runAll();

        assertThat(reads).isZero();
        late.assertComplete(36);
        slow.assertComplete(36);
    }

    @Test
    void tellsThoseWhoFollowThatTheStoreCannotGiveWhatItWasToldOf() {
        FakeOutlet live = subscribe(0);
        append(10);
        loop.runAll();
        history.breakDown();
        tellOf(1);
        loop.runAll();

        assertThat(live.told()).containsExactly("live 0", "lagging 1", "unreadable broken");
    }

    @Test
    void hasUnsentBytesUntilTheSocketOfWhoLeftHasLetThemGo() {
        FakeOutlet deaf = subscribe(0);
        deaf.stall();
        append(1);
        loop.runAll();
        pump.leave(deaf.cursor());
        boolean before = pump.hasUnsent();
        deaf.drainBy();

        assertThat(before).isTrue();
        assertThat(pump.hasUnsent()).isFalse();
    }

    /// Four pages are read at a time.
    @Test
    void readsNothingForThoseWhoLeftWhileTheyWaited() {
        append(200);
        List<FakeOutlet> all = LongStream.range(0, 10).mapToObj(this::subscribe).toList();
        loop.runNext();
        all.forEach(one -> pump.leave(one.cursor()));
        loop.runAll();

        assertThat(history.reads()).isEqualTo(4);
    }

    @Test
    void readsAPageOnceForAllWhoStandWhereItBegins() {
        append(200);
        List<FakeOutlet> all = Stream.generate(() -> subscribe(0)).limit(20).toList();
        loop.runAll();

        assertThat(all).allSatisfy(one -> one.assertComplete(200));
        assertThat(pump.pagesRead()).isEqualTo(history.reads()).isLessThan(10);
    }

    /// Each page is a record of a megabyte; those who do not take theirs stand at different places.
    @Test
    void readsOnForThoseWhoReadWhileOthersTakeNothing() {
        appendLarge(60);
        List<FakeOutlet> deaf = new ArrayList<>();
        for (int since = 0; since < 60; since++) {
            deaf.add(subscribe(since));
            deaf.getLast().stall();
        }
        FakeOutlet reader = subscribe(0);
        long most = 0;
        for (int second = 0; second < 60 && reader.seqs().size() < 60; second++) {
            loop.runAll();
            most = Math.max(most, unsent.bytes());
            loop.advance(Duration.ofSeconds(1));
            pump.sweep();
            deaf.stream().filter(FakeOutlet::wasShed).forEach(FakeOutlet::drainBy);
        }

        assertThat(reader.seqs())
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 60).boxed().toList());
        assertThat(most).isBetween(32_000_000L, 40_000_000L);
        pump.close();
    }

    /// Of a page of a megabyte each takes a little, all the time.
    @Test
    void shedsThoseWhoTakeTooLittleWhileMemoryIsShort() {
        appendLarge(60);
        List<FakeOutlet> slow = slow(40);
        letTake(slow, 5);
        boolean early = slow.stream().anyMatch(FakeOutlet::wasShed);
        letTake(slow, 1);

        assertThat(early).isFalse();
        assertThat(slow).filteredOn(FakeOutlet::wasShed).hasSizeGreaterThan(30);
        pump.close();
        slow.forEach(FakeOutlet::drainBy);
    }

    @Test
    void keepsThoseWhoTakeLittleWhileThereIsMemory() {
        appendLarge(20);
        List<FakeOutlet> slow = slow(10);
        letTake(slow, 20);

        assertThat(slow).noneMatch(FakeOutlet::wasShed);
        pump.close();
        slow.forEach(FakeOutlet::drainBy);
    }

    private List<FakeOutlet> slow(int count) {
        List<FakeOutlet> slow = new ArrayList<>();
        for (int since = 0; since < count; since++) {
            slow.add(subscribe(since));
            slow.getLast().stall();
        }
        loop.runAll();
        return slow;
    }

    private void letTake(List<FakeOutlet> slow, int seconds) {
        for (int second = 0; second < seconds; second++) {
            slow.stream().filter(one -> one.unsent() > 0).forEach(one -> one.take(1000));
            loop.advance(Duration.ofSeconds(1));
            pump.sweep();
            loop.runAll();
        }
    }

    /// Each stands somewhere else in the ring, so that nobody shares a slice.
    @Test
    void boundsWhatThoseWhoTakeNothingHoldOfTheRing() {
        Ring large = new Ring("audit", 1000, 120 * MEGABYTE, 0);
        Pump wide = new Pump("audit", large, history, loop, UnpooledByteBufAllocator.DEFAULT, unsent, STALL);
        List<FakeOutlet> deaf = new ArrayList<>();
        appendLarge(100);
        fill(large);
        for (int since = 0; since < 100; since++) {
            FakeOutlet one = new FakeOutlet(loop, since);
            one.stall();
            one.follow(wide, history.newest());
            deaf.add(one);
        }
        loop.runNext();
        long most = unsent.bytes();
        wide.close();
        deaf.forEach(FakeOutlet::drainBy);

        assertThat(most).isBetween(48_000_000L, 52_000_000L);
        assertThat(unsent.bytes()).isZero();
    }

    @Test
    void restsAfterADrainAsLongAsItTookAtMostTwoMilliseconds() {
        FakeOutlet subscriber = subscribe(0);
        loop.runAll();
        subscriber.costing(Duration.ofMillis(1));
        append(1);
        loop.runAll();
        append(1);
        long waits = loop.nextDueIn();
        loop.runAll();
        subscriber.costing(Duration.ofMillis(500));
        append(1);
        loop.runAll();
        append(1);

        assertThat(waits).isEqualTo(Duration.ofMillis(1).toNanos());
        assertThat(loop.nextDueIn()).isEqualTo(Duration.ofMillis(2).toNanos());
    }

    @Test
    void doesNotRestWhenItHadNothingToDoBefore() {
        FakeOutlet subscriber = subscribe(0);
        loop.runAll();
        subscriber.costing(Duration.ofMillis(3));
        loop.advance(Duration.ofMillis(2));
        append(1);
        loop.runAll();
        append(1);

        assertThat(loop.nextDueIn()).isEqualTo(Duration.ofMillis(1).toNanos());
    }

    /// The promise of a stream: whatever happens in whatever order, each subscriber gets since + 1, since +
    /// 2, … once each, and `live` once.
    @ParameterizedTest
    @MethodSource("seeds")
    void hasNoSeamBetweenReplayAndLive(long seed) {
        Random random = new Random(seed);
        List<FakeOutlet> subscribers = new ArrayList<>();
        append(random.nextInt(300));

        for (int i = 0; i < 1000; i++) {
            switch (random.nextInt(11)) {
                case 0, 1, 2 -> append(1 + random.nextInt(8));
                case 3 -> appendUnheard(1 + random.nextInt(5));
                case 4 -> {
                    if (subscribers.size() < 6) {
                        subscribers.add(subscribe(random.nextInt((int) history.newest() + 1)));
                    }
                }
                case 5 -> pick(subscribers, random).ifPresent(one -> one.setWritable(random.nextBoolean()));
                case 6 -> pump.sweep();
                case 10 -> tellOf(1 + random.nextInt(8));
                case 7 -> pick(subscribers, random).ifPresent(FakeOutlet::drainBy);
                default -> loop.runNext();
            }
            pick(subscribers, random).filter(_ -> random.nextInt(40) == 0).ifPresent(one -> restart(one, random));
        }
        subscribers.forEach(one -> one.setWritable(true));
        append(1);
        loop.runAll();

        assertThat(subscribers).isNotEmpty().allSatisfy(one -> one.assertComplete(history.newest()));
        pump.close();
        subscribers.forEach(FakeOutlet::drainBy);
        assertThat(unsent.bytes()).isZero();
    }

    static IntStream seeds() {
        return IntStream.range(0, 30);
    }

    private static Optional<FakeOutlet> pick(List<FakeOutlet> all, Random random) {
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
    }

    private FakeOutlet subscribe(long since) {
        FakeOutlet outlet = new FakeOutlet(loop, since);
        outlet.follow(pump, history.newest());
        return outlet;
    }

    private void restart(FakeOutlet subscriber, Random random) {
        long since = random.nextBoolean() ? ring.newest() : random.nextInt((int) history.newest() + 1);
        subscriber.start(pump, since, history.newest());
    }

    private void append(int count) {
        appendUnheard(count);
        fill(ring);
        pump.wake();
    }

    /// The stream hears of it, but not what it is.
    private void tellOf(int count) {
        appendUnheard(count);
        ring.hasGrownTo(history.newest());
        pump.wake();
    }

    private void appendLarge(int count) {
        for (int i = 0; i < count; i++) {
            history.appendLarge(MEGABYTE);
        }
        fill(ring);
    }

    private void fill(Ring with) {
        for (long seq = with.newest() + 1; seq <= history.newest(); seq++) {
            byte[] line = history.line(seq);
            with.add(seq, line, 0, line.length);
        }
    }

    /// Durable, but the stream has not heard of it yet.
    private void appendUnheard(int count) {
        history.append(count);
    }
}
