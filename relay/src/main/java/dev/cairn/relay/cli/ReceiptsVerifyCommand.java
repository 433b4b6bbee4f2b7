package dev.cairn.relay.cli;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.receipt.verify.ChainEnd;
import dev.cairn.protocol.receipt.verify.ChainExpectations;
import dev.cairn.relay.receipts.read.ChainReport;
import dev.cairn.relay.receipts.read.ReceiptDatabase;
import dev.cairn.relay.receipts.read.StoreVerifier;
import dev.cairn.relay.receipts.read.StoredChain;
import dev.cairn.relay.receipts.read.UnreadableDatabaseException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// Checks every signature and link of receipts (`specs/receipts.md` 3.12, 8.3).
final class ReceiptsVerifyCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final ReceiptsOptions receipts = new ReceiptsOptions();
    private @Nullable String chain;
    private @Nullable Long expectedLength;
    private @Nullable String expectedHead;
    private boolean requireEnd;
    private boolean json;

    static CommandLine line(Surroundings surroundings) {
        ReceiptsVerifyCommand verify = new ReceiptsVerifyCommand(surroundings);
        Shape shape = Shape.of("verify", verify)
                .header("Check every signature, link and column of receipts, with the relay running or not.")
                .description(
                        "Reads the database and the public key alone: no relay, no network, nothing is written. Every chain is "
                                + "checked, those of sub-agents and of other days too, in constant memory; archives of rotated keys "
                                + "beside the public key are used. Databases of other Agent Receipts programs verify as well.",
                        "Exit code: 0 every chain is valid, 1 one is broken or there are no receipts, 2 the database or the key "
                                + "cannot be read.")
                .footer(
                        "Examples:",
                        "  cairn receipts verify",
                        "  cairn receipts verify --db /backup/receipts.db --public-key relay.pub --json",
                        "  cairn receipts verify --chain-id 2026-06-15 --expected-length 57",
                        "That receipts were taken away from a chain's end, the chain itself cannot show: --expected-length and",
                        "--expected-head can, and seals.")
                .text(value -> verify.chain = value, "ID", "Check this chain only (default: all).", "--chain-id")
                .number(
                        value -> verify.expectedLength = value,
                        "N",
                        "With --chain-id: how many receipts it must have.",
                        "--expected-length")
                .text(
                        value -> verify.expectedHead = value,
                        "HASH",
                        "With --chain-id: the hash that its last receipt must have.",
                        "--expected-head")
                .flag(
                        value -> verify.requireEnd = value,
                        "A chain that no receipt ends is a failure.",
                        "--require-terminal")
                .flag(value -> verify.json = value, "Print a line of JSON for each chain, and one for all.", "--json");
        return verify.receipts.addWithKeyTo(shape).line();
    }

    private ReceiptsVerifyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        ChainExpectations expectations = expectations();
        ReceiptsKeys keys = ReceiptsKeys.read(receipts.publicKey(surroundings));
        try (ReceiptDatabase database = receipts.open(surroundings);
                StoreVerifier verifier = StoreVerifier.of(database, keys.published(), keys.archived())) {
            ReceiptsVerdicts verdicts =
                    new ReceiptsVerdicts(surroundings, json, receipts.db(surroundings), keys, database.count());
            if (chain != null) {
                verdicts.add(verifier.verify(StoredChain.of(chain), expectations, verdicts::progress));
            } else {
                verdicts.strays(database.countStrays());
                StoredChain next = database.chainAfter(null);
                while (next != null) {
                    verdicts.add(verifier.verify(next, expectations, verdicts::progress));
                    next = database.chainAfter(next);
                }
            }
            return verdicts.end() ? ExitCode.GOOD : ExitCode.FAILED;
        } catch (UnreadableDatabaseException e) {
            throw ReceiptsOptions.refusal(e);
        }
    }

    private ChainExpectations expectations() {
        if (chain == null && (expectedLength != null || expectedHead != null)) {
            throw CommandFailedException.usage(
                    "--expected-length and --expected-head are about one chain: add --chain-id");
        }
        if (expectedLength != null && expectedLength < 1) {
            throw CommandFailedException.usage("--expected-length: expected 1 or more, got " + expectedLength);
        }
        if (expectedHead != null && !Hash.isHash(expectedHead)) {
            throw CommandFailedException.usage("--expected-head: expected sha256: and 64 lower-case hex digits");
        }
        return new ChainExpectations(expectedLength, expectedHead, requireEnd);
    }

    /// How a chain ended, as a word.
    static String word(ChainReport report) {
        return switch (report.verdict().end()) {
            case COMPLETE -> "complete";
            case INTERRUPTED -> "interrupted";
            case UNKNOWN -> "open";
        };
    }

    /// Whether its newest receipts could be gone without a trace in it.
    static boolean isOpen(ChainReport report) {
        return report.verdict().end() == ChainEnd.UNKNOWN;
    }
}
