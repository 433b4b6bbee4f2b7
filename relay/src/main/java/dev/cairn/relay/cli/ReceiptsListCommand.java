package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
import dev.cairn.relay.receipts.read.ReceiptDatabase;
import dev.cairn.relay.receipts.read.StoredRow;
import dev.cairn.relay.receipts.read.UnreadableDatabaseException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// Shows the newest receipts of all chains (`specs/receipts.md` 8.4).
final class ReceiptsListCommand implements Callable<Integer> {

    private static final int LIMIT_MAX = 10_000;
    private static final int CHAIN_WIDTH_MAX = 40;
    private static final int TEXT_MAX = 120;

    private final Surroundings surroundings;
    private final ReceiptsOptions receipts = new ReceiptsOptions();
    private long limit = 50;
    private boolean json;

    static CommandLine line(Surroundings surroundings) {
        ReceiptsListCommand list = new ReceiptsListCommand(surroundings);
        Shape shape = Shape.of("list", list)
                .header("List the newest receipts of all chains, the newest first.")
                .description("As the database's columns tell them: cairn receipts verify says whether they are true.")
                .number(value -> list.limit = value, "N", "How many at most (default: 50).", "--limit")
                .flag(value -> list.json = value, "Print a line of JSON for each receipt.", "--json");
        return list.receipts.addTo(shape).line();
    }

    private ReceiptsListCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw CommandFailedException.usage("--limit: expected 1 to " + LIMIT_MAX + ", got " + limit);
        }
        List<StoredRow> rows;
        try (ReceiptDatabase database = receipts.open(surroundings)) {
            rows = database.newest((int) limit);
        } catch (UnreadableDatabaseException e) {
            throw ReceiptsOptions.refusal(e);
        }
        if (json) {
            rows.forEach(row -> surroundings.out().println(toJson(row)));
        } else if (rows.isEmpty()) {
            surroundings.out().println("no receipts found");
        } else {
            print(rows);
        }
        return ExitCode.GOOD;
    }

    private void print(List<StoredRow> rows) {
        int width = rows.stream()
                .mapToInt(row -> visible(row.chainId(), CHAIN_WIDTH_MAX).length())
                .reduce("CHAIN".length(), Math::max);
        String form = "%6s  %-20s  %-" + width + "s  ";
        surroundings
                .out()
                .println(surroundings
                        .style()
                        .faint(String.format(form, "SEQ", "TIMESTAMP", "CHAIN") + "TOOL / ACTION TYPE"));
        for (StoredRow row : rows) {
            String tool = visible(row.columns().toolName(), TEXT_MAX);
            String action = visible(row.columns().actionType(), TEXT_MAX);
            String place = String.format(
                    form,
                    row.sequence(),
                    visible(row.columns().timestamp(), 30),
                    visible(row.chainId(), CHAIN_WIDTH_MAX));
            surroundings.out().println(place + (tool.isEmpty() ? action : tool + " / " + action));
        }
    }

    private static JsonText toJson(StoredRow row) {
        return JsonText.object()
                .put("chain_id", row.chainId())
                .put("sequence", row.sequence())
                .put("id", row.columns().id())
                .put("timestamp", row.columns().timestamp())
                .put("action_type", row.columns().actionType())
                .put("tool_name", row.columns().toolName())
                .put("risk_level", row.columns().riskLevel())
                .put("status", row.columns().status())
                .put("issuer_id", row.columns().issuerId())
                .put("principal_id", row.columns().principalId())
                .put("receipt_hash", row.columns().receiptHash());
    }

    private static String visible(@Nullable String text, int max) {
        return Human.visible(Objects.requireNonNullElse(text, ""), max);
    }
}
