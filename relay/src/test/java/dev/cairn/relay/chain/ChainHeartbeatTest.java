package dev.cairn.relay.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.HeartbeatKind;
import dev.cairn.protocol.audit.HeartbeatLine;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.file.UnixAttributes;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.BusMessage.Drops;
import dev.cairn.relay.bus.BusMessage.Recovered;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.DropReason;
import dev.cairn.relay.bus.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The lines that the chain writes of its own accord.
class ChainHeartbeatTest {

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
    void beatsWhenAsked() throws TimeoutException, IOException {
        chain.append("a");

        AppendReply reply = chain.beat();

        assertThat(reply).isInstanceOf(Appended.class);
        assertThat(kinds()).containsExactly(HeartbeatKind.START, HeartbeatKind.BEAT);
        assertThat(Given.intact(dir).heartbeats()).isEqualTo(2);
        assertThat(chain.status().lastHeartbeatMillis()).isPositive();
    }

    @Test
    void notesDropsByItselfBeforeTheNextBeat() throws TimeoutException, IOException {
        chain.bus().tell(Topic.DROPS, new Drops(Peer.NOBODY, DropReason.INVALID, 1));

        chain.awaitHeartbeat("\"notes\":[{\"what\":\"drops\",\"reasons\":{\"invalid\":1}}]");

        assertThat(kinds()).containsExactly(HeartbeatKind.START, HeartbeatKind.NOTE);
    }

    @Test
    void notesDropsBeforeItStops() throws TimeoutException, IOException {
        Peer peer = new Peer(7, 1000, 1000, "/usr/bin/\"x\"");
        chain.bus().tell(Topic.DROPS, new Drops(peer, DropReason.OVERSIZE, 2));
        chain.bus().tell(Topic.DROPS, new Drops(peer, DropReason.SHED, 3));
        chain.append("a");

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
        chain.append("a");

        chain.beat();

        assertThat(kinds()).containsExactly(HeartbeatKind.START, HeartbeatKind.NOTE, HeartbeatKind.BEAT);
    }

    @Test
    void notesAClockThatWasSet() throws TimeoutException, IOException {
        chain.setWallClockForwardMillis(5_000);

        chain.beat();

        assertThat(Files.readString(Given.log(dir))).containsPattern("\"what\":\"clock_step\",\"ms\":(49|50)\\d\\d}");
    }

    @Test
    void writesItsLastLineAndACheckpointWhenItStops() throws TimeoutException, IOException {
        chain.append("a");

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
        chain.append("a");
        chain.stop();
        chain = RunningChain.start(Given.config(dir));
        chain.append("b");

        chain.stop();

        LogState state = Given.intact(dir);
        assertThat(state.tip().count()).isEqualTo(2);
        assertThat(state.gaps()).isZero();
        assertThat(kinds())
                .containsExactly(HeartbeatKind.START, HeartbeatKind.STOP, HeartbeatKind.START, HeartbeatKind.STOP);
    }

    @Test
    void knowsTheSilenceBeforeALateHeartbeat() throws TimeoutException, IOException {
        chain.setWallClockForwardMillis(600_000);
        chain.beat();

        ChainStatus.Gaps gaps = chain.status().gaps();

        assertThat(gaps.count()).isEqualTo(1);
        assertThat(gaps.newest())
                .singleElement()
                .satisfies(gap -> assertThat(gap.length()).isBetween(Duration.ofMinutes(9), Duration.ofMinutes(11)));
        chain.stop();
        assertThat(Given.intact(dir).gaps()).isEqualTo(1);
    }

    @Test
    void startsDegradedOnAFullDiskAndGoesOnByItself() throws TimeoutException, IOException {
        chain.stop();

        chain = RunningChain.startWith(Given.config(dir), new FaultyStore.Fault.Cut(30));
        chain.awaitControl(Recovered.class);

        assertThat(chain.append("a")).isInstanceOf(Appended.class);
        assertThat(kinds())
                .containsExactly(HeartbeatKind.START, HeartbeatKind.STOP, HeartbeatKind.REPAIR, HeartbeatKind.START);
        assertThat(Given.intact(dir).tip().count()).isEqualTo(1);
    }

    private List<HeartbeatKind> kinds() throws IOException {
        return Files.readAllLines(Given.log(dir)).stream()
                .filter(line -> line.startsWith("{\"type\":\"heartbeat\"") && line.endsWith("}"))
                .map(line -> HeartbeatLine.read(line).heartbeat().kind())
                .toList();
    }
}
