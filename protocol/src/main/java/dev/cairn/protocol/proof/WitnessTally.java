package dev.cairn.protocol.proof;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.proof.SealedBy.Confirmation;
import dev.cairn.protocol.witness.AnchorMark;
import dev.cairn.protocol.witness.AnchorReceipt;
import dev.cairn.protocol.witness.Contradiction;
import dev.cairn.protocol.witness.Proof;
import dev.cairn.protocol.witness.SealedTip;
import dev.cairn.protocol.witness.WitnessIdentity;
import dev.cairn.protocol.witness.WitnessLog.Line;
import dev.cairn.protocol.witness.WitnessRecord;
import dev.cairn.protocol.witness.WitnessRecord.Response;
import dev.cairn.protocol.witness.WitnessReply;
import dev.cairn.protocol.witness.WitnessUrl;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Judges what witnesses replied, and counts it. The word of the file is taken for nothing that a reply could show.
final class WitnessTally {

    private final WitnessTrust trust;
    private final List<WitnessFault> faults = new ArrayList<>();
    private final List<Objection> objections = new ArrayList<>();
    private final Map<Testimony, Long> confirmations = new EnumMap<>(Testimony.class);
    private final Map<Testimony, Witnessed> witnessed = new EnumMap<>(Testimony.class);
    private @Nullable Map<Testimony, Witnessed> beforeFault;
    private long records;
    private long failed;
    private long conflicts;
    private long disproofs;
    private long unbound;
    private long unterminated;

    WitnessTally(WitnessTrust trust) {
        this.trust = trust;
    }

    void unbound() {
        records++;
        unbound++;
    }

    void unterminated(long bytes) {
        unterminated = bytes;
    }

    void fault(WitnessFault.Kind kind, Line line, String expected, String found) {
        if (faults.size() < WitnessReport.FAULTS_MAX) {
            faults.add(new WitnessFault(kind, line.number(), line.offset(), expected, found));
        }
    }

    void rememberBeforeFault() {
        beforeFault = new EnumMap<>(witnessed);
    }

    /// Takes a record that is of that seal.
    void take(SealedBy sealed, WitnessRecord record, Line line) {
        records++;
        sealed.quorum(trust.quorum() > 0 ? trust.quorum() : Math.max(1, record.quorum()));
        for (Response response : record.responses()) {
            if (!take(sealed, response, line)) {
                sealed.doubt();
            }
        }
        int shown = sealed.confirmedWith(Testimony.STATED);
        if (record.isQuorumMet() && shown < record.quorum() && !sealed.isDoubtful()) {
            fault(WitnessFault.Kind.QUORUM, line, "at most " + shown + " of " + record.quorum(), "quorum_met true");
        }
        if (sealed.isOfTheLog()) {
            for (Testimony least : Testimony.values()) {
                if (sealed.confirmedWith(least) >= sealed.quorum()) {
                    witnessed.merge(least, sealed.witnessed(least), WitnessTally::newer);
                }
            }
        }
    }

    WitnessReport report(@Nullable SealedBy newest, boolean logHolds) {
        Map<Testimony, Witnessed> proven = logHolds || beforeFault == null ? witnessed : beforeFault;
        return new WitnessReport(
                records,
                confirmations,
                failed,
                conflicts,
                unbound,
                unterminated,
                proven,
                newest == null ? null : newest(newest),
                objections,
                disproofs,
                faults);
    }

    private static WitnessReport.Newest newest(SealedBy sealed) {
        Map<Testimony, Integer> confirmed = new EnumMap<>(Testimony.class);
        for (Testimony least : Testimony.values()) {
            confirmed.put(least, sealed.confirmedWith(least));
        }
        return new WitnessReport.Newest(sealed.seal(), sealed.quorum(), confirmed);
    }

    private static Witnessed newer(Witnessed one, Witnessed other) {
        return other.seal().payload().count() >= one.seal().payload().count() ? other : one;
    }

    /// Whether nothing is wrong with one reply.
    private boolean take(SealedBy sealed, Response response, Line line) {
        WitnessReply reply = response.reply() == null ? WitnessReply.of("") : response.reply();
        AnchorReceipt receipt = reply.receipt().orElse(null);
        if (response.status() == Contradiction.CONFLICT
                || (receipt != null && receipt.anchor().marks().contains(AnchorMark.CONFLICT))) {
            conflicts++;
        }
        SealedTip tip = sealed.tip();
        if (!response.isOk()) {
            failed++;
            reply.against(tip, response.status()).ifPresent(said -> object(tip, said, response, line));
            return true;
        }
        String member = reply.contradictionOf(tip).orElse(null);
        if (member != null) {
            String found = "another one in the reply of " + response.name();
            fault(WitnessFault.Kind.CONTRADICTION, line, member + " " + value(tip, member), found);
            return false;
        }
        if (!isSignatureGood(response, receipt, line)) {
            return false;
        }
        Testimony testimony = testimony(reply, receipt);
        confirmations.merge(testimony, 1L, Long::sum);
        sealed.add(new Confirmation(identity(response, reply), testimony, time(reply)));
        return true;
    }

    /// The relay took the reply for no confirmation; it may be evidence all the same.
    private void object(SealedTip asked, Contradiction said, Response response, Line line) {
        boolean known = said.signer() != null && trust.keys().containsValue(said.signer()) && said.isAgainst(asked);
        disproofs += known ? 1 : 0;
        if (objections.size() < WitnessReport.OBJECTIONS_MAX) {
            objections.add(new Objection(response.name(), asked, said, known, line.number(), line.offset()));
        }
    }

    private boolean isSignatureGood(Response response, @Nullable AnchorReceipt receipt, Line line) {
        if (receipt == null) {
            boolean good = response.proof() != Proof.SIGNATURE;
            if (!good) {
                fault(WitnessFault.Kind.SIGNATURE, line, "a signed receipt of " + response.name(), "a reply without");
            }
            return good;
        }
        Ed25519PublicKey named = receipt.witnessKey();
        if (!receipt.isSignedBy(named)) {
            String expected = "a receipt of " + response.name() + " signed by " + named;
            fault(
                    WitnessFault.Kind.SIGNATURE,
                    line,
                    expected,
                    receipt.signature().text());
            return false;
        }
        Ed25519PublicKey pinned = trust.keys().get(response.name());
        if (pinned != null && !pinned.equals(named)) {
            String expected = "a receipt of " + response.name() + " signed by " + pinned;
            fault(WitnessFault.Kind.KEY, line, expected, "one signed by " + named);
            return false;
        }
        return true;
    }

    private Testimony testimony(WitnessReply reply, @Nullable AnchorReceipt receipt) {
        if (receipt != null) {
            return trust.keys().containsValue(receipt.witnessKey()) ? Testimony.PINNED : Testimony.SIGNED;
        }
        return reply.anchorId().isPresent() ? Testimony.ANCHORED : Testimony.STATED;
    }

    private static String value(SealedTip tip, String member) {
        return switch (member) {
            case "tip_hash" -> tip.tip().text();
            case "chained_events" -> String.valueOf(tip.count());
            default -> tip.signature();
        };
    }

    private static WitnessIdentity identity(Response response, WitnessReply reply) {
        WitnessUrl url;
        try {
            url = WitnessUrl.of(URI.create(response.url()));
        } catch (IllegalArgumentException _) {
            url = new WitnessUrl(response.url()); // Whatever it is, it is the same place as itself.
        }
        return new WitnessIdentity(response.name(), url, reply.signer().orElse(null));
    }

    private static @Nullable Instant time(WitnessReply reply) {
        try {
            String text = reply.witnessedAt().orElse(null);
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException _) {
            return null;
        }
    }
}
