package dev.cairn.witness;

import dev.cairn.protocol.witness.AnchorRequest;
import dev.cairn.protocol.witness.Contradiction;
import dev.cairn.protocol.witness.SealedTip;
import dev.cairn.protocol.witness.WitnessIdentity;
import dev.cairn.protocol.witness.WitnessRecord;
import dev.cairn.protocol.witness.WitnessRecord.Response;
import dev.cairn.protocol.witness.WitnessReply;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The way of one seal to its quorum: who has confirmed it, and in which round we are.
///
/// No clock, no I/O: [WitnessPublisher] owns it and does the rest.
final class Campaign {

    private final AnchorRequest.RelaySeal request;
    private final byte[] body;
    private final int quorum;
    private final long beganMillis;
    private final Map<WitnessEndpoint, WitnessIdentity> confirmed = new LinkedHashMap<>();
    private final Map<WitnessEndpoint, Contradiction> contradicted = new LinkedHashMap<>();
    private int attempt;
    private boolean superseded;
    private boolean recorded;

    Campaign(AnchorRequest.RelaySeal request, int quorum, long beganMillis) {
        this.request = request;
        this.body = request.toBytes();
        this.quorum = quorum;
        this.beganMillis = beganMillis;
    }

    /// What is posted, the same for everybody and in each round.
    byte[] body() {
        return body;
    }

    SealedTip seal() {
        return request.seal();
    }

    long beganMillis() {
        return beganMillis;
    }

    int attempt() {
        return attempt;
    }

    int nextAttempt() {
        return ++attempt;
    }

    /// Takes up what an earlier process recorded of this seal. Its word is not taken for it: what is stored
    /// of each reply is judged again, by what the endpoint must give today.
    void resume(List<WitnessRecord> records, Collection<WitnessEndpoint> endpoints) {
        for (WitnessRecord record : records) {
            if (record.isOf(seal())) {
                attempt = Math.max(attempt, record.attempt());
                record.responses().forEach(response -> resume(response, endpoints));
            }
        }
    }

    private void resume(Response response, Collection<WitnessEndpoint> endpoints) {
        WitnessReply reply = response.reply() == null ? WitnessReply.of("") : response.reply();
        for (WitnessEndpoint endpoint : endpoints) {
            if (endpoint.name().equals(response.name())
                    && endpoint.shownUrl().text().equals(response.url())) {
                take(endpoint, WitnessOutcome.judge(endpoint, seal(), response.status(), reply));
            }
        }
    }

    /// Counts an outcome; `true` when the quorum holds since this one.
    boolean take(WitnessEndpoint endpoint, WitnessOutcome outcome) {
        outcome.contradiction().ifPresent(what -> contradicted.put(endpoint, what));
        if (!(outcome instanceof WitnessOutcome.Confirmed confirmation)) {
            return false;
        }
        boolean before = isQuorumMet();
        confirmed.put(endpoint, confirmation.witness());
        return !before && isQuorumMet();
    }

    /// Whether asking it again could change anything: who has confirmed need not, and who contradicts only
    /// repeats itself.
    boolean isOpenTo(WitnessEndpoint endpoint) {
        return !confirmed.containsKey(endpoint) && !contradicted.containsKey(endpoint);
    }

    /// What witnesses say against the seal.
    Map<WitnessEndpoint, Contradiction> contradictions() {
        return contradicted;
    }

    /// How many distinct witnesses have confirmed.
    int confirmations() {
        return WitnessIdentity.countDistinct(confirmed.values());
    }

    boolean isQuorumMet() {
        return confirmations() >= quorum;
    }

    /// Whether the quorum could hold if these, too, confirmed.
    boolean canDoWith(Collection<WitnessEndpoint> others) {
        List<WitnessIdentity> all = new ArrayList<>(confirmed.values());
        others.forEach(endpoint -> all.add(endpoint.identity()));
        return WitnessIdentity.countDistinct(all) >= quorum;
    }

    /// A newer seal takes over: no further round.
    void supersede() {
        superseded = true;
    }

    /// Whether a last record is still owed.
    boolean isOpen() {
        return !recorded;
    }

    /// The record of a round, or of the end when it has no responses.
    ///
    /// @param exhausted whether nobody is left to ask
    WitnessRecord record(List<Response> responses, int ofAttempt, boolean exhausted) {
        boolean isFinal = isQuorumMet() || superseded || exhausted;
        recorded |= isFinal;
        return new WitnessRecord(
                request.anchoredAt(),
                seal().tip(),
                seal().count(),
                seal().signature(),
                quorum,
                isQuorumMet(),
                responses,
                ofAttempt,
                isFinal);
    }
}
