package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.RelayProcess;
import dev.cairn.relay.WitnessProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From an event to a proof that another machine can check, with the commands that an operator types.
class SealIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

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
            try (RelayProcess relay = RelayProcess.start(dir.resolve("data"), "--config", config.toString())) {
                CommandRun nothing = cairn(relay, "seal");
                cairn(relay, "emit", "--action", "file_write", "--target", "notes.txt");
                CommandRun sealed = cairn(relay, "seal");
                until(() -> cairn(relay, "status", "--json").out().contains("\"witness_quorum_met\":true"));
                CommandRun status = cairn(relay, "status");
                CommandRun doctor = cairn(relay, "doctor");
                CommandRun rotated = cairn(relay, "keys", "rotate");
                cairn(relay, "emit", "--action", "file_write", "--target", "more.txt");
                until(() -> Files.readString(relay.log()).contains("rotat"));
                until(() -> cairn(relay, "seal", "--json").out().startsWith("{\"ok\":true"));
                until(() -> cairn(relay, "status", "--json").out().contains("\"witness_quorum_met\":true"));
                int stopped = relay.stop();
                CommandRun elsewhere = CommandRun.of(
                        "verify", "--file", relay.log().toString(), "--config", config.toString(), "--quorum", "2");
                CommandRun unreachable = cairn(relay, "seal");

                assertThat(nothing.exitCode()).isEqualTo(1);
                assertThat(nothing.err()).contains("Send it an event first");
                assertThat(sealed.exitCode()).isZero();
                assertThat(sealed.out()).startsWith("sealed  1 record at ");
                assertThat(status.out())
                        .containsPattern("seals +last at .* ago, nothing behind it")
                        .containsPattern("auto-seal +on, every 15 m")
                        .containsPattern("witnesses +quorum met for the last seal");
                assertThat(doctor.out())
                        .containsPattern(
                                "\\[ok  ] proof +sealed up to record 1, confirmed by 2 witnesses up to record 1")
                        .containsPattern("\\[ok  ] witnesses +quorum met");
                assertThat(rotated.out()).contains("stays, to verify");
                assertThat(stopped).isZero();
                assertThat(elsewhere.exitCode()).as(elsewhere.out()).isZero();
                assertThat(elsewhere.out())
                        .startsWith("INTACT")
                        .contains("2 seals: 2 signed by their keys, 2 as the log has it")
                        .containsPattern(
                                "witnessed +up to record 2, since .*: 2 witnesses .*signed with keys that you know")
                        .doesNotContain("not proven");
                assertThat(unreachable.exitCode()).isEqualTo(3);
            }
        }
    }

    @Test
    void whoFollowsTheLogSeesEachSealAsItComes() throws Exception {
        try (RelayProcess relay = RelayProcess.start(dir.resolve("data"))) {
            cairn(relay, "emit", "--action", "file_write", "--target", "notes.txt");
            try (CairnProcess follow = CairnProcess.start(
                    "verify", "--follow", "--data", relay.dataDir().toString())) {
                String before = follow.await(line -> line.contains("seals "));
                cairn(relay, "emit", "--action", "file_write", "--target", "more.txt");
                follow.await(line -> line.contains("records ") && line.contains(" 2,"));
                cairn(relay, "seal");
                String after = follow.await(line -> line.contains("sealed ") && line.contains("up to"));

                assertThat(before).contains("not sealed");
                assertThat(after).contains("up to record 2, at ");
            }
        }
    }

    private static String endpoint(WitnessProcess witness) {
        return witness.ready().getJsonObject("endpoint").encode();
    }

    private static CommandRun cairn(RelayProcess relay, String command, String... more) {
        boolean isGroup = command.equals("keys");
        String[] args = new String[3 + more.length];
        args[0] = command;
        int at = 1;
        if (isGroup) {
            args[at++] = more[0];
        }
        args[at++] = "--data";
        args[at++] = relay.dataDir().toString();
        System.arraycopy(more, isGroup ? 1 : 0, args, at, more.length - (isGroup ? 1 : 0));
        return CommandRun.of(args);
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void until(Condition condition) throws IOException {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!condition.holds()) {
            assertThat(Instant.now()).isBefore(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }
}
