package dev.cairn.relay.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

import dev.cairn.protocol.audit.RecordBatch;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.BusMessage.Append;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.BusMessage.Beat;
import dev.cairn.relay.bus.BusMessage.Control;
import dev.cairn.relay.bus.BusMessage.Degraded;
import dev.cairn.relay.bus.BusMessage.NotAppended;
import dev.cairn.relay.bus.BusMessage.RecordsAppended;
import dev.cairn.relay.bus.BusMessage.Recovered;
import dev.cairn.relay.bus.ChainStatus.Refusing;
import dev.cairn.relay.bus.ChainStatus.Serving;
import dev.cairn.relay.config.RelayConfig;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainVerticleTest {

    @TempDir
    private Path temp;

    private Path dir;
    private RunningChain chain;

    @BeforeEach
    void start() throws TimeoutException {
        dir = temp.resolve("data");
        chain = RunningChain.start(Given.config(dir));
    }

    @AfterEach
    void stop() throws TimeoutException {
        chain.stop();
    }

    @Test
    void answersOnceTheRecordIsInTheLog() throws TimeoutException, IOException {
        AppendReply reply = chain.append("a");

        assertThat(reply).isInstanceOf(Appended.class);
        assertThat(Given.ids(dir)).containsExactly("a");
        assertThat(chain.status().tip()).isEqualTo(Given.intact(dir).tip());
    }

    @Test
    void fillsInTheHashesThatAreAnswered() throws TimeoutException, IOException {
        RecordBatch batch = Given.batch("a", "b");

        RunningChain.await(chain.bus().ask(Address.APPEND_AUDIT, new Append(batch)));

        assertThat(new String(batch.answers(), java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo("{\"ok\":true,\"relay_hash\":\"" + batch.hash(0) + "\"}\n{\"ok\":true,\"relay_hash\":\""
                        + batch.hash(1) + "\"}\n");
        assertThat(Given.intact(dir).tip().hash()).isEqualTo(batch.hash(1));
    }

    @Test
    void commitsWhatHasQueuedUpInOneGo() throws TimeoutException, IOException {
        chain.store().holdNext();
        Future<AppendReply> first = chain.bus().ask(Address.APPEND_AUDIT, new Append(Given.batch("first")));
        chain.store().awaitHeld();
        List<Future<AppendReply>> queued = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            queued.add(chain.bus().ask(Address.APPEND_AUDIT, new Append(Given.batch("q" + i))));
        }
        int before = chain.store().appends();

        chain.store().release();
        RunningChain.await(Future.all(queued));
        chain.awaitRecords(51);

        assertThat(RunningChain.await(first)).isInstanceOf(Appended.class);
        assertThat(chain.store().appends() - before).isEqualTo(1);
        assertThat(Given.ids(dir)).hasSize(51);
        assertThat(chain.heard(RecordsAppended.class)).hasSize(2);
        assertThat(chain.heard(RecordsAppended.class).getLast().firstSeq()).isEqualTo(2);
    }

    @Test
    void writesABatchLongerThanACommitMayBeAlone() throws TimeoutException, IOException {
        restart(Given.committingAtMost(2_000, Given.config(dir)));

        List<Future<AppendReply>> replies = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            replies.add(chain.bus().ask(Address.APPEND_AUDIT, new Append(Given.batch("b" + i, 2_000))));
        }
        RunningChain.await(Future.all(replies));

        assertThat(replies).allSatisfy(reply -> assertThat(reply.result()).isInstanceOf(Appended.class));
        assertThat(Given.intact(dir).tip().count()).isEqualTo(10_000);
    }

    @Test
    void letsNoQueueHoldUpAHeartbeat() throws TimeoutException {
        restart(Given.committingAtMost(2_000, Given.config(dir)));
        chain.store().holdNext();
        chain.bus().ask(Address.APPEND_AUDIT, new Append(Given.batch("first")));
        chain.store().awaitHeld();
        List<Future<AppendReply>> queued = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            queued.add(chain.bus().ask(Address.APPEND_AUDIT, new Append(Given.batch("q" + i, 5))));
        }
        Future<AppendReply> beat = chain.bus().ask(Address.BEAT_AUDIT, new Beat());

        chain.store().release();
        long countAtBeat = RunningChain.await(beat.map(_ -> chain.status().tip().count()));
        RunningChain.await(Future.all(queued));

        assertThat(countAtBeat).isLessThan(100);
        assertThat(chain.status().tip().count()).isEqualTo(501);
    }

    @Test
    void waitsForCompanyIfToldTo() throws TimeoutException {
        restart(Given.waitingForCompany(Duration.ofMillis(50), Given.config(dir)));
        int before = chain.store().appends();

        List<Future<AppendReply>> replies = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            replies.add(chain.bus().ask(Address.APPEND_AUDIT, new Append(Given.batch("b" + i))));
        }
        RunningChain.await(Future.all(replies));

        assertThat(chain.store().appends() - before).isLessThan(10);
        assertThat(chain.status().tip().count()).isEqualTo(20);
    }

    @Test
    void tellsWhoIsFarBehindOfRecordsWithoutHandingThemOver() throws TimeoutException {
        for (int i = 0; i < 12; i++) {
            chain.append("x".repeat(1_000_000) + i);
        }
        chain.awaitRecords(12);
        List<RecordsAppended> unheard = chain.heard(RecordsAppended.class);
        chain.areHeard(unheard);
        chain.append("e");
        chain.awaitRecords(13);

        assertThat(unheard)
                .extracting(told -> told.batches().size())
                .startsWith(1, 1, 1)
                .endsWith(0, 0, 0);
        assertThat(chain.heardSeqs())
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 13).boxed().toList());
        assertThat(chain.heard(RecordsAppended.class).getLast().batches()).hasSize(1);
    }

    @Test
    void showsTheStateOfTheAnswerBeforeItAnswers() throws TimeoutException {
        for (int i = 1; i <= 20; i++) {
            long expected = i;
            long seen = RunningChain.await(chain.bus()
                    .ask(Address.APPEND_AUDIT, new Append(Given.batch("e" + i)))
                    .map(_ -> chain.status().tip().count()));

            assertThat(seen).isGreaterThanOrEqualTo(expected);
        }
    }

    @Test
    void acknowledgesNothingOfAWriteThatWasCut() throws TimeoutException, IOException {
        chain.append("before");
        RecordBatch batch = Given.batch("a", "b", "c");
        chain.store().breakWith(new FaultyStore.Fault.Cut(batch.end(1) - batch.start(0) + 40));

        AppendReply reply = RunningChain.await(chain.bus().ask(Address.APPEND_AUDIT, new Append(batch)));
        boolean refusing = chain.status().health() instanceof Refusing;
        chain.awaitControl(Recovered.class);
        AppendReply after = chain.append("after");
        chain.awaitRecords(4);

        assertThat(reply).isEqualTo(new NotAppended("No space left on device", 2));
        assertThat(refusing).isTrue();
        assertThat(after).isInstanceOf(Appended.class);
        assertThat(Given.intact(dir).repairs()).isEqualTo(1);
        assertThat(Given.intact(dir).tip().count()).isEqualTo(4);
        assertThat(chain.heardSeqs()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(chain.heard(Control.class))
                .containsExactly(new Degraded("chain", "No space left on device"), new Recovered("chain"));
    }

    @Test
    void saysOfEachBatchOfACutWriteHowMuchOfItIsInTheChain() throws TimeoutException {
        RecordBatch first = Given.batch("a", "b");
        RecordBatch second = Given.batch("c", "d", "e");
        chain.store().holdNext();
        Future<AppendReply> before = chain.bus().ask(Address.APPEND_AUDIT, new Append(Given.batch("before")));
        chain.store().awaitHeld();
        List<Future<AppendReply>> replies = new ArrayList<>();
        for (RecordBatch batch : List.of(first, second, Given.batch("f"))) {
            replies.add(chain.bus().ask(Address.APPEND_AUDIT, new Append(batch)));
        }
        int gotIn = first.length() + second.end(0) - second.start(0) + 40;
        chain.store().breakWith(new FaultyStore.Fault.Whole(), new FaultyStore.Fault.Cut(gotIn));
        chain.store().release();

        RunningChain.await(before);
        RunningChain.await(Future.join(replies));

        assertThat(replies.stream().map(Future::result))
                .containsExactly(
                        new NotAppended("No space left on device", 2),
                        new NotAppended("No space left on device", 1),
                        new NotAppended("No space left on device"));
        assertThat(chain.status().tip().count()).isEqualTo(4);
    }

    @Test
    void refusesAtOnceWhileTheStoreTakesNothing() throws TimeoutException {
        chain.store().breakWith(new FaultyStore.Fault.Cut(0), new FaultyStore.Fault.Cut(0));
        chain.append("a");

        AppendReply reply = chain.append("b");

        assertThat(reply).isEqualTo(new NotAppended("No space left on device"));
        chain.awaitControl(Recovered.class);
        assertThat(chain.append("c")).isInstanceOf(Appended.class);
        assertThat(chain.status().health()).isInstanceOf(Serving.class);
    }

    @Test
    void endsTheProcessWhenASyncFails() throws TimeoutException {
        chain.store().breakWith(new FaultyStore.Fault.SyncFails());

        AppendReply reply = chain.append("a");

        assertThat(reply).isInstanceOf(NotAppended.class);
        assertThat(chain.fatal()).hasMessageContaining("cannot be synced");
        assertThat(chain.append("b")).isInstanceOf(NotAppended.class);
        assertThat(chain.heard(RecordsAppended.class)).isEmpty();
    }

    @Test
    void refusesEventsWhenDamageIsFoundBehindTheCheckpoint() throws TimeoutException, IOException {
        chain.append("a");
        chain.append("b");
        chain.stop();
        String log = Files.readString(Given.log(dir));
        Files.writeString(Given.log(dir), log.replace("\"id\":\"a\"", "\"id\":\"x\""));

        chain = RunningChain.start(Given.config(dir));
        chain.awaitControl(Degraded.class);
        AppendReply reply = chain.append("c");
        AppendReply beat = chain.beat();

        assertThat(reply)
                .isInstanceOfSatisfying(
                        NotAppended.class,
                        refused -> assertThat(refused.reason())
                                .startsWith("line 2, offset " + log.indexOf("{\"_relay\"")));
        assertThat(beat).isInstanceOf(Appended.class);
        assertThat(chain.status().tip().count()).isEqualTo(2);
    }

    @Test
    void refusesEventsWhenTheLogIsMovedAway() throws TimeoutException, IOException {
        Files.move(Given.log(dir), dir.resolve("moved"));

        chain.beat();

        assertThat(chain.append("a"))
                .isInstanceOfSatisfying(
                        NotAppended.class,
                        refused -> assertThat(refused.reason()).contains("moved, replaced or deleted"));
    }

    @Test
    void aStopWhoseLastLineDoesNotGetInFails() throws TimeoutException {
        chain.append("a");
        chain.store().breakWith(new FaultyStore.Fault.Cut(0));

        assertThatException().isThrownBy(chain::stop).withMessageContaining("No space left on device");
    }

    private void restart(RelayConfig config) throws TimeoutException {
        chain.stop();
        chain = RunningChain.start(config);
    }
}
