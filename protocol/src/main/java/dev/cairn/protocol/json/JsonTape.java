package dev.cairn.protocol.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One JSON text as a flat table of nodes over the bytes it was read from. Reusable: each [#parse] replaces the last.
///
/// Nodes are numbered in document order, the root is 0. The children of an object are alternately a key (a
/// string) and its value; [#firstChild] and [#next] walk them:
///
/// ```java
/// for (int key = tape.firstChild(object); key < tape.next(object); key = tape.next(key + 1)) {
///     int value = key + 1;
/// }
/// ```
///
/// Strict RFC 8259 syntax. Invalid UTF-8 is replaced by U+FFFD as a decoder would, in a copy: use [#source],
/// not the array that was given. Deep nesting is no syntax error: [#depth] tells, and nodes deeper than
/// [#DEPTH_MAX] are checked but not recorded. Not thread-safe; the parsing thread owns it.
public final class JsonTape {

    /// The deepest nesting that is recorded; the outermost array or object is level 1.
    public static final int DEPTH_MAX = 128;

    // The kinds as numbers: a node is four ints, its kind with flags is the first of them.
    static final int OBJECT = 0;
    static final int ARRAY = 1;
    static final int STRING = 2;
    static final int NUMBER = 3;
    static final int TRUE = 4;
    static final int FALSE = 5;
    static final int NULL = 6;

    static final int ESCAPED = 1 << 8;
    static final int NON_ASCII = 1 << 9;

    /// A number whose spelling is its canonical text: decimals of so few digits are the shortest of their
    /// double.
    static final int PLAIN = 1 << 10;

    private static final byte[] NOTHING = {};
    private static final int NODES_FIRST = 256;
    private static final int NODES_KEPT = 16 * 1024;
    private static final int STRIDE = 4;
    private static final int KIND = 0;
    private static final int START = 1;
    private static final int END = 2;
    private static final int NEXT = 3;

    private final TapeReader reader = new TapeReader(this);
    private byte[] source = NOTHING;
    private boolean verbatim = true;
    private int[] nodes = new int[NODES_FIRST * STRIDE];

    /// Of strings the first eight bytes, as far as they are ASCII without escapes.
    private long[] prefixes = new long[NODES_FIRST];

    private int count;
    private int depth;

    /// Reads the one JSON value in `text[from, to)`, white space around it allowed.
    ///
    /// @throws JsonSyntaxException if it is not JSON; what the tape then holds is undefined
    public void parse(byte[] text, int from, int to) {
        source = text;
        verbatim = true;
        try {
            readSource(from, to);
        } catch (Utf8Strings.MalformedUtf8 _) {
            verbatim = false;
            source = new String(text, from, to - from, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
            readSource(0, source.length);
        }
    }

    /// Whether [#source] is the array that was given: its UTF-8 is well-formed.
    public boolean isVerbatim() {
        return verbatim;
    }

    /// The bytes that [#start] and [#end] count in.
    public byte[] source() {
        return source;
    }

    /// The deepest nesting met; 0 for a scalar.
    public int depth() {
        return depth;
    }

    public JsonKind kind(int node) {
        return JsonKind.BY_CODE[code(node)];
    }

    int code(int node) {
        return nodes[node * STRIDE + KIND] & 0xFF;
    }

    public boolean is(int node, JsonKind kind) {
        return code(node) == kind.code;
    }

    /// Where the value begins; a string's quote included.
    public int start(int node) {
        return nodes[node * STRIDE + START];
    }

    /// Just past the value; a string's quote included.
    public int end(int node) {
        return nodes[node * STRIDE + END];
    }

    /// The node that follows this one and all that is in it.
    public int next(int node) {
        return nodes[node * STRIDE + NEXT];
    }

    /// The first node inside a container; equal to [#next] when it is empty.
    public int firstChild(int container) {
        return container + 1;
    }

    /// The value of a member, the last one where the name occurs twice; -1 when there is none.
    public int member(int object, String name) {
        int found = -1;
        int end = next(object);
        for (int key = object + 1; key < end; key = next(key + 1)) {
            if (textEquals(key, name)) {
                found = key + 1;
            }
        }
        return found;
    }

    /// Whether a string node's decoded text is `text`.
    public boolean textEquals(int string, String text) {
        if ((flags(string) & (ESCAPED | NON_ASCII)) != 0) {
            return text(string).equals(text);
        }
        int from = start(string) + 1;
        int size = end(string) - 1 - from;
        if (size != text.length()) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            if (source[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// A string node's decoded text; unpaired surrogates that were escaped stay as they are.
    public String text(int string) {
        int from = start(string) + 1;
        int to = end(string) - 1;
        if ((flags(string) & ESCAPED) == 0) {
            return new String(source, from, to - from, StandardCharsets.UTF_8);
        }
        StringBuilder text = new StringBuilder(to - from);
        int run = from;
        for (int at = from; at < to; ) {
            if (source[at] != '\\') {
                at++;
                continue;
            }
            text.append(new String(source, run, at - run, StandardCharsets.UTF_8))
                    .append(unescaped(source, at));
            at += source[at + 1] == 'u' ? 6 : 2;
            run = at;
        }
        return text.append(new String(source, run, to - run, StandardCharsets.UTF_8))
                .toString();
    }

    /// Whether a string node has escapes, so that its text is not what stands between its quotes.
    public boolean isEscaped(int string) {
        return (flags(string) & ESCAPED) != 0;
    }

    /// A number node as IEEE-754 double; infinite when it overflows.
    public double number(int number) {
        if (end(number) - start(number) == 1) {
            return source[start(number)] - '0';
        }
        return Double.parseDouble(
                new String(source, start(number), end(number) - start(number), StandardCharsets.ISO_8859_1));
    }

    /// Whether a node is a scalar whose spelling is its canonical text.
    boolean isCanonicalScalar(int node) {
        int flags = flags(node);
        return switch (flags & 0xFF) {
            case OBJECT, ARRAY -> false;
            case STRING -> (flags & ESCAPED) == 0;
            case NUMBER -> (flags & PLAIN) != 0;
            default -> true;
        };
    }

    int flags(int node) {
        return nodes[node * STRIDE + KIND];
    }

    /// The first eight bytes of a string, zeros behind its end; what it is otherwise if the string has
    /// escapes or characters beyond ASCII is good for nothing but comparing equal strings.
    long prefix(int string) {
        return prefixes[string];
    }

    /// The UTF-16 unit that the escape at `at` (its backslash) stands for.
    static char unescaped(byte[] source, int at) {
        return switch (source[at + 1]) {
            case 'b' -> '\b';
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'f' -> '\f';
            case 'r' -> '\r';
            case 'u' ->
                (char) (Character.digit(source[at + 2], 16) << 12
                        | Character.digit(source[at + 3], 16) << 8
                        | Character.digit(source[at + 4], 16) << 4
                        | Character.digit(source[at + 5], 16));
            default -> (char) source[at + 1];
        };
    }

    private void readSource(int from, int to) {
        shrink();
        depth = reader.read(source, from, to);
    }

    /// Lets go of the text and of the memory that its values took, if they were many: call it when they are
    /// read, where a tape may not be used again for long.
    public void forget() {
        source = NOTHING;
        shrink();
    }

    private void shrink() {
        count = 0;
        if (nodes.length > NODES_KEPT * STRIDE) {
            nodes = new int[NODES_FIRST * STRIDE]; // One long hostile line must not hold its memory for ever.
            prefixes = new long[NODES_FIRST];
        }
    }

    /// Adds a node and returns its number.
    int add(int codeAndFlags, int start, int end) {
        int at = count * STRIDE;
        if (at == nodes.length) {
            nodes = Arrays.copyOf(nodes, at * 2);
            prefixes = Arrays.copyOf(prefixes, count * 2);
        }
        nodes[at + KIND] = codeAndFlags;
        nodes[at + START] = start;
        nodes[at + END] = end;
        nodes[at + NEXT] = count + 1;
        return count++;
    }

    void addString(int flags, int start, int end, long prefix) {
        int string = add(STRING | flags, start, end); // Before `prefixes` is read: it may have grown.
        prefixes[string] = prefix;
    }

    /// Ends a container's node: what was added since is inside.
    void close(int container, int end) {
        nodes[container * STRIDE + END] = end;
        nodes[container * STRIDE + NEXT] = count;
    }
}
