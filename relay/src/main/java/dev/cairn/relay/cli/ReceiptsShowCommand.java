package dev.cairn.relay.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.json.JsonString;
import dev.cairn.protocol.receipt.verify.ReadReceipt;
import dev.cairn.protocol.receipt.verify.ReceiptReader;
import dev.cairn.protocol.receipt.verify.ReceiptReading;
import dev.cairn.protocol.receipt.verify.UnreadableReceipt;
import dev.cairn.relay.receipts.read.ReceiptDatabase;
import dev.cairn.relay.receipts.read.StoredRow;
import dev.cairn.relay.receipts.read.UnreadableDatabaseException;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// Shows one receipt (`specs/receipts.md` 8.4).
final class ReceiptsShowCommand implements Callable<Integer> {

    private static final int TEXT_MAX = 500;

    private final Surroundings surroundings;
    private final ReceiptsOptions receipts = new ReceiptsOptions();
    private final ReceiptChoice choice = new ReceiptChoice();
    private boolean json;

    static CommandLine line(Surroundings surroundings) {
        ReceiptsShowCommand show = new ReceiptsShowCommand(surroundings);
        Shape shape = Shape.of("show", show)
                .header("Show one receipt.")
                .description(
                        "As it is stored: cairn receipts verify says whether it is true.",
                        "Exit code: 0 shown, 1 there is no such receipt, 2 usage, or a database that cannot be read.");
        show.choice.addTo(shape).flag(value -> show.json = value, "Print the receipt itself, indented.", "--json");
        return show.receipts.addTo(shape).line();
    }

    private ReceiptsShowCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        var _ = choice.sequence(receipts, surroundings); // Before a database is looked for.
        try (ReceiptDatabase database = receipts.open(surroundings)) {
            StoredRow row = choice.find(database, receipts, surroundings);
            byte[] text = Objects.requireNonNull(row.text());
            show(row, text);
            return ExitCode.GOOD;
        } catch (UnreadableDatabaseException e) {
            throw ReceiptsOptions.refusal(e);
        }
    }

    private void show(StoredRow row, byte[] text) {
        if (json) {
            surroundings.out().println(visible(IndentedJson.of(new String(text, UTF_8))));
            return;
        }
        ReceiptReading reading = new ReceiptReader().read(text);
        switch (reading) {
            case UnreadableReceipt unreadable ->
                throw CommandFailedException.failed("the receipt " + unreadable.problem());
            case ReadReceipt receipt -> print(row, receipt, JsonObject.parse(text));
        }
    }

    private void print(StoredRow row, ReadReceipt receipt, JsonObject object) {
        JsonObject subject = member(object, "credentialSubject");
        JsonObject action = member(subject, "action");
        JsonObject outcome = member(subject, "outcome");
        JsonObject issuer = member(object, "issuer");
        line("Receipt", receipt.facts().id());
        line("Chain", receipt.link().chainId());
        line("Sequence", String.valueOf(receipt.link().sequence()));
        line("Time", receipt.facts().timestamp());
        line("Action", receipt.facts().actionType());
        line("Tool", receipt.facts().toolName());
        line("Target", raw(action, "target"));
        line("Risk", receipt.facts().riskLevel());
        line("Status", receipt.facts().status());
        line("Error", outcome.text("error"));
        line("Principal", receipt.facts().principalId());
        line("Peer", raw(action, "peer_credential"));
        line("Issuer", receipt.facts().issuerId());
        line("Session", issuer.text("session_id"));
        line("Model", issuer.text("model"));
        line("Runtime", raw(issuer, "runtime"));
        line("Intent", raw(subject, "intent"));
        line("Input", action.text("parameters_hash"));
        line(
                "Disclosure",
                action.object("parameters_disclosure") == null ? null : "sealed for whoever holds the forensic key");
        line("Output", outcome.text("response_hash"));
        line("Drops", raw(action, "emitter_metadata"));
        line("Rotation", raw(subject, "keyRotation"));
        line("Delegation", raw(subject, "delegation"));
        line("Ends", receipt.link().isTerminal() ? String.valueOf(receipt.link().status()) : null);
        line("Previous", receipt.link().previousHash());
        line("Hash", receipt.hash());
        if (!receipt.hash().equals(row.columns().receiptHash())) {
            String more = receipts.command(surroundings, "receipts verify") + " tells more";
            line("", surroundings.style().bad("the database says otherwise: " + more));
        }
    }

    private void line(String label, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            String name = label.isEmpty() ? "" : label + ":";
            surroundings
                    .out()
                    .println(surroundings.style().faint(String.format("%-11s", name)) + " "
                            + (label.isEmpty() ? value : Human.visible(value, TEXT_MAX)));
        }
    }

    private static @Nullable String raw(JsonObject object, String name) {
        JsonObject found = object.object(name);
        return found == null ? null : found.raw();
    }

    private static JsonObject member(JsonObject object, String name) {
        JsonObject found = object.object(name);
        return found == null ? JsonObject.parse("{}") : found;
    }

    /// The same text, in which nothing is hidden. What is no JSON must not become some by that: controls that
    /// cannot be in any are escaped as JSON does not know it.
    private static String visible(String text) {
        StringBuilder visible = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            if (point == '\n' || point == '\t' || !JsonString.isHidden(point)) {
                visible.appendCodePoint(point);
            } else if (point < ' ') {
                visible.append(String.format("\\x%02x", point));
            } else {
                Human.appendEscaped(visible, point);
            }
        });
        return visible.toString();
    }
}
