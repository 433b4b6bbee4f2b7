package dev.cairn.relay.cli;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.proof.ProofReport;
import dev.cairn.protocol.proof.StoreProof;
import dev.cairn.protocol.receipt.verify.ChainEnd;
import dev.cairn.protocol.receipt.verify.ChainExpectations;
import dev.cairn.relay.receipts.read.ChainReport;
import dev.cairn.relay.receipts.read.ReceiptDatabase;
import dev.cairn.relay.receipts.read.StoreVerifier;
import dev.cairn.relay.receipts.read.StoredChain;
import dev.cairn.relay.receipts.read.UnreadableDatabaseException;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// Checks every signature and link of receipts (`specs/receipts.md` 3.12, 8.3).
final class ReceiptsVerifyCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final ReceiptsOptions receipts = new ReceiptsOptions();
    private final ProofOptions proof = new ProofOptions(ProofSubject.STORE);
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
                        "Seals that lie beside the database, and what witnesses said of them, are checked too: they show that "
                                + "receipts were taken away from the end of a chain, and since when everything is as it is.",
                        "Exit code: 0 every chain is valid and as it was sealed, 1 something is broken, taken away, or there are no "
                                + "receipts, or --quorum is not reached, 2 a file cannot be read. What is merely not proven is no "
                                + "failure.")
                .footer(
                        "Examples:",
                        "  cairn receipts verify",
                        "  cairn receipts verify --db /backup/receipts.db --public-key relay.pub --json",
                        "  cairn receipts verify --chain-id 2026-06-15 --expected-length 57",
                        "  cairn receipts verify --db /backup/receipts.db --keys /safe/receipts-seal --quorum 2",
                        "That receipts were taken away from a chain's end, the chain itself cannot show: seals can, and",
                        "--expected-length and --expected-head.")
                .text(
                        value -> verify.chain = value,
                        "ID",
                        "Check this chain only (default: AGENTRECEIPTS_CHAIN_ID, else all).",
                        "--chain-id")
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
        return verify.receipts.addWithKeyTo(verify.proof.addTo(shape)).line();
    }

    private ReceiptsVerifyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        String only = chain == null ? receipts.chainId(surroundings) : chain;
        ChainExpectations expectations = expectations(only);
        ReceiptsKeys keys = receipts.keys(surroundings);
        Evidence evidence = proof.evidence(receipts.db(surroundings), receipts.relay(surroundings));
        try (StoreProof seals = evidence.openStore(); // Before the database: what they are of, it has.
                ReceiptDatabase database = receipts.open(surroundings);
                StoreVerifier verifier = StoreVerifier.of(database, keys.published(), keys.archived())) {
            ReceiptsVerdicts verdicts =
                    new ReceiptsVerdicts(surroundings, json, receipts.db(surroundings), keys, database.count());
            if (only != null) {
                verdicts.add(verifier.verify(StoredChain.of(only), expectations, verdicts::progress));
                verdicts.leaveOutOthers(ReceiptChoice.chains(database));
            } else {
                verdicts.strays(database.countStrays());
                StoredChain next = database.chainAfter(null);
                while (next != null) {
                    verdicts.add(verifier.verify(next, expectations, verdicts::progress));
                    next = database.chainAfter(next);
                }
            }
            if (verdicts.hasBadSignature()) {
                verdicts.missing(verifier.missingKey());
            }
            if (chain == null && only != null) {
                surroundings
                        .err()
                        .println("Note: only the chain that " + ReceiptsOptions.CHAIN_ID
                                + " names is checked; unset it to have all checked");
            }
            ProofReport proven = seals.verify(database.rows(), verdicts.doChainsHold());
            var view = new ProofView(ProofSubject.STORE, evidence, proven, database.count());
            return verdicts.end(view) ? ExitCode.GOOD : ExitCode.FAILED;
        } catch (UnreadableDatabaseException e) {
            throw ReceiptsOptions.refusal(e);
        } catch (IOException e) {
            throw evidence.unreadable(e);
        }
    }

    private ChainExpectations expectations(@Nullable String only) {
        if (only == null && (expectedLength != null || expectedHead != null)) {
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
