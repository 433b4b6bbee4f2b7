package dev.cairn.protocol.audit;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.Words;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The members an object should have, in schema order: one level of [EventSchema]. At most 64.
final class Shape {

    /// What a member's value must be.
    enum Rule {
        STRING(JsonKind.STRING),
        NUMBER(JsonKind.NUMBER),
        OBJECT(JsonKind.OBJECT),
        BOOLEAN,
        STRING_OR_NULL,
        STRINGS,
        THE_NUMBER_ONE,
        DATETIME,
        CHOICE,
        SHAPE,
        ANYTHING,
        RESERVED,
        NOT_HEARTBEAT;

        private final @Nullable JsonKind simple;

        Rule() {
            simple = null;
        }

        Rule(JsonKind simple) {
            this.simple = simple;
        }
    }

    /// One member; `choices` counts with [Rule#CHOICE], `shape` with [Rule#SHAPE].
    record Member(String name, boolean required, Rule rule, Words choices, Shape shape) {}

    private static final Words NO_CHOICES = Words.of();
    private static final Shape NONE = new Shape("");

    final String path;
    final Words names;
    final long required;

    /// For each member whether any value of one kind will do, and which; `null` where more is asked.
    final @Nullable JsonKind[] simple;

    private final Member[] members;

    /// @param path what stands before a member's name in messages
    Shape(String path, Member... members) {
        this.path = path;
        this.members = members.clone();
        names = Words.of(Stream.of(members).map(Member::name).toArray(String[]::new));
        simple = Stream.of(members).map(member -> member.rule().simple).toArray(JsonKind[]::new);
        long bits = 0;
        for (int i = 0; i < members.length; i++) {
            bits |= members[i].required ? 1L << i : 0;
        }
        required = bits;
    }

    static Member required(String name, Rule rule) {
        return new Member(name, true, rule, NO_CHOICES, NONE);
    }

    static Member required(String name, Words choices) {
        return new Member(name, true, Rule.CHOICE, choices, NONE);
    }

    static Member required(String name, Shape shape) {
        return new Member(name, true, Rule.SHAPE, NO_CHOICES, shape);
    }

    static Member optional(String name, Rule rule) {
        return new Member(name, false, rule, NO_CHOICES, NONE);
    }

    static Member optional(String name, Words choices) {
        return new Member(name, false, Rule.CHOICE, choices, NONE);
    }

    static Member optional(String name, Shape shape) {
        return new Member(name, false, Rule.SHAPE, NO_CHOICES, shape);
    }

    int size() {
        return members.length;
    }

    Member member(int index) {
        return members[index];
    }

    int indexOf(String name) {
        return names.all().indexOf(name);
    }
}
