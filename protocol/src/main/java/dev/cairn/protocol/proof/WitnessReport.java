package dev.cairn.protocol.proof;

import dev.cairn.protocol.seal.Seal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a file of witnesses' replies is worth (`specs/audit-relay.md` 6.1).
///
/// @param records lines that could be read
/// @param confirmations replies that count as such, by what there is of each
/// @param failed tries that confirmed nothing: a witness that was away, refused, or said something else
/// @param conflicts replies that tell of another tip with the same count: somebody had two histories sealed
/// @param unbound records of the peer, which keep no reply and do not say of which seal they are
/// @param unterminated bytes behind the last newline
/// @param witnessed the newest seal that a quorum confirmed and the log has, by what there is of each witness at least
/// @param newest how the newest seal stands; `null` where there is no seal
/// @param objections replies that say something against the seal that they are for, the first ones, at most
///     [#OBJECTIONS_MAX]
/// @param disproofs how many of all such replies are proof ([Objection#isProof])
/// @param faults the first ones, at most [#FAULTS_MAX]
public record WitnessReport(
        long records,
        Map<Testimony, Long> confirmations,
        long failed,
        long conflicts,
        long unbound,
        long unterminated,
        Map<Testimony, Witnessed> witnessed,
        @Nullable Newest newest,
        List<Objection> objections,
        long disproofs,
        List<WitnessFault> faults) {

    /// Most faults that are told.
    public static final int FAULTS_MAX = 256;

    /// Most objections that are told.
    public static final int OBJECTIONS_MAX = 256;

    /// How many distinct witnesses have confirmed the newest seal.
    ///
    /// @param quorum how many must; 0 where nothing is recorded of it
    /// @param confirmed by what there is of each of them at least
    public record Newest(Seal seal, int quorum, Map<Testimony, Integer> confirmed) {

        public Newest {
            confirmed = Map.copyOf(confirmed);
        }
    }

    public WitnessReport {
        confirmations = Map.copyOf(confirmations);
        witnessed = Map.copyOf(witnessed);
        objections = List.copyOf(objections);
        faults = List.copyOf(faults);
    }

    public long confirmations(Testimony testimony) {
        return confirmations.getOrDefault(testimony, 0L);
    }

    /// Whether nothing is wrong, and nobody who is known has signed another history.
    public boolean isSound() {
        return faults.isEmpty() && disproofs == 0;
    }
}
