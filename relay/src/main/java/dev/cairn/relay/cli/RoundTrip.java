package dev.cairn.relay.cli;

import com.sun.security.auth.module.UnixSystem;
import dev.cairn.protocol.emitter.EmitOutcome;
import dev.cairn.protocol.emitter.ReceiptsEmitter;
import dev.cairn.protocol.emitter.ToolCall;
import dev.cairn.protocol.receipt.Decision;
import dev.cairn.relay.receipts.read.ReceiptDatabase;
import dev.cairn.relay.receipts.read.StoredRow;
import dev.cairn.relay.receipts.read.UnreadableDatabaseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Sends one frame as an emitter does, and looks for its receipt in the database: the whole way, and whether the
/// relay knows who sent it (`specs/receipts.md` 8.8).
final class RoundTrip {

    static final String CHECK = "round-trip";

    private static final String CHANNEL = "doctor";
    private static final String TOOL = "agent-receipts-doctor.roundtrip";

    static final String ACTION_TYPE = CHANNEL + "." + TOOL;

    private static final int LOOK_MILLIS = 25;
    private static final int ROWS_SEEN = 64;

    private final Path socket;
    private final ReceiptDatabase database;
    private final Duration patience;
    private final String session = "doctor-" + System.nanoTime();

    RoundTrip(Path socket, ReceiptDatabase database, Duration patience) {
        this.socket = socket;
        this.database = database;
        this.patience = patience;
    }

    Finding finding() throws InterruptedException, UnreadableDatabaseException {
        long begun = System.nanoTime();
        if (send() instanceof EmitOutcome.Failed failed) {
            return Finding.failed(
                    CHECK, "cannot emit at " + socket + ": " + failed.why(), "is a relay listening there?");
        }
        while (System.nanoTime() - begun < patience.toNanos()) {
            JsonObject receipt = look();
            if (receipt != null) {
                return judge(receipt, Duration.ofNanos(System.nanoTime() - begun));
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return Finding.failed(
                CHECK,
                "what was emitted at " + socket + " was not in the database within " + Human.duration(patience),
                "another daemon may listen there, or the relay refuses this user: see its log");
    }

    private EmitOutcome send() {
        try (ReceiptsEmitter emitter = new ReceiptsEmitter(socket, session, InstantSource.system())) {
            return emitter.send(ToolCall.of(CHANNEL, TOOL, Decision.ALLOWED).build());
        }
    }

    private @Nullable JsonObject look() throws UnreadableDatabaseException {
        for (StoredRow row : database.newestOf(ACTION_TYPE, ROWS_SEEN)) {
            byte[] text = row.text();
            JsonObject receipt = text == null ? null : parse(text);
            JsonObject issuer = receipt == null ? null : receipt.object("issuer");
            if (issuer != null && session.equals(issuer.text("session_id"))) {
                return receipt;
            }
        }
        return null;
    }

    private static @Nullable JsonObject parse(byte[] text) {
        try {
            return JsonObject.parse(text);
        } catch (IllegalArgumentException _) {
            return null; // Somebody else's; the checks of the chain tell of it.
        }
    }

    private static Finding judge(JsonObject receipt, Duration took) {
        JsonObject subject = receipt.object("credentialSubject");
        JsonObject action = subject == null ? null : subject.object("action");
        JsonObject peer = action == null ? null : action.object("peer_credential");
        String way = "emitted, signed and stored in " + Human.duration(took);
        if (peer == null) {
            return Finding.failed(CHECK, way + ", but the receipt does not say who emitted it", "see the relay's log");
        }
        long pid = ProcessHandle.current().pid();
        long uid = new UnixSystem().getUid();
        if (peer.number("pid", -1) != pid || peer.number("uid", -1) != uid) {
            String said = "pid " + peer.number("pid", -1) + ", uid " + peer.number("uid", -1);
            return Finding.failed(
                    CHECK,
                    way + ", but attested as " + said + " instead of pid " + pid + ", uid " + uid,
                    "do the relay and this command run in the same namespaces?");
        }
        String exe = peer.text("exe_path");
        if (!Objects.equals(exe, ownExecutable())) {
            return Finding.warning(
                    CHECK,
                    way + ", pid and uid right, "
                            + (exe == null ? "executable unknown" : "executable " + Human.visible(exe, 200)),
                    "rules by executable do not match it; the relay needs the right to see other users' processes");
        }
        return Finding.good(CHECK, way + ", pid, uid and executable right");
    }

    private static @Nullable String ownExecutable() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/exe")).toString();
        } catch (IOException _) {
            return ProcessHandle.current().info().command().orElse(null);
        }
    }
}
