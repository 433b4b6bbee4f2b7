package dev.cairn.relay.chain;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.HeartbeatKind;
import dev.cairn.protocol.audit.HeartbeatLine;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.audit.RecordBatch;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.BusMessage.Append;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.BusMessage.Beat;
import dev.cairn.relay.bus.BusMessage.Control;
import dev.cairn.relay.bus.BusMessage.Degraded;
import dev.cairn.relay.bus.BusMessage.Drops;
import dev.cairn.relay.bus.BusMessage.NotAppended;
import dev.cairn.relay.bus.BusMessage.RecordsAppended;
import dev.cairn.relay.bus.BusMessage.Recovered;
import dev.cairn.relay.bus.ChainStatus.Refusing;
import dev.cairn.relay.bus.ChainStatus.Serving;
import dev.cairn.relay.bus.DropReason;
import dev.cairn.relay.bus.Topic;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
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
        AppendReply reply = append("a");

        assertThat(reply).isInstanceOf(Appended.class);
        assertThat(Given.ids(dir)).containsExactly("a");
        assertThat(chain.status().tip()).isEqualTo(Given.intact(dir).tip());
    }

    @Test
    void fillsInTheHashesThatAreAnswered() throws TimeoutException, IOException {
        RecordBatch batch = Given.batch("a", "b");

        await(chain.bus().ask(Address.APPEND_AUDIT, new Append(batch)));

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
        await(Future.all(queued));
        chain.awaitRecords(51);

        assertThat(await(first)).isInstanceOf(Appended.class);
        assertThat(chain.store().appends() - before).isEqualTo(1);
        assertThat(Given.ids(dir)).hasSize(51);
        assertThat(chain.heard(RecordsAppended.class)).hasSize(2);
        assertThat(chain.heard(RecordsAppended.class).getLast().firstSeq()).isEqualTo(2);
    }

    @Test
    void tellsWhereTheRecordsBeginInTheLog() throws TimeoutException, IOException {
        append("a");
        append("b");

        chain.awaitRecords(2);

        String log = Files.readString(Given.log(dir));
        assertThat(chain.heard(RecordsAppended.class))
                .extracting(RecordsAppended::offset)
                .containsExactly((long) log.indexOf("{\"_relay\""), (long) log.lastIndexOf("{\"_relay\""));
    }

    @Test
    void showsTheStateOfTheAnswerBeforeItAnswers() throws TimeoutException {
        for (int i = 1; i <= 20; i++) {
            long expected = i;
            long seen = await(chain.bus()
                    .ask(Address.APPEND_AUDIT, new Append(Given.batch("e" + i)))
                    .map(_ -> chain.status().tip().count()));

            assertThat(seen).isGreaterThanOrEqualTo(expected);
        }
    }

    @Test
    void acknowledgesNothingOfAWriteThatWasCut() throws TimeoutException, IOException {
        append("before");
        RecordBatch batch = Given.batch("a", "b", "c");
        chain.store().breakWith(new FaultyStore.Fault.Cut(batch.end(1) - batch.start(0) + 40));

        AppendReply reply = await(chain.bus().ask(Address.APPEND_AUDIT, new Append(batch)));
        boolean refusing = chain.status().health() instanceof Refusing;
        chain.awaitControl(Recovered.class);
        AppendReply after = append("after");
        chain.awaitRecords(4);

        assertThat(reply).isEqualTo(new NotAppended("No space left on device"));
        assertThat(refusing).isTrue();
        assertThat(after).isInstanceOf(Appended.class);
        assertThat(Given.intact(dir).repairs()).isEqualTo(1);
        assertThat(Given.intact(dir).tip().count()).isEqualTo(4);
        assertThat(chain.heardSeqs()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(chain.heard(Control.class))
                .containsExactly(new Degraded("chain", "No space left on device"), new Recovered("chain"));
    }

    @Test
    void refusesAtOnceWhileTheStoreTakesNothing() throws TimeoutException {
        chain.store().breakWith(new FaultyStore.Fault.Cut(0), new FaultyStore.Fault.Cut(0));
        append("a");

        AppendReply reply = append("b");

        assertThat(reply).isEqualTo(new NotAppended("No space left on device"));
        chain.awaitControl(Recovered.class);
        assertThat(append("c")).isInstanceOf(Appended.class);
        assertThat(chain.status().health()).isInstanceOf(Serving.class);
    }

    @Test
    void endsTheProcessWhenASyncFails() throws TimeoutException {
        chain.store().breakWith(new FaultyStore.Fault.SyncFails());

        AppendReply reply = append("a");

        assertThat(reply).isInstanceOf(NotAppended.class);
        assertThat(chain.fatal()).hasMessageContaining("cannot be synced");
        assertThat(append("b")).isInstanceOf(NotAppended.class);
        assertThat(chain.heard(RecordsAppended.class)).isEmpty();
    }

    @Test
    void beatsWhenAsked() throws TimeoutException, IOException {
        append("a");

        AppendReply reply = await(chain.bus().ask(Address.BEAT_AUDIT, new Beat()));

        assertThat(reply).isInstanceOf(Appended.class);
        assertThat(kinds()).containsExactly(HeartbeatKind.START, HeartbeatKind.BEAT);
        assertThat(Given.intact(dir).heartbeats()).isEqualTo(2);
        assertThat(chain.status().lastHeartbeatMillis()).isPositive();
    }

    @Test
    void notesDropsBeforeItStops() throws TimeoutException, IOException {
        Peer peer = new Peer(7, 1000, 1000, "/usr/bin/\"x\"");
        chain.bus().tell(Topic.DROPS, new Drops(peer, DropReason.OVERSIZE, 2));
        chain.bus().tell(Topic.DROPS, new Drops(peer, DropReason.SHED, 3));
        append("a");

        chain.stop();

        assertThat(kinds()).containsExactly(HeartbeatKind.START, HeartbeatKind.NOTE, HeartbeatKind.STOP);
        assertThat(Files.readString(Given.log(dir)))
                .contains("\"peer\":{\"pid\":7,\"uid\":1000,\"gid\":1000,\"exe\":\"/usr/bin/\\\"x\\\"\"}")
                .contains("\"reasons\":{\"oversize\":2,\"shed\":3}");
        assertThat(Given.intact(dir).tip().count()).isEqualTo(1);
    }

    @Test
    void notesDropsWithTheNextBeat() throws TimeoutException, IOException {
        chain.bus().tell(Topic.DROPS, new Drops(Peer.NOBODY, DropReason.INVALID, 1));
        append("a");

        await(chain.bus().ask(Address.BEAT_AUDIT, new Beat()));

        assertThat(kinds()).containsExactly(HeartbeatKind.START, HeartbeatKind.NOTE, HeartbeatKind.BEAT);
    }

    @Test
    void notesAClockThatWasSet() throws TimeoutException, IOException {
        chain.setWallClockForwardMillis(5_000);

        await(chain.bus().ask(Address.BEAT_AUDIT, new Beat()));

        assertThat(Files.readString(Given.log(dir))).containsPattern("\"what\":\"clock_step\",\"ms\":(49|50)\\d\\d}");
    }

    @Test
    void writesItsLastLineAndACheckpointWhenItStops() throws TimeoutException, IOException {
        append("a");

        chain.stop();

        assertThat(kinds()).containsExactly(HeartbeatKind.START, HeartbeatKind.STOP);
        assertThat(new CheckpointFile(dir).read()).hasValueSatisfying(checkpoint -> {
            assertThat(checkpoint.state().offset())
                    .isEqualTo(Given.log(dir).toFile().length());
            assertThat(checkpoint.state().tip().count()).isEqualTo(1);
            assertThat(checkpoint.state().lines()).isEqualTo(3);
        });
        assertThat(UnixAttributes.of(dir.resolve("relay.checkpoint")).mode() & 0777)
                .isEqualTo(0600);
    }

    @Test
    void continuesAcrossRestarts() throws TimeoutException, IOException {
        append("a");
        chain.stop();
        chain = RunningChain.start(Given.config(dir));
        append("b");

        chain.stop();

        LogState state = Given.intact(dir);
        assertThat(state.tip().count()).isEqualTo(2);
        assertThat(state.gaps()).isZero();
        assertThat(kinds())
                .containsExactly(HeartbeatKind.START, HeartbeatKind.STOP, HeartbeatKind.START, HeartbeatKind.STOP);
    }

    @Test
    void refusesEventsWhenDamageIsFoundBehindTheCheckpoint() throws TimeoutException, IOException {
        append("a");
        append("b");
        chain.stop();
        String log = Files.readString(Given.log(dir));
        Files.writeString(Given.log(dir), log.replace("\"id\":\"a\"", "\"id\":\"x\""));

        chain = RunningChain.start(Given.config(dir));
        chain.awaitControl(Degraded.class);
        AppendReply reply = append("c");
        AppendReply beat = await(chain.bus().ask(Address.BEAT_AUDIT, new Beat()));

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

        await(chain.bus().ask(Address.BEAT_AUDIT, new Beat()));

        assertThat(append("a"))
                .isInstanceOfSatisfying(
                        NotAppended.class,
                        refused -> assertThat(refused.reason()).contains("moved, replaced or deleted"));
    }

    @Test
    void startsDegradedOnAFullDiskAndGoesOnByItself() throws TimeoutException, IOException {
        chain.stop();

        chain = RunningChain.startWith(Given.config(dir), new FaultyStore.Fault.Cut(30));
        chain.awaitControl(Recovered.class);

        assertThat(append("a")).isInstanceOf(Appended.class);
        assertThat(kinds())
                .containsExactly(HeartbeatKind.START, HeartbeatKind.STOP, HeartbeatKind.REPAIR, HeartbeatKind.START);
        assertThat(Given.intact(dir).tip().count()).isEqualTo(1);
    }

    private AppendReply append(String id) throws TimeoutException {
        return await(chain.bus().ask(Address.APPEND_AUDIT, new Append(Given.batch(id))));
    }

    private static <T> T await(Future<T> future) throws TimeoutException {
        return future.await(10, SECONDS);
    }

    private List<HeartbeatKind> kinds() throws IOException {
        return Files.readAllLines(Given.log(dir)).stream()
                .filter(line -> line.startsWith("{\"type\":\"heartbeat\"") && line.endsWith("}"))
                .map(line -> HeartbeatLine.read(line).heartbeat().kind())
                .toList();
    }
}
