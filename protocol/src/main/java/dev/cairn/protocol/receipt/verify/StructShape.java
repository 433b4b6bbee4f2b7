package dev.cairn.protocol.receipt.verify;

import dev.cairn.protocol.json.JsonTape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The members of one struct of the peer.
///
/// @param isOpen whether members beside those are kept as they are
record StructShape(List<StructMember> members, boolean isOpen) {

    static StructShape closed(StructMember... members) {
        return new StructShape(List.of(members), false);
    }

    static StructShape open(StructMember... members) {
        return new StructShape(List.of(members), true);
    }

    /// The path below `object` of the first member that would be lost, added or changed, and why; null if none
    /// would.
    @Nullable
    String firstLost(JsonTape tape, int object) {
        int found = 0;
        for (int key = tape.firstChild(object); key < tape.next(object); key = tape.next(key + 1)) {
            StructMember member = member(tape, key);
            if (member == null) {
                if (!isOpen) {
                    return tape.text(key) + " is not modelled";
                }
                continue;
            }
            String problem = member.problem(tape, key + 1);
            if (problem != null) {
                return member.name() + problem;
            }
            found += member.isAlways() ? 1 : 0;
        }
        return found == required() ? null : firstAbsent(tape, object);
    }

    private @Nullable StructMember member(JsonTape tape, int key) {
        for (int i = 0; i < members.size(); i++) { // No iterator: this runs dozens of times for each receipt.
            if (tape.textEquals(key, members.get(i).name())) {
                return members.get(i);
            }
        }
        return null;
    }

    private int required() {
        int required = 0;
        for (int i = 0; i < members.size(); i++) {
            required += members.get(i).isAlways() ? 1 : 0;
        }
        return required;
    }

    private @Nullable String firstAbsent(JsonTape tape, int object) {
        for (StructMember member : members) {
            if (member.isAlways() && tape.member(object, member.name()) < 0) {
                return member.name() + " is absent";
            }
        }
        return null;
    }
}
