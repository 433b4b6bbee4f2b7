package dev.cairn.relay.config;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// One section of a configuration while it is read. Nothing is thrown for a wrong value: problems are
/// collected by full key, the default stands in, and [ConfigNotes#refuse] reports all of them at once.
final class ConfigReader {

    /// What to do with a member that nobody asked for.
    enum Unknown {
        REFUSED,
        WARNED
    }

    private static final Pattern MODE = Pattern.compile("0?[0-7]{3}");
    private static final int SHOWN_MAX = 40;
    private static final long ID_MAX = 0xFFFF_FFFEL; // One more means "none" to the kernel.

    private final JsonTape tape;
    private final int object;
    private final String prefix;
    private final ConfigNotes notes;
    private final Set<String> asked = new HashSet<>();

    /// @param object the section's node; -1 when it is absent and everything is a default
    private ConfigReader(JsonTape tape, int object, String prefix, ConfigNotes notes) {
        this.tape = tape;
        this.object = object;
        this.prefix = prefix;
        this.notes = notes;
    }

    /// The top level of a file's content.
    static ConfigReader of(byte[] json, ConfigNotes notes) {
        JsonTape tape = new JsonTape();
        try {
            tape.parse(json, 0, json.length);
        } catch (JsonSyntaxException e) {
            notes.problem("line " + lineAndColumn(json, e.offset()) + ": not JSON: " + e.getMessage());
            return new ConfigReader(tape, -1, "", notes);
        }
        if (!tape.is(0, JsonKind.OBJECT) || tape.depth() > JsonTape.DEPTH_MAX) {
            notes.problem("expected an object");
            return new ConfigReader(tape, -1, "", notes);
        }
        return new ConfigReader(tape, 0, "", notes);
    }

    /// For instance `65,536`. A formatter would look up the language of the machine first, in the way of every
    /// start.
    private static String grouped(long number) {
        StringBuilder digits = new StringBuilder().append(number);
        int first = number < 0 ? 1 : 0;
        for (int at = digits.length() - 3; at > first; at -= 3) {
            digits.insert(at, ',');
        }
        return digits.toString();
    }

    boolean has(String key) {
        return member(key) >= 0;
    }

    /// Whether what this file says of disclosure lacks a key also with what is said elsewhere.
    boolean lacksKey(Receipts.Privacy privacy) {
        return notes.lacksKey(privacy);
    }

    int intBetween(String key, int min, int max, int otherwise) {
        String expected = "a whole number from " + grouped(min) + " to " + grouped(max);
        int node = ask(key, expected, grouped(otherwise));
        if (node < 0) {
            return otherwise;
        }
        double value = tape.is(node, JsonKind.NUMBER) ? tape.number(node) : Double.NaN;
        if (!(value >= min && value <= max) || value != Math.rint(value)) { // The negation catches what is no number.
            return wrong(key, expected, node, otherwise);
        }
        return (int) value;
    }

    /// A whole number as the peer reads it: too small becomes `min` and a fraction is cut off, with a warning
    /// (4.4).
    int clampedInt(String key, int min, int max, int otherwise) {
        String expected = "a number from " + grouped(min) + " to " + grouped(max);
        int node = ask(key, expected, grouped(otherwise));
        if (node < 0) {
            return otherwise;
        }
        double value = tape.is(node, JsonKind.NUMBER) ? tape.number(node) : Double.NaN;
        if (!(value <= max) || Double.isInfinite(value)) {
            return wrong(key, expected, node, otherwise);
        }
        int used = (int) Math.max(min, Math.floor(value));
        if (used != value) {
            notes.warning(prefix + key + ": " + shown(node) + " is taken as " + used);
        }
        return used;
    }

    Duration secondsBetween(String key, int min, int max, int otherwise) {
        return Duration.ofSeconds(intBetween(key, min, max, otherwise));
    }

    boolean flag(String key, boolean otherwise) {
        int node = ask(key, "true or false", String.valueOf(otherwise));
        if (node < 0) {
            return otherwise;
        }
        if (!tape.is(node, JsonKind.TRUE) && !tape.is(node, JsonKind.FALSE)) {
            return wrong(key, "true or false", node, otherwise);
        }
        return tape.is(node, JsonKind.TRUE);
    }

    /// @param expected what a good text is, in words
    String text(String key, String expected, Predicate<String> isGood, String otherwise) {
        int node = ask(key, expected, otherwise);
        return node < 0 ? otherwise : goodText(key, expected, isGood, node, otherwise);
    }

    /// Permission bits, written in octal as text since JSON has no octal numbers; reading and writing only.
    int mode(String key, int otherwise) {
        String expected = "octal text such as \"0660\", without execute bits";
        String text = text(
                key,
                expected,
                given -> MODE.matcher(given).matches() && (Integer.parseInt(given, 8) & 0111) == 0,
                "0" + Integer.toOctalString(otherwise));
        return Integer.parseInt(text, 8);
    }

    /// One of a few words: the constants' names in lower case.
    <E extends Enum<E>> E oneOf(String key, E otherwise) {
        Class<E> type = otherwise.getDeclaringClass();
        List<String> words =
                Arrays.stream(type.getEnumConstants()).map(ConfigReader::word).toList();
        String text = text(key, "one of " + String.join(", ", words), words::contains, word(otherwise));
        return Enum.valueOf(type, text.toUpperCase(Locale.ROOT));
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /// Numbers of users or groups; none when they are not given.
    Set<Long> ids(String key) {
        String range = " from 0 to " + grouped(ID_MAX);
        String expected = "array of whole numbers" + range;
        int node = ask(key, expected, "none");
        Set<Long> ids = new TreeSet<>();
        for (int item : node < 0 ? List.<Integer>of() : items(key, expected, node)) {
            double id = tape.is(item, JsonKind.NUMBER) ? tape.number(item) : Double.NaN;
            if (!(id >= 0 && id <= ID_MAX) || id != Math.rint(id)) {
                wrong(key, "a whole number" + range, item, 0);
            } else {
                ids.add((long) id);
            }
        }
        return Collections.unmodifiableSet(ids);
    }

    /// Absolute paths; none when they are not given.
    Set<String> paths(String key) {
        return Set.copyOf(texts(key, "absolute paths", "an absolute path", RelayConfig::isAbsolutePath, List.of()));
    }

    boolean isEmptyArray(String key) {
        int node = member(key);
        return node >= 0 && tape.is(node, JsonKind.ARRAY) && tape.firstChild(node) >= tape.next(node);
    }

    /// @param many what good texts are, in words
    /// @param one what one of them is
    List<String> texts(String key, String many, String one, Predicate<String> isGood, List<String> otherwise) {
        String expected = "array of " + many;
        int node = ask(key, expected, otherwise.isEmpty() ? "none" : String.join(", ", otherwise));
        if (node < 0) {
            return otherwise;
        }
        List<String> texts = new ArrayList<>();
        for (int item : items(key, expected, node)) {
            texts.add(goodText(key + "[" + texts.size() + "]", one, isGood, item, ""));
        }
        return texts;
    }

    ConfigReader section(String key) {
        asked.add(key);
        int node = member(key);
        if (node >= 0 && !tape.is(node, JsonKind.OBJECT)) {
            wrong(key, "an object", node, 0);
            node = -1;
        }
        return new ConfigReader(tape, node, prefix + key + ".", notes);
    }

    /// The objects of an array.
    List<ConfigReader> sections(String key) {
        int node = ask(key, "array of objects", "none");
        List<ConfigReader> sections = new ArrayList<>();
        for (int item : node < 0 ? List.<Integer>of() : items(key, "array of objects", node)) {
            String name = key + "[" + sections.size() + "]";
            if (!tape.is(item, JsonKind.OBJECT)) {
                wrong(name, "an object", item, 0);
            }
            sections.add(
                    new ConfigReader(tape, tape.is(item, JsonKind.OBJECT) ? item : -1, prefix + name + ".", notes));
        }
        return sections;
    }

    /// Adds a problem of a key whose value is right by itself.
    void problem(String key, String text) {
        notes.problem(prefix + key + ": " + text);
    }

    void warning(String key, String text) {
        notes.warning(prefix + key + ": " + text);
    }

    /// Call when everything was asked for: what remains is unknown.
    void end(Unknown unknown) {
        if (object < 0) {
            return;
        }
        Set<String> met = new HashSet<>();
        int end = tape.next(object);
        for (int key = tape.firstChild(object); key < end; key = tape.next(key + 1)) {
            String name = tape.text(key);
            if (!met.add(name)) {
                notes.problem(prefix + shownKey(key) + ": given twice");
            } else if (!asked.contains(name)) {
                String text = prefix + shownKey(key) + ": unknown key";
                if (unknown == Unknown.REFUSED) {
                    notes.problem(text);
                } else {
                    notes.warning(text);
                }
            }
        }
    }

    /// @param expected as it stands in a sentence; without its article in a table
    private int ask(String key, String expected, String otherwise) {
        asked.add(key);
        String kind = expected.substring(expected.startsWith("a ") ? 2 : expected.startsWith("an ") ? 3 : 0);
        notes.key(new ConfigKey(prefix + key, kind, otherwise));
        return member(key);
    }

    private int member(String key) {
        return object < 0 ? -1 : tape.member(object, key);
    }

    private List<Integer> items(String key, String expected, int array) {
        List<Integer> items = new ArrayList<>();
        if (!tape.is(array, JsonKind.ARRAY)) {
            wrong(key, "an " + expected, array, 0);
            return items;
        }
        for (int item = tape.firstChild(array); item < tape.next(array); item = tape.next(item)) {
            items.add(item);
        }
        return items;
    }

    private String goodText(String key, String expected, Predicate<String> isGood, int node, String otherwise) {
        if (!tape.is(node, JsonKind.STRING) || !isGood.test(tape.text(node))) {
            return wrong(key, expected, node, otherwise);
        }
        return tape.text(node);
    }

    private <T> T wrong(String key, String expected, int node, T otherwise) {
        boolean mayBeSecret = key.endsWith("auth_token") || key.endsWith("url"); // A URL may hold a password.
        String got = mayBeSecret ? "something else" : shown(node);
        notes.problem(prefix + key + ": expected " + expected + ", got " + got);
        return otherwise;
    }

    private String shown(int node) {
        return switch (tape.kind(node)) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING, NUMBER, TRUE, FALSE, NULL -> shorten(source(tape.start(node), tape.end(node)));
        };
    }

    /// As it is written, so that an escape does nothing to a terminal.
    private String shownKey(int key) {
        return shorten(source(tape.start(key) + 1, tape.end(key) - 1));
    }

    private String source(int from, int to) {
        return new String(tape.source(), from, to - from, StandardCharsets.UTF_8);
    }

    private static String shorten(String text) {
        return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "…";
    }

    private static String lineAndColumn(byte[] json, int offset) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < Math.min(offset, json.length); i++) {
            if (json[i] == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        return line + ", column " + (offset - lineStart + 1);
    }
}
