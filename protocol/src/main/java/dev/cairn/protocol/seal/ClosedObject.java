package dev.cairn.protocol.seal;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonTape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/// The members that an object may have, and no others.
final class ClosedObject {

    private record Member(String name, boolean required, IntPredicate rule) {}

    private final JsonTape tape;
    private final List<Member> members = new ArrayList<>();

    ClosedObject(JsonTape tape) {
        this.tape = tape;
    }

    ClosedObject required(String name, IntPredicate rule) {
        members.add(new Member(name, true, rule));
        return this;
    }

    ClosedObject optional(String name, IntPredicate rule) {
        members.add(new Member(name, false, rule));
        return this;
    }

    /// Whether a node is an object with all that is required, nothing that is not named, and every value right.
    boolean matches(int node) {
        return tape.is(node, JsonKind.OBJECT)
                && hasOnlyNamed(node)
                && members.stream().allMatch(m -> isRight(node, m));
    }

    private boolean isRight(int object, Member member) {
        int value = tape.member(object, member.name);
        return value < 0 ? !member.required : member.rule.test(value);
    }

    private boolean hasOnlyNamed(int object) {
        for (int key = tape.firstChild(object); key < tape.next(object); key = tape.next(key + 1)) {
            int name = key;
            if (members.stream().noneMatch(member -> tape.textEquals(name, member.name))) {
                return false;
            }
        }
        return true;
    }
}
