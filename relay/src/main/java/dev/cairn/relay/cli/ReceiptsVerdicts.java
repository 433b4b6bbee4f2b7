package dev.cairn.relay.cli;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.json.JsonText;
import dev.cairn.protocol.receipt.key.KeyArchive;
import dev.cairn.protocol.receipt.verify.ChainNotes;
import dev.cairn.protocol.receipt.verify.FaultKind;
import dev.cairn.protocol.receipt.verify.ReceiptFault;
import dev.cairn.relay.receipts.read.ChainReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tells the verdict on each chain as it is found, and on all of them at the end. Keeps none of them.
final class ReceiptsVerdicts {

    private static final int ID_MAX = 200;
    private static final int CAUSE_MAX = 500;

    private final Surroundings surroundings;
    private final boolean json;
    private final Path db;
    private final ReceiptsKeys keys;
    private final long expected;
    private final Progress progress;
    private long chains;
    private long receipts;
    private long good;
    private long open;
    private long archived;
    private long strays;
    private long leftOut;
    private boolean hasBadSignature;
    private @Nullable Path missing;

    /// @param expected about how many receipts there are
    ReceiptsVerdicts(Surroundings surroundings, boolean json, Path db, ReceiptsKeys keys, long expected) {
        this.surroundings = surroundings;
        this.json = json;
        this.db = db;
        this.keys = keys;
        this.expected = expected;
        this.progress = new Progress(surroundings, "receipts");
    }

    /// @param done receipts of the chain that is being checked
    void progress(long done) {
        long all = receipts + done;
        progress.at(all, expected <= 0 ? -1 : Math.min(1, (double) all / expected));
    }

    /// Rows that belong to no chain: nobody would see them, so that they are one more fault.
    void strays(long count) {
        strays = count;
    }

    /// Whether a chain is broken by a signature, which a key may be missing for.
    boolean hasBadSignature() {
        return hasBadSignature;
    }

    /// @param fingerprint of a key that is not beside the published one, as it should be; null for none
    void missing(@Nullable String fingerprint) {
        missing = fingerprint != null && Hash.isHash(fingerprint) ? KeyArchive.fileOf(keys.file(), fingerprint) : null;
    }

    /// One chain was asked for, and is added: all other rows are left out. Where nothing was in it: which
    /// chains there are.
    ///
    /// @param names each on a line; empty for none
    void leaveOutOthers(String names) {
        leftOut = Math.max(0, expected - receipts);
        if (!json && receipts == 0 && !names.isEmpty()) {
            line("The chains that there are:");
            line(names);
        }
    }

    void add(ChainReport report) {
        progress.end();
        ReceiptFault first = report.verdict().firstFault();
        hasBadSignature |= first != null && first.kind() == FaultKind.BAD_SIGNATURE;
        chains++;
        receipts += report.verdict().length();
        good += report.isValid() ? 1 : 0;
        open += ReceiptsVerifyCommand.isOpen(report) && !report.isEmpty() ? 1 : 0;
        archived += report.isArchived() ? 1 : 0;
        if (json) {
            surroundings.out().println(toJson(report));
        } else {
            print(report);
        }
    }

    /// Whether nothing is wrong with the chains themselves.
    boolean doChainsHold() {
        return good == chains && chains > 0 && strays == 0;
    }

    /// Ends the report and says whether all is good.
    ///
    /// @param proof what seals and witnesses say of the chains
    boolean end(ProofView proof) {
        progress.end();
        boolean isGood = doChainsHold() && proof.isSound() && proof.hasQuorum();
        if (json) {
            printJsonEnd(isGood, proof);
        } else {
            printEnd(isGood, proof);
        }
        return isGood;
    }

    private void print(ChainReport report) {
        Style style = surroundings.style();
        String chain = "Chain " + Human.visible(report.chainId(), ID_MAX) + ": ";
        if (report.isEmpty()) {
            line(chain + style.bad("NO RECEIPTS"));
            return;
        }
        advisories(report.verdict().notes()).forEach(advisory -> line(style.faint("Advisory: " + advisory)));
        String count = Human.count(report.verdict().length(), "receipt");
        ReceiptFault first = report.verdict().firstFault();
        if (report.isValid()) {
            line(chain + style.good("VALID") + " (" + count + ")");
        } else if (first == null) {
            line(chain + style.bad("BROKEN") + " (" + count + ")");
        } else {
            line(chain + style.bad("BROKEN") + " at receipt " + first.index());
            line("  cause: " + Human.visible(first.cause(), CAUSE_MAX));
        }
        report.complaints().forEach(complaint -> line("  cause: " + complaint));
        report.faults()
                .forEach(fault -> line("  [" + fault.index() + "] " + Human.visible(fault.id(), ID_MAX) + " — "
                        + style.bad(fault.kind().words())));
        long more = report.verdict().faults() - report.faults().size();
        if (more > 0) {
            line("  and " + Human.count(more) + " more");
        }
        notes(report.verdict().notes()).forEach(note -> line(style.faint("  note: " + note)));
    }

    /// What the dialect's other tools tell before the verdict, too.
    private static List<String> advisories(ChainNotes notes) {
        List<String> words = new ArrayList<>();
        if (notes.endsPending()) {
            words.add("incomplete tool roundtrip: the last receipt is of a call whose end is not recorded");
        }
        if (notes.terminalsOpened() != notes.terminalsClosed()) {
            words.add("incomplete session: " + notes.terminalsOpened() + " terminal sessions began, "
                    + notes.terminalsClosed() + " ended");
        }
        return words;
    }

    private static List<String> notes(ChainNotes notes) {
        List<String> words = new ArrayList<>();
        if (notes.repeatedKeys() > 0) {
            words.add(Human.count(notes.repeatedKeys(), "idempotency key") + " repeated");
        }
        String first = notes.firstUnmodelled();
        if (first != null) {
            words.add(Human.count(notes.unmodelled(), "receipt")
                    + " would not pass the peer's own verifier, which does not keep all members: "
                    + Human.visible(first, CAUSE_MAX));
        }
        return words;
    }

    private void printEnd(boolean isGood, ProofView proof) {
        Style style = surroundings.style();
        if (chains == 0 && strays == 0) {
            line(style.bad("NO RECEIPTS") + " in " + db);
            printProof(proof);
            return;
        }
        if (strays > 0) {
            line(style.bad("BROKEN") + ": rows without a chain's id or a sequence: " + Human.count(strays));
        }
        line("");
        line(headline(isGood, proof) + ", " + Human.count(receipts, "receipt") + " in "
                + Human.duration(progress.elapsed()));
        label("db", db.toString());
        label(
                "key",
                keys.file() + " " + keys.fingerprint()
                        + (archived > 0 ? ", " + Human.count(archived, "chain") + " from an archived key on" : ""));
        if (missing != null) {
            label(
                    "missing",
                    "perhaps " + missing
                            + ", a key that was rotated away: if it is beside the relay's public key, copy it, too");
        }
        if (leftOut > 0) {
            label("left out", Human.count(leftOut, "row") + " of what was not asked for");
        }
        if (open > 0 && isGood) {
            String newer = proof.proof().signed() == null
                    ? "whether newer receipts were taken away, it cannot show"
                    : "whether receipts were taken away that came after the newest seal, nothing shows";
            label("ends", Human.count(open, "chain") + " without an end: " + newer);
        }
        printProof(proof);
    }

    private String headline(boolean isGood, ProofView proof) {
        Style style = surroundings.style();
        String which = good == chains
                ? Human.count(chains, "chain")
                : Human.count(chains - good) + " of " + Human.count(chains, "chain");
        if (isGood || !doChainsHold()) {
            return (isGood ? style.good("VALID") : style.bad("NOT VALID")) + "  " + which;
        }
        return proof.isSound()
                ? style.bad("UNPROVEN") + "  " + ProofWords.noQuorum(proof) + "; " + which
                : style.bad("NOT VALID") + "  every chain holds, but the store is " + ProofWords.wrong(proof) + "; "
                        + which;
    }

    private void printProof(ProofView proof) {
        if (proof.isOfInterest()) {
            new ProofPrinter(surroundings.out(), surroundings.style()).print(proof);
        }
    }

    private void printJsonEnd(boolean isGood, ProofView proof) {
        JsonText end = JsonText.object().put("ok", isGood);
        if (!isGood) {
            end.put("error", error(proof));
        }
        end.put("chains", chains)
                .put("valid", good)
                .put("receipts", receipts)
                .put("rows_in_no_chain", strays)
                .put("rows_left_out", leftOut)
                .put("open_chains", open)
                .put("db", db.toString())
                .put("public_key", keys.file().toString())
                .put("key_fingerprint", keys.fingerprint());
        if (missing != null) {
            end.put("missing_key", missing.toString());
        }
        surroundings
                .out()
                .println(ProofJson.addTo(end, proof)
                        .put("elapsed_ms", progress.elapsed().toMillis())
                        .put("exit_code", isGood ? ExitCode.GOOD : ExitCode.FAILED));
    }

    private String error(ProofView proof) {
        if (chains == 0 && strays == 0) {
            return "no receipts";
        }
        if (!doChainsHold()) {
            return "not all receipts are valid";
        }
        return proof.isSound() ? ProofWords.noQuorum(proof) : "the store is " + ProofWords.wrong(proof);
    }

    private static JsonText toJson(ChainReport report) {
        List<String> advisories = new ArrayList<>(advisories(report.verdict().notes()));
        advisories.addAll(notes(report.verdict().notes()));
        ReceiptFault first = report.verdict().firstFault();
        String cause = first != null
                ? first.cause()
                : report.complaints().stream().findFirst().orElse(null);
        List<String> faults = report.faults().stream()
                .map(fault -> JsonText.object()
                        .put("index", fault.index())
                        .put("id", fault.id())
                        .put("fault", fault.kind().words())
                        .put("cause", fault.cause())
                        .toString())
                .toList();
        JsonText json = JsonText.object()
                .put("chain_id", report.chainId())
                .put("status", report.isEmpty() ? "no_receipts" : report.isValid() ? "valid" : "broken")
                .put("verified", report.isValid())
                .put("length", report.verdict().length())
                .put("head", report.verdict().head())
                .put("end", ReceiptsVerifyCommand.word(report));
        if (first != null) {
            json.put("broken_at", first.index());
        }
        return json.put("cause", cause)
                .put("faults", report.verdict().faults())
                .putRaw("receipts", "[" + String.join(",", faults) + "]")
                .put("advisories", advisories)
                .put("exit_code", report.isValid() ? ExitCode.GOOD : ExitCode.FAILED);
    }

    private void label(String label, String text) {
        line(surroundings.style().faint("  " + String.format("%-10s", label)) + " " + text);
    }

    private void line(String text) {
        surroundings.out().println(text);
    }
}
