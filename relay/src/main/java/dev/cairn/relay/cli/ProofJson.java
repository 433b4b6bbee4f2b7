package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
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
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Tells programs what seals and witnesses prove of a log or a store.
final class ProofJson {

    private ProofJson() {}

    /// Adds `sealed`, `seals`, `witnesses`, `proven` and `not_proven`.
    static JsonText addTo(JsonText json, ProofView report) {
        ProofReport proof = report.proof();
        json.put("sealed", proof.isSealed());
        put(json, "seals", proof.seals() == null ? null : seals(report.evidence(), proof.seals()));
        put(json, "witnesses", proof.witnesses() == null ? null : witnesses(report.evidence(), proof.witnesses()));
        JsonText proven = JsonText.object();
        put(proven, "signed", proof.signed() == null ? null : seal(proof.signed()));
        put(proven, "confirmed", proof.confirmed() == null ? null : seal(proof.confirmed()));
        proven.putRaw(
                "witnessed",
                array(proof.witnessed().stream().map(ProofJson::witnessed).toList()));
        return json.put("proven", proven).put("not_proven", ProofWords.notProven(report));
    }

    private static JsonText seals(Evidence evidence, SealReport seals) {
        JsonText keys = JsonText.object();
        seals.unreadableKeys().forEach(keys::put);
        return JsonText.object()
                .put("file", evidence.sealsFile().toString())
                .put("lines", seals.lines())
                .put("signed", seals.signed())
                .put("unchecked", seals.unchecked())
                .put("unchecked_keys", keys)
                .put("compared", seals.compared())
                .put("passed", seals.passed())
                .put("unlinked", seals.unlinked())
                .put("torn", seals.torn())
                .put("unterminated_bytes", seals.unterminated())
                .putRaw(
                        "faults",
                        array(seals.faults().stream().map(ProofJson::fault).toList()));
    }

    private static JsonText witnesses(Evidence evidence, WitnessReport witnesses) {
        JsonText confirmations = JsonText.object();
        for (Testimony testimony : Testimony.values()) {
            confirmations.put(word(testimony), witnesses.confirmations(testimony));
        }
        JsonText json = JsonText.object()
                .put("file", evidence.witnessesFile().toString())
                .put("records", witnesses.records())
                .put("confirmations", confirmations)
                .put("failed", witnesses.failed())
                .put("conflicts", witnesses.conflicts())
                .put("unbound", witnesses.unbound())
                .put("unterminated_bytes", witnesses.unterminated());
        WitnessReport.Newest newest = witnesses.newest();
        if (newest != null) {
            int confirmed = newest.confirmed().getOrDefault(Testimony.STATED, 0);
            json.put(
                    "newest_seal",
                    JsonText.object()
                            .put("records", newest.seal().payload().count())
                            .put("confirmed", confirmed)
                            .put("quorum", newest.quorum())
                            .put("quorum_met", newest.quorum() > 0 && confirmed >= newest.quorum()));
        }
        return json.putRaw(
                        "contradictions",
                        array(witnesses.objections().stream()
                                .map(ProofJson::objection)
                                .toList()))
                .putRaw(
                        "faults",
                        array(witnesses.faults().stream().map(ProofJson::fault).toList()));
    }

    private static JsonText seal(Seal seal) {
        return JsonText.object()
                .put("records", seal.payload().count())
                .put("tip", seal.payload().tip().text())
                .put("sealed_at", seal.payload().sealedAt())
                .put("key_id", seal.keyId());
    }

    private static String witnessed(Witnessed witnessed) {
        return seal(witnessed.seal())
                .put("by", word(witnessed.testimony()))
                .put("quorum", witnessed.quorum())
                .put("witnesses", witnessed.witnesses())
                .put(
                        "since",
                        witnessed.since() == null ? null : witnessed.since().toString())
                .toString();
    }

    private static String objection(Objection objection) {
        Contradiction said = objection.said();
        SealedTip named = said.named();
        JsonText json = JsonText.object()
                .put("witness", objection.witness())
                .put("form", said.form().wireName())
                .put("line", objection.line())
                .put("offset", objection.offset())
                .put("records", objection.asked().count())
                .put("tip", objection.asked().tip().text());
        if (named != null) {
            json.put("named_records", named.count())
                    .put("named_tip", named.tip().text());
        }
        return json.put(
                        "signed_by",
                        said.signer() == null ? null : said.signer().text())
                .put("proof", objection.isProof())
                .toString();
    }

    private static String fault(SealFault fault) {
        return fault(fault.kind(), fault.line(), fault.offset(), fault.expected(), fault.found());
    }

    private static String fault(WitnessFault fault) {
        return fault(fault.kind(), fault.line(), fault.offset(), fault.expected(), fault.found());
    }

    private static String fault(Enum<?> kind, long line, long offset, String expected, String found) {
        return JsonText.object()
                .put("kind", word(kind))
                .put("line", line)
                .put("offset", offset)
                .put("expected", expected)
                .put("found", found)
                .toString();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static void put(JsonText json, String name, @Nullable JsonText value) {
        json.putRaw(name, Objects.toString(value));
    }

    private static String array(List<String> items) {
        return "[" + String.join(",", items) + "]";
    }
}
