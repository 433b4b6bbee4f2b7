package dev.cairn.protocol.witness;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// By what one witness is told from another (`specs/audit-relay.md` 6.1): two that share a name, a place or a
/// key are one and the same, and count once.
///
/// @param key with which it signed; `null` when it signed nothing
public record WitnessIdentity(
        String name, WitnessUrl url, @Nullable Ed25519PublicKey key) {

    /// How many different witnesses these are; what is the same as a third one is the same as each other.
    public static int countDistinct(Collection<WitnessIdentity> witnesses) {
        Map<Object, List<WitnessIdentity>> sharers = new HashMap<>();
        for (WitnessIdentity witness : witnesses) {
            for (Object trait : witness.traits()) {
                sharers.computeIfAbsent(trait, _ -> new ArrayList<>()).add(witness);
            }
        }
        int distinct = 0;
        List<WitnessIdentity> left = new ArrayList<>(witnesses);
        while (!left.isEmpty()) {
            distinct++;
            removeAllLike(left.getLast(), left, sharers);
        }
        return distinct;
    }

    private static void removeAllLike(
            WitnessIdentity first, List<WitnessIdentity> left, Map<Object, List<WitnessIdentity>> sharers) {
        List<WitnessIdentity> found = new ArrayList<>(List.of(first));
        while (!found.isEmpty()) {
            WitnessIdentity witness = found.removeLast();
            left.removeIf(witness::equals);
            for (Object trait : witness.traits()) {
                List<WitnessIdentity> others = sharers.remove(trait);
                found.addAll(others == null ? List.of() : others);
            }
        }
    }

    private List<Object> traits() {
        List<Object> traits = new ArrayList<>(List.of("name " + name, "place " + url.place()));
        if (key != null) {
            traits.add(key);
        }
        return traits;
    }
}
