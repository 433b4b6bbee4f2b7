package dev.cairn.protocol.receipt;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/// Of which actions the input is disclosed, encrypted, to whoever holds the forensic key
/// (`specs/receipts.md` 3.11).
public sealed interface DisclosurePolicy {

    /// Of none.
    record Off() implements DisclosurePolicy {}

    /// Of every action.
    record All() implements DisclosurePolicy {}

    /// Of actions of high and critical risk.
    record HighRisk() implements DisclosurePolicy {}

    /// Of actions of exactly these types.
    record Listed(Set<String> actionTypes) implements DisclosurePolicy {

        public Listed {
            actionTypes = Set.copyOf(actionTypes);
        }
    }

    /// Reads a policy: `off`, `all`, `high`, or action types with commas between them.
    ///
    /// @throws IllegalArgumentException if a keyword stands in a list
    static DisclosurePolicy read(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "", "false", "off", "0" -> new Off();
            case "true", "all", "1" -> new All();
            case "high" -> new HighRisk();
            default -> listed(text);
        };
    }

    /// Whether the input of an action of a type is disclosed, as a test for [FrameReader].
    default Predicate<String> disclosed(RiskTable risks) {
        return switch (this) {
            case Off _ -> _ -> false;
            case All _ -> _ -> true;
            case HighRisk _ -> actionType -> risks.of(actionType).compareTo(RiskLevel.HIGH) >= 0;
            case Listed listed -> listed.actionTypes::contains;
        };
    }

    private static Listed listed(String text) {
        Set<String> actionTypes = new HashSet<>();
        for (String part : text.split(",", -1)) {
            String actionType = part.strip();
            switch (actionType.toLowerCase(Locale.ROOT)) {
                case "" -> {}
                case "false", "off", "0", "true", "all", "1", "high" ->
                    throw new IllegalArgumentException("the keyword " + actionType + " in a list of action types");
                default -> actionTypes.add(actionType);
            }
        }
        return new Listed(actionTypes);
    }
}
