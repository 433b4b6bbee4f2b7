package dev.cairn.protocol.proof;

import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealReport;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What is proven of a log beyond its own hashes and links, and what is wrong with the proof.
///
/// @param seals `null` where there is no file of seals
/// @param witnesses `null` where there is no file of replies
/// @param signed the newest seal that its key has signed and the log confirms, nothing before it being wrong
/// @param confirmed the newest seal that the log confirms likewise, whoever signed it
public record ProofReport(
        @Nullable SealReport seals,
        @Nullable WitnessReport witnesses,
        @Nullable Seal signed,
        @Nullable Seal confirmed) {

    /// Nothing was sealed, and nothing says that it should have been.
    public static final ProofReport NOT_SEALED = new ProofReport(null, null, null, null);

    /// This, and what was proven before where nothing newer is: `before` is of a verification from which this
    /// one went on.
    public ProofReport orBefore(ProofReport before) {
        return new ProofReport(
                seals,
                witnesses,
                signed == null ? before.signed : signed,
                confirmed == null ? before.confirmed : confirmed);
    }

    /// Whether nothing is wrong, which does not mean that anything is proven.
    public boolean isSound() {
        return (seals == null || seals.isSound()) && (witnesses == null || witnesses.isSound());
    }

    /// Whether there is any seal.
    public boolean isSealed() {
        return seals != null && seals.lines() > 0;
    }

    /// The newest seals that a quorum of distinct witnesses confirmed: first the one with the strongest
    /// testimony, then those that reach further with a weaker one.
    public List<Witnessed> witnessed() {
        List<Witnessed> steps = new ArrayList<>();
        if (witnesses != null) {
            for (Testimony testimony : List.of(Testimony.values()).reversed()) {
                Witnessed step = witnesses.witnessed().get(testimony);
                if (step != null
                        && (steps.isEmpty() || step.count() > steps.getLast().count())) {
                    steps.add(step);
                }
            }
        }
        return steps;
    }

    /// The first of [#witnessed]; `null` where there is none.
    public @Nullable Witnessed strongest() {
        List<Witnessed> steps = witnessed();
        return steps.isEmpty() ? null : steps.getFirst();
    }
}
