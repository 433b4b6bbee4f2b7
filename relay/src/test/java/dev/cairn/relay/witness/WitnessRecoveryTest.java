package dev.cairn.relay.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.protocol.audit.LogVerdict;
import dev.cairn.relay.Relay;
import dev.cairn.relay.WitnessServer;
import dev.cairn.relay.chain.Recovery;
import dev.cairn.relay.witness.RunningWitness.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a witness finds on its disk when it starts.
class WitnessRecoveryTest {

    @TempDir
    private Path dir;

    @Test
    void aTornTailIsRepairedAndCostsNoAnchor() throws Exception {
        Reply first = anchored(7);
        Path log = dir.resolve(WitnessServer.LOG_NAME);
        String torn = Files.readString(log)
                .lines()
                .filter(line -> line.contains("\"body\""))
                .findFirst()
                .orElseThrow();
        Files.writeString(log, torn.substring(0, 300), StandardOpenOption.APPEND);

        try (RunningWitness witness = RunningWitness.open(dir)) {
            Reply again = witness.post(SealBodies.user(7, 'a'));
            Reply next = witness.post(SealBodies.user(8, 'b'));

            assertThat(again.status()).isEqualTo(200);
            assertThat(again.json()).isEqualTo(first.json());
            assertThat(next.status()).isEqualTo(201);
            assertThat(witness.verdict()).isInstanceOf(LogVerdict.Intact.class);
            assertThat(witness.verdict().state().repairs()).isEqualTo(1);
        }
    }

    /// With a checkpoint, the part before it is verified while the index is read.
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAnchorThatWasChangedStopsTheStart(boolean withCheckpoint) throws Exception {
        anchored(7);
        anchored(8);
        Path log = dir.resolve(WitnessServer.LOG_NAME);
        Files.writeString(log, Files.readString(log).replace("\\\"chained_events\\\":7", "\\\"chained_events\\\":6"));
        if (!withCheckpoint) {
            Files.delete(dir.resolve("relay.checkpoint"));
        }

        assertThatThrownBy(() -> RunningWitness.open(dir))
                .matches(Relay::isOperatorsMatter)
                .hasMessageContaining("line 2, offset ");
    }

    @Test
    void theKeyIsMadeOnceForItsOwnerAlone() throws Exception {
        Reply first = anchored(7);
        Path key = dir.resolve(WitnessServer.KEY_NAME);

        try (RunningWitness witness = RunningWitness.open(dir)) {
            assertThat(first.json().getString("witness_key"))
                    .isEqualTo(witness.publicKey().text());
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aLostOrExposedKeyStopsTheStart() throws Exception {
        anchored(7);
        Path key = dir.resolve(WitnessServer.KEY_NAME);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(() -> RunningWitness.open(dir))
                .matches(Relay::isOperatorsMatter)
                .hasMessageContaining("0600");
        Files.delete(key);
        assertThatThrownBy(() -> RunningWitness.open(dir))
                .matches(Relay::isOperatorsMatter)
                .hasMessageContaining("it is gone");
        assertThat(key).doesNotExist();
    }

    @Test
    void twoWitnessesCannotShareADirectory() throws TimeoutException {
        try (RunningWitness _ = RunningWitness.open(dir)) {
            assertThatThrownBy(() -> RunningWitness.open(dir)).hasMessageContaining("is locked");
        }
    }

    @Test
    void aRelaysDirectoryIsNotAWitnesss() throws IOException {
        Files.createFile(dir.resolve(Recovery.LOG_NAME));

        assertThatThrownBy(() -> RunningWitness.open(dir))
                .matches(Relay::isOperatorsMatter)
                .hasMessageContaining("a relay keeps its data there");
        assertThat(dir.resolve(WitnessServer.KEY_NAME)).doesNotExist();
    }

    private Reply anchored(long count) throws TimeoutException {
        try (RunningWitness witness = RunningWitness.open(dir)) {
            return witness.post(SealBodies.user(count, 'a'));
        }
    }
}
