package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
import dev.cairn.protocol.witness.AnchorReceipt;
import dev.cairn.protocol.witness.WitnessLog;
import dev.cairn.protocol.witness.WitnessRecord;
import dev.cairn.relay.config.Places;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// The relay of the demo, asked through its socket and by its files.
final class DemoRelay {

    private static final String SEAL = "{\"protocol_version\":1,\"type\":\"seal\"}";
    private static final Duration QUORUM_PATIENCE = Duration.ofSeconds(20);
    private static final int LOOK_MILLIS = 20;

    private final DemoProcess process;
    private final Path dir;
    private final RelayFiles files;

    /// @param dir its data directory
    DemoRelay(DemoProcess process, Path dir, CommandText commands) {
        this.process = process;
        this.dir = dir;
        this.files = RelayFiles.of(Places.in(dir), commands);
    }

    /// What a relay wants to be told to have its seals confirmed.
    static String config(List<DemoWitness> witnesses, int quorum) {
        return JsonText.object()
                .put("auto_seal", JsonText.object().put("enabled", true).put("interval_minutes", 15))
                .put(
                        "witness",
                        JsonText.object()
                                .put("enabled", true)
                                .put("quorum", quorum)
                                .putRaw("endpoints", DemoWitness.endpoints(witnesses)))
                .toString();
    }

    /// A seal, as the relay answered.
    record Sealed(String at, String tip, long records, String signature, String keyId) {}

    /// A receipt whose signature was checked with the witness's public key.
    record Receipt(DemoWitness witness, AnchorReceipt receipt) {}

    Path socket() {
        return files.socket();
    }

    Path log() {
        return files.log();
    }

    Path dir() {
        return dir;
    }

    JsonObject ask(String request) {
        try (RelaySocket socket = RelaySocket.connect(files)) {
            return socket.ask(request);
        }
    }

    /// Has the chain sealed now.
    Sealed seal() {
        JsonObject answer = ask(SEAL);
        if (!answer.isTrue("ok")) {
            throw CommandFailedException.failed(
                    "the relay does not seal: " + Human.visible(answer.text("error", "no reason given"), 300));
        }
        return new Sealed(
                answer.text("sealed_at", ""),
                answer.text("tip_hash", ""),
                answer.number("chained_events", 0),
                answer.text("signature", ""),
                answer.text("key_id", ""));
    }

    /// Waits until the relay says that the quorum of its newest seal holds, and reads by whose receipts.
    List<Receipt> confirmations(Sealed seal, List<DemoWitness> witnesses) throws InterruptedException {
        await("the quorum of the seal", () -> {
            JsonObject status = ask(StatusCommand.SEAL_STATUS);
            return status.isTrue("witness_quorum_met") && seal.at().equals(status.text("last_seal_at"));
        });
        List<Receipt> receipts = new ArrayList<>();
        await("the receipts of the witnesses", () -> {
            receipts.clear();
            return read(seal, witnesses, receipts);
        });
        return receipts;
    }

    /// Reads what was recorded of `seal`; false when it is not yet said that the quorum holds.
    private boolean read(Sealed seal, List<DemoWitness> witnesses, List<Receipt> receipts) {
        Path file = dir.resolve(Evidence.WITNESSES_FILE);
        if (!Files.exists(file)) {
            return false;
        }
        boolean[] isMet = new boolean[1];
        try {
            WitnessLog.read(file, new WitnessLog.Listener() {
                @Override
                public void record(WitnessRecord record, long line) {
                    if (record.sealSignature().equals(seal.signature())) {
                        record.responses().forEach(response -> take(response, witnesses, receipts));
                        isMet[0] |= record.isQuorumMet();
                    }
                }

                @Override
                public void unreadable(String reason, long line) {
                    // The relay is writing it.
                }
            });
        } catch (IOException e) {
            throw NamedFile.refusal(file, e);
        }
        return isMet[0];
    }

    private static void take(WitnessRecord.Response response, List<DemoWitness> witnesses, List<Receipt> receipts) {
        for (DemoWitness witness : witnesses) {
            if (response.isOk() && response.reply() != null && response.name().equals(witness.name())) {
                response.reply()
                        .receipt()
                        .filter(receipt -> receipt.isSignedBy(witness.key()))
                        .ifPresent(receipt -> receipts.add(new Receipt(witness, receipt)));
            }
        }
    }

    /// Stops it in order.
    void stop(Duration patience) {
        process.askToStop();
        if (!process.awaitEnd(patience)) {
            throw CommandFailedException.failed("the relay did not stop within " + patience.toSeconds() + " s");
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + QUORUM_PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw CommandFailedException.failed(
                        what + " was still missing after " + QUORUM_PATIENCE.toSeconds() + " s");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }
}
