package dev.cairn.relay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.crypto.X25519KeyPair;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import dev.cairn.protocol.json.JsonText;
import dev.cairn.protocol.receipt.DisclosureEnvelope;
import dev.cairn.protocol.receipt.key.ForensicKeyFiles;
import dev.cairn.relay.receipts.read.ReceiptDatabase;
import dev.cairn.relay.receipts.read.StoredRow;
import dev.cairn.relay.receipts.read.UnreadableDatabaseException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// Decrypts the input that a receipt discloses (`specs/receipts.md` 8.6).
final class ReceiptsDiscloseCommand implements Callable<Integer> {

    private static final String KEY = "AGENTRECEIPTS_FORENSIC_KEY";
    private static final int TEXT_MAX = 500;

    private final Surroundings surroundings;
    private final ReceiptsOptions receipts = new ReceiptsOptions();
    private final ReceiptChoice choice = new ReceiptChoice();
    private @Nullable Path key;
    private boolean json;

    static CommandLine line(Surroundings surroundings) {
        ReceiptsDiscloseCommand disclose = new ReceiptsDiscloseCommand(surroundings);
        Shape shape = Shape.of("disclose", disclose)
                .header("Show the input of a tool call, if its receipt discloses it to your forensic key.")
                .description(
                        "Says whether the input has the hash that is in the receipt; whether the receipt itself is true, "
                                + "cairn receipts verify says.",
                        "Exit code: 0 shown, or there is nothing to disclose, 1 there is no such receipt, 2 usage, or a "
                                + "database that cannot be read, 3 a key that cannot be used, or the wrong one.");
        disclose.choice
                .addTo(shape)
                .path(
                        value -> disclose.key = value,
                        "FILE",
                        "The secret forensic key (default: AGENTRECEIPTS_FORENSIC_KEY, else the relay's "
                                + "receipts/forensic.key).",
                        "--key")
                .flag(value -> disclose.json = value, "Print one JSON object.", "--json");
        return disclose.receipts.addTo(shape).line();
    }

    private ReceiptsDiscloseCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        var _ = choice.sequence(receipts, surroundings); // Before a database is looked for.
        try (ReceiptDatabase database = receipts.open(surroundings)) {
            StoredRow row = choice.find(database, receipts, surroundings);
            show(row, action(Objects.requireNonNull(row.text())));
            return ExitCode.GOOD;
        } catch (UnreadableDatabaseException e) {
            throw ReceiptsOptions.refusal(e);
        }
    }

    private static JsonObject action(byte[] receipt) {
        try {
            JsonObject subject = JsonObject.parse(receipt).object("credentialSubject");
            JsonObject action = subject == null ? null : subject.object("action");
            return action == null ? JsonObject.parse("{}") : action;
        } catch (IllegalArgumentException e) {
            throw CommandFailedException.failed("the receipt is no JSON object");
        }
    }

    private void show(StoredRow row, JsonObject action) {
        JsonObject disclosure = action.object("parameters_disclosure");
        String input = disclosure == null ? null : input(disclosure);
        boolean isAsHashed = input == null || hash(input).equals(action.text("parameters_hash"));
        if (json) {
            surroundings.out().println(toJson(row, input, isAsHashed));
        } else if (input == null) {
            surroundings.out().println("The receipt discloses nothing; it has the hash of the input only.");
        } else {
            surroundings.out().println(Human.visibleJson(input));
        }
        if (!isAsHashed) {
            surroundings.err().println("cairn: this input does not have the hash that is in the receipt");
        }
    }

    private static JsonText toJson(StoredRow row, @Nullable String input, boolean isAsHashed) {
        JsonText answer = JsonText.object()
                .put("ok", true)
                .put("chain_id", row.chainId())
                .put("sequence", row.sequence())
                .put("disclosed", input != null);
        return input == null
                ? answer
                : answer.put("hash_matches", isAsHashed).putRaw("parameters", Human.visibleJson(input));
    }

    /// The input in canonical JSON. Receipts of version 0.2 have it in the clear.
    private String input(JsonObject disclosure) {
        if (disclosure.raw("ct") == null) {
            return disclosure.raw();
        }
        String input = new String(decrypted(disclosure), UTF_8);
        byte[] bytes = input.getBytes(UTF_8);
        try {
            new JsonTape().parse(bytes, 0, bytes.length);
            return input;
        } catch (JsonSyntaxException _) {
            throw keyFailure("what the receipt discloses is no JSON", "");
        }
    }

    private byte[] decrypted(JsonObject disclosure) {
        Path file = keyFile();
        X25519KeyPair pair = null;
        try {
            pair = ForensicKeyFiles.readSecret(file);
            return DisclosureEnvelope.read(disclosure.raw()).open(pair);
        } catch (IOException e) {
            throw keyFailure(
                    "cannot use the forensic key " + file + ": " + NamedFile.reason(e), "Name another one with --key.");
        } catch (IllegalArgumentException e) {
            throw keyFailure(
                    "cannot open what the receipt discloses: "
                            + Human.visible(String.valueOf(e.getMessage()), TEXT_MAX),
                    "");
        } finally {
            if (pair != null) {
                pair.erase();
            }
        }
    }

    private Path keyFile() {
        if (key != null) {
            return key;
        }
        String named = surroundings.variable(KEY);
        return named != null
                ? Path.of(named)
                : receipts.relay(surroundings).dataDir().resolve("receipts").resolve("forensic.key");
    }

    private static String hash(String input) {
        byte[] bytes = input.getBytes(UTF_8);
        return Hash.of(bytes, 0, bytes.length).text();
    }

    /// This command's own meaning of 3.
    private static CommandFailedException keyFailure(String error, String remedy) {
        return CommandFailedException.unreachable(error, remedy);
    }
}
