package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.seal.Seal;
import dev.cairn.relay.RelayProcess;
import dev.cairn.relay.WitnessProcess;
import dev.cairn.relay.receipts.Emitter;
import dev.cairn.relay.receipts.StoredReceipts;
import dev.cairn.relay.receipts.StoredSeals;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Receipts of a real relay from a frame to a proof that another machine can check, with the commands that an operator
/// types.
@Timeout(120)
class SealedReceiptsIT {

    @TempDir
    private Path dir;

    @Test
    void whatIsSealedOnDemandIsConfirmedByWitnessesAndVerifiedElsewhere() throws Exception {
        try (WitnessProcess a = WitnessProcess.start(dir.resolve("a"));
                WitnessProcess b = WitnessProcess.start(dir.resolve("b"))) {
            Path config = Files.writeString(
                    dir.resolve("relay-config.json"),
                    "{\"witness\":{\"enabled\":true,\"quorum\":2,\"endpoints\":[" + endpoint(a) + "," + endpoint(b)
                            + "]}}");
            Path data = dir.resolve("data");
            try (RelayProcess relay = RelayProcess.start(data, "--config", config.toString());
                    Emitter emitter = new Emitter(relay.socket())) {
                emitter.send(Emitter.frame("tool", ""));
                new StoredReceipts(data).await(1);

                CommandRun sealed = cairn("seal");
                CommandRun again = cairn("seal", "--json");
                until(() -> cairn("receipts", "verify", "--quorum", "2").exitCode() == 0);
                until(() -> cairn("status").out().contains(", nothing behind it, quorum met"));
                CommandRun verified = cairn("receipts", "verify", "--config", config.toString(), "--quorum", "2");

                assertThat(sealed.exitCode()).as(sealed.err()).isZero();
                assertThat(sealed.out()).startsWith("sealed  1 receipt at ");
                assertThat(again.exitCode()).isEqualTo(1);
                assertThat(new JsonObject(cairn("status", "--json").out()).getMap())
                        .containsEntry("receipts_sealed", 1)
                        .containsEntry("receipts_quorum_met", true);
                assertThat(new StoredSeals(data).seals()).hasSize(1);
                assertThat(verified.out())
                        .containsPattern("sealed +up to receipt 1, at \\S+ by key")
                        .containsPattern(
                                "witnessed +up to receipt 1, since .*: 2 witnesses .*signed with keys that you know");
                assertThat(Files.readString(a.log())).doesNotContain("heads");
                assertThat(relay.stop()).isZero();
            }
            assertThat(new StoredSeals(data).seals()).hasSize(2); // With the end of the chain.
            assertThat(cairn("receipts", "verify").exitCode()).isZero();

            new StoredSeals(data).execute("DELETE FROM receipts WHERE sequence = 2");

            CommandRun cut = cairn("receipts", "verify", "--json");
            assertThat(cut.exitCode()).isEqualTo(1);
            assertThat(new JsonObject(
                                    cut.out().lines().reduce((_, last) -> last).orElseThrow())
                            .getString("error"))
                    .contains("the store lacks receipts that were sealed");
        }
    }

    @Test
    void aRelayThatWasKilledBetweenCommitAndSealSealsTheRestAtItsNextStart() throws Exception {
        Path data = dir.resolve("data");
        try (RelayProcess relay = RelayProcess.start(data);
                Emitter emitter = new Emitter(relay.socket())) {
            emitter.send(Emitter.frame("first", ""));
            new StoredReceipts(data).await(1);
            assertThat(cairn("seal").exitCode()).isZero();
            emitter.send(Emitter.frame("second", ",\"agent_id\":\"a1\""));
            emitter.send(Emitter.frame("third", ""));
            new StoredReceipts(data).await(3);
            relay.kill();
        }
        StoredSeals seals = new StoredSeals(data);
        assertThat(seals.seals()).hasSize(1);

        try (RelayProcess relay = RelayProcess.start(data)) {
            until(() -> seals.seals().size() == 2);
            Seal rest = seals.seals().getLast();
            assertThat(rest.payload().count()).isEqualTo(3);
            assertThat(StoredSeals.heads(rest)).hasSize(2);
            assertThat(relay.stop()).isZero();
        }
        assertThat(StoredSeals.proven(seals.verifySound())).isEqualTo(5);
    }

    @Test
    void aRelayWhoseNewestReceiptsWereTakenAwayDoesNotStart() throws Exception {
        Path data = dir.resolve("data");
        try (RelayProcess relay = RelayProcess.start(data);
                Emitter emitter = new Emitter(relay.socket())) {
            emitter.send(Emitter.frame("first", ""));
            new StoredReceipts(data).await(1);
            assertThat(relay.stop()).isZero();
        }
        new StoredSeals(data).execute("DELETE FROM receipts WHERE sequence = 2");
        Path log = dir.resolve("stderr");

        Process process = RelayProcess.command(List.of(), data)
                .redirectError(log.toFile())
                .start();

        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(Files.readString(log))
                .contains("these are not the receipts that were sealed: expected receipt 2 of chain ");
    }

    private CommandRun cairn(String... args) {
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("--data", dir.resolve("data").toString()));
        return CommandRun.of(all.toArray(String[]::new));
    }

    private static String endpoint(WitnessProcess witness) {
        return witness.ready().getJsonObject("endpoint").encode();
    }

    private static void until(Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("it did not come true").isLessThan(end);
            LockSupport.parkNanos(20_000_000);
        }
    }
}
