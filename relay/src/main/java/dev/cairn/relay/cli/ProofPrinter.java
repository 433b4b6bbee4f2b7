package dev.cairn.relay.cli;

import dev.cairn.protocol.proof.Objection;
import dev.cairn.protocol.proof.ProofReport;
import dev.cairn.protocol.proof.Testimony;
import dev.cairn.protocol.proof.WitnessFault;
import dev.cairn.protocol.proof.WitnessReport;
import dev.cairn.protocol.proof.Witnessed;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealFault;
import dev.cairn.protocol.seal.SealReport;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/// Tells people what seals and witnesses prove of a log or a store: up to which record, by whom, since when; and what
/// they do not.
final class ProofPrinter {

    private static final int FAULTS_SHOWN = 5;
    private static final int VALUE_SHOWN = 300;

    private final PrintStream out;
    private final Style style;

    ProofPrinter(PrintStream out, Style style) {
        this.out = out;
        this.style = style;
    }

    void print(ProofView report) {
        ProofReport proof = report.proof();
        SealReport seals = proof.seals();
        if (report.areSealsMissing()) {
            line("seals", style.bad("missing: there is no " + report.evidence().sealsFile()));
        } else if (seals == null || seals.lines() == 0) {
            line(
                    "seals",
                    "not sealed: only the " + report.subject().thing() + "'s own hashes and links hold it together");
        } else {
            printSeals(report, seals);
        }
        if (proof.witnesses() != null) {
            printWitnesses(report, proof.witnesses());
        }
        String label = "not proven";
        for (String gap : ProofWords.notProven(report)) {
            line(label, style.warning(gap));
            label = "";
        }
    }

    private void printSeals(ProofView report, SealReport seals) {
        line(
                "seals",
                report.evidence().sealsFile() + ", " + Human.count(seals.lines(), "seal") + ": "
                        + Human.count(seals.signed()) + " signed by their keys, " + Human.count(seals.compared())
                        + " as the " + report.subject().thing() + " has it"
                        + (seals.passed() == 0
                                ? ""
                                : ", " + Human.count(seals.passed()) + " of records that were verified before"));
        printSealFaults(report, seals.faults());
        Seal signed = report.proof().signed();
        Seal confirmed = report.proof().confirmed();
        if (signed != null) {
            line(
                    "sealed",
                    style.good(upTo(report.subject(), signed)) + ", at "
                            + signed.payload().sealedAt() + " by key " + signed.keyId());
        }
        if (confirmed != null && !confirmed.equals(signed)) {
            line(
                    "sealed",
                    upTo(report.subject(), confirmed) + ", at "
                            + confirmed.payload().sealedAt() + ", by a key that was not checked");
        }
    }

    private void printWitnesses(ProofView report, WitnessReport witnesses) {
        Path file = report.evidence().witnessesFile();
        StringBuilder text = new StringBuilder(Human.visible(file) + ", " + Human.count(witnesses.records(), "record"));
        String separator = ": ";
        for (Testimony testimony : Testimony.values()) {
            long count = witnesses.confirmations(testimony);
            if (count > 0) {
                text.append(separator)
                        .append(Human.count(count, "confirmation"))
                        .append(' ')
                        .append(ProofWords.of(testimony));
                separator = "; ";
            }
        }
        if (witnesses.failed() > 0) {
            text.append(separator)
                    .append(Human.count(witnesses.failed()))
                    .append(witnesses.failed() == 1 ? " try that failed" : " tries that failed");
        }
        line("witnesses", text.toString());
        printWitnessFaults(file, witnesses.faults());
        printObjections(file, witnesses.objections());
        String label = "witnessed";
        for (Witnessed witnessed : report.proof().witnessed()) {
            line(label, witnessed(report.subject(), witnessed));
            label = "";
        }
    }

    private String witnessed(ProofSubject subject, Witnessed witnessed) {
        String since = witnessed.since() == null ? "" : ", since " + witnessed.since() + " by their clocks";
        return style.good(upTo(subject, witnessed.seal())) + since + ": "
                + ProofWords.witnesses(witnessed.witnesses().size()) + " ("
                + ProofWords.names(witnessed) + "), " + witnessed.quorum() + " needed, "
                + ProofWords.of(witnessed.testimony());
    }

    private static String upTo(ProofSubject subject, Seal seal) {
        return "up to " + subject.record() + " " + Human.count(seal.payload().count());
    }

    private void printSealFaults(ProofView report, List<SealFault> faults) {
        Path file = report.evidence().sealsFile();
        ProofSubject subject = report.subject();
        if (!faults.isEmpty()) {
            SealFault first = faults.getFirst();
            printFault(
                    file, first.line(), first.offset(), ProofWords.of(first, subject), first.expected(), first.found());
            printOthers(faults.stream()
                    .map(fault -> "line " + fault.line() + ": " + ProofWords.of(fault, subject))
                    .toList());
        }
    }

    private void printWitnessFaults(Path file, List<WitnessFault> faults) {
        if (!faults.isEmpty()) {
            WitnessFault first = faults.getFirst();
            printFault(file, first.line(), first.offset(), ProofWords.of(first), first.expected(), first.found());
            printOthers(faults.stream()
                    .map(fault -> "line " + fault.line() + ": " + ProofWords.of(fault))
                    .toList());
        }
    }

    private void printObjections(Path file, List<Objection> objections) {
        for (Objection objection : objections.subList(0, Math.min(objections.size(), FAULTS_SHOWN))) {
            String place = file.getFileName() + " line " + Human.count(objection.line()) + ", byte "
                    + Human.count(objection.offset());
            line(
                    "evidence",
                    (objection.isProof() ? style.bad(place) : style.warning(place)) + ": " + ProofWords.of(objection));
            line("", "the seal is of " + ProofWords.of(objection.asked()) + "; " + ProofWords.worth(objection));
        }
        if (objections.size() > FAULTS_SHOWN) {
            line("", "and " + Human.count((long) objections.size() - FAULTS_SHOWN) + " more such replies (--json)");
        }
    }

    private void printFault(Path file, long line, long offset, String words, String expected, String found) {
        String place = file.getFileName() + " line " + Human.count(line) + ", byte " + Human.count(offset);
        line("first", style.bad(place) + ": " + words);
        line("expected", Human.visible(expected, VALUE_SHOWN));
        line("found", Human.visible(found, VALUE_SHOWN));
    }

    /// @param all faults, the first of which was told
    private void printOthers(List<String> all) {
        for (String fault : all.subList(1, Math.min(all.size(), 1 + FAULTS_SHOWN))) {
            line("also", fault);
        }
        if (all.size() > 1 + FAULTS_SHOWN) {
            line("", "and " + Human.count(all.size() - 1L - FAULTS_SHOWN) + " more faults");
        }
    }

    private void line(String label, String text) {
        out.println("  " + style.faint(String.format("%-10s", label)) + " " + text);
    }
}
