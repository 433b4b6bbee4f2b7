package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
import dev.cairn.protocol.receipt.verify.ChainExpectations;
import dev.cairn.protocol.receipt.verify.ReadReceipt;
import dev.cairn.relay.receipts.read.ChainReport;
import dev.cairn.relay.receipts.read.ReceiptDatabase;
import dev.cairn.relay.receipts.read.StoreVerifier;
import dev.cairn.relay.receipts.read.StoredChain;
import dev.cairn.relay.receipts.read.StoredRow;
import dev.cairn.relay.receipts.read.UnreadableDatabaseException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// Says of single receipts whether they are genuine, and what the operating system said of their emitter
/// (`specs/receipts.md` 8.5).
final class ReceiptsVerifyEventCommand implements Callable<Integer> {

    private static final String ALLOWLIST = "AGENTRECEIPTS_EMITTER_ALLOWLIST";
    private static final int UNATTESTED = 3;
    private static final String RESULTS = "{\"results\":[";

    private final Surroundings surroundings;
    private final ReceiptsOptions receipts = new ReceiptsOptions();
    private @Nullable String id;
    private boolean head;
    private @Nullable String since;
    private @Nullable String chain;
    private @Nullable String allowlist;
    private boolean json;

    private long found;
    private long failed;
    private long unattested;

    static CommandLine line(Surroundings surroundings) {
        ReceiptsVerifyEventCommand verify = new ReceiptsVerifyEventCommand(surroundings);
        Shape shape = Shape.of("verify-event", verify)
                .header("Say of single receipts whether they are genuine, and who emitted them.")
                .description(
                        "The whole chain of each receipt is verified. What the receipt says of its emitter's process is the "
                                + "relay's word, signed by it; what the emitter says of itself is not looked at.",
                        "Exit code: 0 genuine, 1 one is not or there is none, 2 usage, or a database or key that cannot be read, "
                                + "3 genuine, but nothing attests who emitted it (as with receipts that the relay makes itself).")
                .text(value -> verify.id = value, "ID", "The receipt with this id.", "--id")
                .flag(value -> verify.head = value, "The newest receipt of the chain.", "--chain-head")
                .text(
                        value -> verify.since = value,
                        "DURATION",
                        "All receipts of this last while, for instance 15m or 1h30m.",
                        "--since")
                .text(
                        value -> verify.chain = value,
                        "ID",
                        "The chain (default: AGENTRECEIPTS_CHAIN_ID; else with --chain-head the newest that is of no sub-agent, "
                                + "with --since all).",
                        "--chain-id")
                .text(
                        value -> verify.allowlist = value,
                        "PATHS",
                        "Executables that are expected, with commas between (default: AGENTRECEIPTS_EMITTER_ALLOWLIST).",
                        "--emitter-allowlist")
                .flag(value -> verify.json = value, "Print JSON.", "--json");
        return verify.receipts.addWithKeyTo(shape).line();
    }

    private ReceiptsVerifyEventCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        if ((id == null ? 0 : 1) + (head ? 1 : 0) + (since == null ? 0 : 1) != 1) {
            throw CommandFailedException.usage("expected exactly one of --id, --chain-head and --since");
        }
        String from = since == null ? null : timeBefore(GoDuration.parse("--since", since));
        ReceiptsKeys keys = receipts.keys(surroundings);
        try (ReceiptDatabase database = receipts.open(surroundings);
                StoreVerifier verifier = StoreVerifier.of(database, keys.published(), keys.archived())) {
            if (from != null) {
                checkSince(database, verifier, from);
            } else {
                StoredRow row = id == null ? newest(database) : database.find(id);
                if (row != null) {
                    check(verifier, StoredChain.of(row.chainId()), other -> other.sequence() == row.sequence());
                }
            }
        } catch (UnreadableDatabaseException e) {
            throw ReceiptsOptions.refusal(e);
        }
        end();
        return failed > 0 || found == 0 ? ExitCode.FAILED : unattested > 0 ? UNATTESTED : ExitCode.GOOD;
    }

    private static String timeBefore(Duration length) {
        return Instant.now().minus(length).truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private void checkSince(ReceiptDatabase database, StoreVerifier verifier, String from)
            throws UnreadableDatabaseException, InterruptedException {
        Predicate<StoredRow> isSince =
                row -> String.valueOf(row.columns().timestamp()).compareTo(from) >= 0;
        String named = chainId();
        if (named != null) {
            check(verifier, StoredChain.of(named), isSince);
            return;
        }
        StoredChain next = database.chainAfter(null, from);
        while (next != null) {
            check(verifier, next, isSince);
            next = database.chainAfter(next, from);
        }
    }

    private @Nullable StoredRow newest(ReceiptDatabase database) throws UnreadableDatabaseException {
        String named = chainId();
        StoredChain where = named == null ? database.newestRoot() : StoredChain.of(named);
        return where == null ? null : database.last(where);
    }

    private @Nullable String chainId() {
        return chain == null ? receipts.chainId(surroundings) : chain;
    }

    /// Two passes: what speaks for one receipt is the whole chain, and nothing of that is kept.
    private void check(StoreVerifier verifier, StoredChain where, Predicate<StoredRow> isMeant)
            throws UnreadableDatabaseException, InterruptedException {
        Set<String> expected = expected();
        Progress progress = new Progress(surroundings, "receipts");
        ChainReport whole = verifier.verify(where, ChainExpectations.NONE, done -> progress.at(done, -1));
        progress.end();
        verifier.verify(where, ChainExpectations.NONE, _ -> {}, (row, reading, fault) -> {
            if (isMeant.test(row)) {
                ReadReceipt receipt = reading instanceof ReadReceipt read ? read : null;
                tell(EventEvidence.of(row, receipt, fault, whole, expected));
            }
        });
    }

    private Set<String> expected() {
        String paths = allowlist == null ? surroundings.variable(ALLOWLIST) : allowlist;
        return Arrays.stream(paths == null ? new String[0] : paths.split(",", -1))
                .map(String::strip)
                .filter(path -> !path.isEmpty())
                .collect(Collectors.toSet());
    }

    private void tell(EventEvidence evidence) {
        failed += evidence.isFailed() ? 1 : 0;
        unattested += evidence.isFailed() || evidence.isAttested() ? 0 : 1;
        found++;
        if (json) {
            surroundings.out().print((found > 1 ? "," : RESULTS) + toJson(evidence));
            return;
        }
        Style style = surroundings.style();
        String verdict = evidence.isFailed() ? style.bad(evidence.verdict()) : style.good(evidence.verdict());
        surroundings
                .out()
                .println(Human.visible(evidence.id(), 200) + "  " + Human.visible(evidence.chainId(), 200) + " "
                        + evidence.sequence() + ": " + verdict);
        evidence.checks()
                .forEach(check -> surroundings
                        .out()
                        .println("  " + String.format("%-4s", check.status().word()) + " "
                                + String.format("%-15s", check.name()) + " " + Human.visible(check.detail(), 500)));
    }

    private void end() {
        if (json) {
            surroundings.out().println((found == 0 ? RESULTS : "") + "]}");
        } else if (found == 0) {
            surroundings.out().println("no receipts found");
        }
    }

    private static JsonText toJson(EventEvidence evidence) {
        List<String> checks = evidence.checks().stream()
                .map(check -> JsonText.object()
                        .put("name", check.name())
                        .put("status", check.status().word())
                        .put("detail", check.detail())
                        .toString())
                .toList();
        return JsonText.object()
                .put("receipt_id", evidence.id())
                .put("chain_id", evidence.chainId())
                .put("sequence", evidence.sequence())
                .putRaw("checks", "[" + String.join(",", checks) + "]")
                .put("verdict", evidence.verdict());
    }
}
