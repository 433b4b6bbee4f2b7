package dev.cairn.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.receipts.Emitter;
import dev.cairn.relay.receipts.TransitDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A relay that is told to stop before it is ready.
@Timeout(120)
class StopWhileStartingIT {

    @TempDir
    private Path dir;

    /// The key of the receipts is asked for when all doors are open: a server that never answers holds the
    /// start there.
    @Test
    void stopsInOrderWhileItWaitsForTheKeyOfTheReceipts() throws Exception {
        Path data = dir.resolve("data");
        Path said = dir.resolve("stdout.log");
        Path logged = dir.resolve("stderr.log");
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Path config = Files.writeString(dir.resolve("config.json"), waitingFor(silent));
            Process relay = RelayProcess.command(List.of(), data, "--config", config.toString())
                    .redirectOutput(said.toFile())
                    .redirectError(logged.toFile())
                    .start();
            try (Socket _ = silent.accept()) {
                assertThat(data.resolve("relay.sock")).exists();

                relay.destroy();

                assertThat(relay.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(relay.exitValue()).as(Files.readString(logged)).isZero();
                assertThat(said).isEmptyFile();
            } finally {
                relay.destroyForcibly();
            }
        }
        assertThat(data.resolve("relay.sock")).doesNotExist();
        assertThat(data.resolve("relay.pid")).doesNotExist();
        assertThat(Files.readAllLines(data.resolve("events.relay.jsonl")))
                .last()
                .asString()
                .contains("\"kind\":\"stop\"");
        assertThat(logged).content().contains("stopped while it started");
        try (RelayProcess again = RelayProcess.start(data)) {
            assertThat(again.stop()).isZero();
        }
    }

    @Test
    void saysThatAnEventIsLostThatCameWhileItStarted() throws Exception {
        Path data = dir.resolve("data");
        Path logged = dir.resolve("stderr.log");
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Path config = Files.writeString(dir.resolve("config.json"), waitingFor(silent));
            Process relay = RelayProcess.command(List.of(), data, "--config", config.toString())
                    .redirectOutput(dir.resolve("stdout.log").toFile())
                    .redirectError(logged.toFile())
                    .start();
            try (Socket _ = silent.accept()) {
                try (Emitter emitter = new Emitter(data.resolve("relay.sock"))) {
                    emitter.send(Emitter.frame("lost", ""));
                    emitter.endOutput();
                    emitter.awaitEnd();
                }

                relay.destroy();

                assertThat(relay.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(relay.exitValue()).as(Files.readString(logged)).isEqualTo(1);
            } finally {
                relay.destroyForcibly();
            }
        }
        assertThat(logged).content().contains("the relay did not stop in order: 1 events are not recorded");
    }

    private String waitingFor(ServerSocket silent) throws IOException {
        URI address = URI.create("http://127.0.0.1:" + silent.getLocalPort());
        String receipts = new TransitDirectory(dir).receipts(address);
        return "{\"receipts\":" + receipts.replace("\"timeout_seconds\":1", "\"timeout_seconds\":60") + "}";
    }
}
