package dev.cairn.protocol.proof;

import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.witness.SealedTip;
import dev.cairn.protocol.witness.WitnessIdentity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A seal, and who confirmed it.
final class SealedBy {

    /// Ten times as many endpoints as a relay may have.
    private static final int CONFIRMATIONS_MAX = 1_000;

    /// One endpoint's confirmation, the strongest that there is of it.
    ///
    /// @param since when the witness says that it saw the seal; `null` where it does not
    record Confirmation(
            WitnessIdentity witness,
            Testimony testimony,
            @Nullable Instant since) {}

    private final Seal seal;
    private final boolean ofTheLog;
    private final Map<String, Confirmation> confirmations = new LinkedHashMap<>();
    private int quorum;
    private boolean doubtful;

    SealedBy(Seal seal, boolean ofTheLog) {
        this.seal = seal;
        this.ofTheLog = ofTheLog;
    }

    Seal seal() {
        return seal;
    }

    long count() {
        return seal.payload().count();
    }

    /// Whether the log has what the seal says.
    boolean isOfTheLog() {
        return ofTheLog;
    }

    SealedTip tip() {
        return new SealedTip(seal.payload().tip(), count(), seal.signature(), seal.keyId());
    }

    int quorum() {
        return quorum;
    }

    void quorum(int needed) {
        quorum = needed;
    }

    /// Whether something that was recorded of it is wrong.
    boolean isDoubtful() {
        return doubtful;
    }

    void doubt() {
        doubtful = true;
    }

    void add(Confirmation confirmation) {
        String endpoint =
                confirmation.witness().name() + " " + confirmation.witness().url();
        Confirmation before = confirmations.get(endpoint);
        boolean isNew = before == null && confirmations.size() < CONFIRMATIONS_MAX;
        if (isNew || (before != null && confirmation.testimony().isAtLeast(before.testimony()))) {
            confirmations.put(endpoint, confirmation);
        }
    }

    /// How many distinct witnesses confirmed, of each of whom there is that much.
    int confirmedWith(Testimony least) {
        return WitnessIdentity.countDistinct(
                with(least).stream().map(Confirmation::witness).toList());
    }

    /// The seal as one that a quorum confirmed with that testimony.
    Witnessed witnessed(Testimony least) {
        List<Confirmation> counted = with(least);
        List<Instant> times = new ArrayList<>();
        for (Confirmation confirmation : counted) {
            if (confirmation.since() != null) {
                times.add(confirmation.since());
            }
        }
        times.sort(null);
        return new Witnessed(
                seal,
                least,
                quorum,
                counted.stream()
                        .map(confirmation -> confirmation.witness().name())
                        .toList(),
                times.size() < quorum ? null : times.get(quorum - 1));
    }

    private List<Confirmation> with(Testimony least) {
        return confirmations.values().stream()
                .filter(confirmation -> confirmation.testimony().isAtLeast(least))
                .toList();
    }
}
