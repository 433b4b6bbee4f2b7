package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.emitter.EmitOutcome;
import dev.cairn.protocol.emitter.ReceiptsEmitter;
import dev.cairn.protocol.emitter.ToolCall;
import dev.cairn.protocol.receipt.Decision;
import dev.cairn.relay.RelayProcess;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One emitter that lives longer than the relays it talks to.
@Timeout(180)
class EmitterRestartIT {

    private static final int CALLS = 20;

    @TempDir
    private Path dir;

    @Test
    void whatAnEmitterLosesBeforeAndBetweenRelaysIsToldByTheNext() throws Exception {
        StoredReceipts stored = new StoredReceipts(dir);
        Path socket = dir.resolve("relay.sock");
        try (RelayProcess relay = RelayProcess.start(dir)) {
            socket = relay.socket(); // Where it will be again.
            assertThat(relay.stop()).isZero();
        }
        try (ReceiptsEmitter emitter = new ReceiptsEmitter(socket, InstantSource.system())) {
            emit(emitter, "before", false);
            try (RelayProcess relay = RelayProcess.start(dir)) {
                emit(emitter, "first", true);
                stored.await(1 + CALLS); // Nothing is on its way when the relay stops.
                assertThat(relay.stop()).isZero();
            }
            emit(emitter, "between", false);
            try (RelayProcess relay = RelayProcess.start(dir)) {
                emit(emitter, "second", true);
                assertThat(relay.stop()).isZero();
            }
            assertThat(emitter.drops()).isZero();
        }

        assertThat(stored.texts("SELECT tool_name FROM receipts WHERE tool_name IN ('before', 'between')"))
                .isEmpty();
        assertThat(stored.texts("SELECT tool_name FROM receipts WHERE tool_name IN ('first', 'second')"))
                .hasSize(2 * CALLS);
        assertThat(stored.texts("SELECT receipt_json FROM receipts WHERE tool_name = 'events_dropped' ORDER BY rowid"))
                .map(text -> new JsonObject(text)
                        .getJsonObject("credentialSubject")
                        .getJsonObject("action")
                        .getJsonObject("emitter_metadata")
                        .getInteger("drop_count"))
                .containsExactly(CALLS, CALLS);
    }

    private static void emit(ReceiptsEmitter emitter, String tool, boolean arrives) {
        for (int i = 0; i < CALLS; i++) {
            EmitOutcome outcome =
                    emitter.send(ToolCall.of("sdk", tool, Decision.ALLOWED).build());
            assertThat(outcome instanceof EmitOutcome.Sent).isEqualTo(arrives);
        }
    }
}
