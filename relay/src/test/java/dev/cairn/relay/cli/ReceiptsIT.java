package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.emitter.EmitOutcome;
import dev.cairn.protocol.emitter.ReceiptsEmitter;
import dev.cairn.protocol.emitter.ToolCall;
import dev.cairn.protocol.receipt.Decision;
import dev.cairn.relay.RelayProcess;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From a tool call to a receipt that anybody can verify, while the relay runs and after it is gone.
class ReceiptsIT {

    private static final long PATIENCE_NANOS = 20_000_000_000L;

    @TempDir
    private Path dir;

    @Test
    void whatIsEmittedIsVerifiedWithTheRelayUpAndDown() throws Exception {
        try (RelayProcess relay = RelayProcess.start(dir.resolve("data"))) {
            emit(dir.resolve("data/relay.sock"), 20);
            until(() -> cairn("list").out().lines().count() > 20);

            CommandRun live = cairn("verify");
            CommandRun head = cairn("verify-event", "--chain-head");
            CommandRun doctor = CommandRun.of("doctor", "--data", data());
            int stopped = relay.stop();
            CommandRun after = cairn("verify", "--require-terminal");

            assertThat(live.err()).isEmpty();
            assertThat(live.exitCode()).isZero();
            assertThat(live.out()).contains(": VALID (20 receipts)").doesNotContain("note:");
            assertThat(head.exitCode()).isZero();
            assertThat(head.out())
                    .contains(
                            "verified_provenance_confirmed",
                            "pid " + ProcessHandle.current().pid());
            assertThat(doctor.out())
                    .containsPattern(
                            "\\[ok  ] round-trip +emitted, signed and stored in [0-9]+ ms, pid, uid and executable right")
                    .containsPattern("\\[ok  ] chain head +.*: 21 receipts, every signature and link holds")
                    .containsPattern("\\[ok  ] db permissions .*receipts.db 0640");
            assertThat(stopped).isZero();
            assertThat(after.out()).contains(": VALID (22 receipts)");
            assertThat(after.exitCode()).isZero();
        }
    }

    private static void emit(Path socket, int calls) {
        try (ReceiptsEmitter emitter = new ReceiptsEmitter(socket, InstantSource.system())) {
            for (int i = 0; i < calls; i++) {
                EmitOutcome outcome = emitter.send(ToolCall.of("sdk", "read_file", Decision.ALLOWED)
                        .input("{\"path\":\"/etc/hosts\",\"n\":" + i + "}")
                        .build());
                assertThat(outcome).isEqualTo(new EmitOutcome.Sent());
            }
        }
    }

    private CommandRun cairn(String command, String... options) {
        String[] args = new String[options.length + 4];
        args[0] = "receipts";
        args[1] = command;
        args[2] = "--data";
        args[3] = data();
        System.arraycopy(options, 0, args, 4, options.length);
        return CommandRun.of(args);
    }

    private String data() {
        return dir.resolve("data").toString();
    }

    private interface Condition {

        boolean holds() throws Exception;
    }

    private static void until(Condition condition) throws Exception {
        long begun = System.nanoTime();
        while (!condition.holds()) {
            assertThat(System.nanoTime() - begun).as("waited for").isLessThan(PATIENCE_NANOS);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
