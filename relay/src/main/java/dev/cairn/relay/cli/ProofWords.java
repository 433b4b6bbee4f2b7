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
import dev.cairn.protocol.witness.Contradiction;
import dev.cairn.protocol.witness.SealedTip;
import java.util.ArrayList;
import java.util.List;

/// What seals and witnesses prove, and what they do not, in words.
final class ProofWords {

    private static final int NAME_SHOWN = 80;

    private ProofWords() {}

    static String of(SealFault fault, ProofSubject subject) {
        String thing = subject.thing();
        String record = subject.record();
        return switch (fault.kind()) {
            case UNREADABLE -> "it is no JSON object";
            case CHANGED -> "the seal was changed: it is no JSON object, and no crash leaves it like this";
            case MALFORMED -> "it is not formed as a seal";
            case SIGNATURE -> "the seal was changed: its key did not sign this";
            case LINK -> "seals were removed, added or moved: this one does not follow the one before it";
            case TIME -> "the seal's time is not later than that of the seals before it";
            case COUNT -> "the seal covers no more " + record + "s than one before it";
            case NO_RECORD -> "the " + thing + " lacks " + record + "s that were sealed: they were taken away";
            case UNVERIFIED ->
                "the " + thing + " does not verify up to the " + record
                        + " that was sealed: its end was changed or taken away";
            case TIP -> "the " + thing + "'s " + record + " is another than the one that was sealed";
            case LOG_OFFSET -> "the sealed record ends at another place of the log";
            case ROWS -> "receipts were taken away or put in between those that were sealed";
        };
    }

    static String of(WitnessFault fault) {
        return switch (fault.kind()) {
            case UNREADABLE -> "it is no record of witnesses";
            case NO_SEAL -> "a witness confirmed a seal that is not in the seals file: it was taken out";
            case CONTRADICTION -> "what was confirmed is another thing than what was sealed";
            case SIGNATURE -> "the receipt is not signed as it should be: it was changed or made up";
            case KEY -> "the receipt is signed with another key than the witness's";
            case QUORUM -> "the quorum that it tells of is not in the replies";
        };
    }

    /// What a witness says against a seal.
    static String of(Objection objection) {
        Contradiction said = objection.said();
        String other = said.named() == null ? "something else, which it does not show" : of(said.named());
        String says = switch (said.form()) {
            case CONFIRMS_ANOTHER -> " confirmed another " + said.member() + " than was sealed: ";
            case HOLDS_ANOTHER -> " refused the seal (HTTP 409), as it holds another one: ";
        };
        return Human.visible(objection.witness(), NAME_SHOWN) + says + other;
    }

    static String of(SealedTip tip) {
        return Human.count(tip.count(), "record") + " with tip " + tip.tip();
    }

    static String worth(Objection objection) {
        Contradiction said = objection.said();
        if (said.signer() == null) {
            return "nobody signed that, so it proves nothing";
        }
        if (objection.isProof()) {
            return "signed with a key that you know, " + said.signer()
                    + ": it saw another history, or it lies and can be shown to";
        }
        return said.isAgainst(objection.asked())
                ? "signed with a key that only the reply names, " + said.signer()
                : "signed by " + said.signer() + ", but of some other seal, which contradicts nothing";
    }

    /// What is wrong with the proof, as the rest of a sentence about what it is of.
    static String wrong(ProofView report) {
        ProofReport proof = report.proof();
        if (report.areSealsMissing()) {
            return "its seals were taken away: there is no " + report.evidence().sealsFile()
                    + ", though witnesses confirmed some";
        }
        if (proof.seals() != null && !proof.seals().isSound()) {
            return "not what was sealed: " + of(proof.seals().faults().getFirst(), report.subject());
        }
        WitnessReport witnesses = proof.witnesses();
        return witnesses != null && witnesses.faults().isEmpty() && witnesses.disproofs() > 0
                ? "a witness that you know has signed something else than was sealed"
                : "not what witnesses are said to have confirmed";
    }

    static String noQuorum(ProofView report) {
        Evidence evidence = report.evidence();
        String whose = evidence.trust().keys().isEmpty() ? "" : ", by the keys that you gave";
        return "no seal of this " + report.subject().thing() + " is confirmed by " + witnesses(evidence.quorum())
                + whose;
    }

    static String witnesses(long count) {
        return Human.count(count) + (count == 1 ? " witness" : " witnesses");
    }

    static String of(Testimony testimony) {
        return switch (testimony) {
            case STATED -> "without anchor or signature";
            case ANCHORED -> "with an anchor, unsigned";
            case SIGNED -> "signed with keys that only their replies name";
            case PINNED -> "signed with keys that you know";
        };
    }

    static String names(Witnessed witnessed) {
        return Human.visible(String.join(", ", witnessed.witnesses()), NAME_SHOWN);
    }

    /// What nothing proves, or not to everybody.
    static List<String> notProven(ProofView report) {
        List<String> gaps = new ArrayList<>();
        ProofReport proof = report.proof();
        if (!proof.isSealed() || proof.seals() == null) {
            return gaps;
        }
        addSeals(gaps, report, proof.seals());
        WitnessReport witnesses = proof.witnesses();
        if (witnesses == null || witnesses.records() == 0) {
            gaps.add("witnesses: none has confirmed anything, so whoever has the keys can write another history");
        } else {
            addWitnesses(gaps, proof, witnesses);
        }
        return gaps;
    }

    private static void addSeals(List<String> gaps, ProofView report, SealReport seals) {
        long behind = report.count() - provenRecords(report.proof());
        if (behind > 0) {
            gaps.add(Human.count(behind, report.subject().record())
                    + " at the end: no seal that was checked covers them yet");
        }
        seals.unreadableKeys()
                .forEach((id, why) -> gaps.add("seals by key " + id + " are not checked against it: "
                        + Human.visible(why.replace('\n', ' '), 300)));
        if (seals.unlinked() > 0) {
            gaps.add(Human.count(seals.unlinked(), "seal")
                    + " of the peer's kind: tied to none before, one could be missing");
        }
        if (seals.torn() > 0) {
            gaps.add(
                    Human.count(seals.torn(), "line") + " of the seals file was cut off by a crash, before it counted");
        }
    }

    private static void addWitnesses(List<String> gaps, ProofReport proof, WitnessReport witnesses) {
        WitnessReport.Newest newest = witnesses.newest();
        Witnessed strongest = proof.strongest();
        if (newest != null && newest.quorum() == 0) {
            gaps.add("the newest seal: no witness has confirmed it yet");
        } else if (newest != null && newest.confirmed().getOrDefault(Testimony.STATED, 0) < newest.quorum()) {
            gaps.add("the newest seal: only " + newest.confirmed().getOrDefault(Testimony.STATED, 0) + " of "
                    + newest.quorum() + " witnesses have confirmed it");
        }
        if (strongest != null && strongest.testimony() != Testimony.PINNED) {
            gaps.add("who the witnesses are: their keys are not known from elsewhere (--witness-key NAME=KEY), so"
                    + " whoever wrote the file could have made them up");
        }
        if (witnesses.conflicts() > 0) {
            gaps.add("that there is no other history: " + Human.count(witnesses.conflicts(), "answer")
                    + " of witnesses told of another tip with the same count");
        }
        if (witnesses.unbound() > 0) {
            gaps.add(Human.count(witnesses.unbound(), "record")
                    + " of witnesses of the peer's kind, which keep no reply");
        }
    }

    /// Up to which record something beyond the chain itself confirms the log.
    static long provenRecords(ProofReport proof) {
        Seal seal = proof.signed();
        long records = seal == null ? 0 : seal.payload().count();
        Witnessed witnessed = proof.strongest();
        return witnessed == null ? records : Math.max(records, witnessed.count());
    }
}
