package dev.cairn.protocol.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// One JSON text as a flat table of nodes over the bytes it was read from. Reusable: each [#parse] replaces the
/// last.
///
/// Nodes are numbered in document order, the root is 0. The children of an object are alternately a key (a string)
/// and its value; [#firstChild] and [#next] walk them:
///
/// ```java
/// for (int key = tape.firstChild(object); key < tape.next(object); key = tape.next(key + 1)) {
///     int value = key + 1;
/// }
/// ```
///
/// Strict RFC 8259 syntax. Invalid UTF-8 is replaced by U+FFFD as a decoder would, in a copy: use [#source], not
/// the array that was given. Deep nesting is no syntax error: [#depth] tells, and nodes deeper than [#DEPTH_MAX]
/// are checked but not recorded. Not thread-safe; the parsing thread owns it.
@SuppressWarnings("EnumOrdinal") // A node is four ints, its kind is one of them; the numbers never leave this class.
public final class JsonTape {

    /// The deepest nesting that is recorded; the outermost array or object is level 1.
    public static final int DEPTH_MAX = 128;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final int NODES_KEPT = 16 * 1024;

    static final int ESCAPED = 1 << 8;
    static final int NON_ASCII = 1 << 9;

    /// A number whose spelling is its canonical text: decimals of so few digits are the shortest of their
    /// double.
    static final int PLAIN = 1 << 10;

    private static final int PLAIN_DIGITS = 15;
    private static final int FRACTION_DIGITS_BELOW_ONE = 6; // From 1e-7 on canonical text has an exponent.

    private static final int STRIDE = 4;
    private static final int KIND = 0;
    private static final int START = 1;
    private static final int END = 2;
    private static final int NEXT = 3;

    private byte[] source = new byte[0];
    private boolean verbatim = true;
    private int[] nodes = new int[256 * STRIDE];
    private int count;
    private int deepest;

    /// The open containers: their nodes and, past [#DEPTH_MAX], one bit each that says whether it is an object.
    private final int[] open = new int[DEPTH_MAX];

    private long[] openDeeper = new long[1];

    /// Reads the one JSON value in `text[from, to)`, white space around it allowed.
    ///
    /// @throws JsonSyntaxException if it is not JSON; what the tape then holds is undefined
    public void parse(byte[] text, int from, int to) {
        source = text;
        verbatim = true;
        try {
            parseSource(from, to);
        } catch (MalformedUtf8 _) {
            verbatim = false;
            source = new String(text, from, to - from, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
            parseSource(0, source.length);
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
        return deepest;
    }

    public JsonKind kind(int node) {
        return JsonKind.BY_ORDINAL[nodes[node * STRIDE + KIND] & 0xFF];
    }

    public boolean is(int node, JsonKind kind) {
        return (nodes[node * STRIDE + KIND] & 0xFF) == kind.ordinal();
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

    int flags(int node) {
        return nodes[node * STRIDE + KIND];
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

    private void parseSource(int from, int to) {
        count = 0;
        deepest = 0;
        if (nodes.length > NODES_KEPT * STRIDE) {
            nodes = new int[256 * STRIDE]; // One long hostile line must not hold its memory for ever.
        }
        if (openDeeper.length > 64) {
            openDeeper = new long[1];
        }
        int at = skipWhitespace(readDocument(skipWhitespace(from, to), to), to);
        if (at != to) {
            throw new JsonSyntaxException("text after the value", at);
        }
    }

    /// Reads one value without recursion and returns the position behind it. `depth` counts the open
    /// containers.
    private int readDocument(int start, int to) {
        int at = start;
        int depth = 0;
        while (true) {
            byte octet = octet(at, to);
            if (octet == '{' || octet == '[') {
                depth = open(octet == '{', at, depth);
                at = skipWhitespace(at + 1, to);
                if (octet(at, to) == (octet == '{' ? '}' : ']')) {
                    depth = close(++at, depth);
                } else {
                    at = octet == '{' ? readKey(at, to, depth) : at;
                    continue;
                }
            } else {
                at = readScalar(octet, at, to, depth);
            }
            while (depth > 0) {
                boolean object = isObject(depth - 1);
                at = skipWhitespace(at, to);
                octet = octet(at, to);
                if (octet == ',') {
                    at = skipWhitespace(at + 1, to);
                    at = object ? readKey(at, to, depth) : at;
                    break;
                }
                if (octet != (object ? '}' : ']')) {
                    throw new JsonSyntaxException(object ? "expected , or }" : "expected , or ]", at);
                }
                depth = close(++at, depth);
            }
            if (depth == 0) {
                return at;
            }
        }
    }

    private int open(boolean object, int at, int depth) {
        deepest = Math.max(deepest, depth + 1);
        if (depth < DEPTH_MAX) {
            open[depth] = add((object ? JsonKind.OBJECT : JsonKind.ARRAY).ordinal(), at, at);
            return depth + 1;
        }
        int word = (depth - DEPTH_MAX) >> 6;
        if (word == openDeeper.length) {
            openDeeper = Arrays.copyOf(openDeeper, word * 2);
        }
        openDeeper[word] = object ? openDeeper[word] | 1L << depth : openDeeper[word] & ~(1L << depth);
        return depth + 1;
    }

    private boolean isObject(int level) {
        return level < DEPTH_MAX
                ? is(open[level], JsonKind.OBJECT)
                : (openDeeper[(level - DEPTH_MAX) >> 6] >> level & 1) != 0;
    }

    private int close(int end, int depth) {
        if (depth <= DEPTH_MAX) {
            int node = open[depth - 1];
            nodes[node * STRIDE + END] = end;
            nodes[node * STRIDE + NEXT] = count;
        }
        return depth - 1;
    }

    private int add(int kindAndFlags, int start, int end) {
        int at = count * STRIDE;
        if (at == nodes.length) {
            nodes = Arrays.copyOf(nodes, at * 2);
        }
        nodes[at + KIND] = kindAndFlags;
        nodes[at + START] = start;
        nodes[at + END] = end;
        nodes[at + NEXT] = count + 1;
        return count++;
    }

    private byte octet(int at, int to) {
        if (at >= to) {
            throw new JsonSyntaxException("unexpected end", at);
        }
        return source[at];
    }

    private int skipWhitespace(int from, int to) {
        int at = from;
        while (at < to && (source[at] == ' ' || source[at] == '\n' || source[at] == '\r' || source[at] == '\t')) {
            at++;
        }
        return at;
    }

    /// Reads a key, the colon, and the white space before the value.
    private int readKey(int at, int to, int depth) {
        if (octet(at, to) != '"') {
            throw new JsonSyntaxException("expected a member name", at);
        }
        int behind = skipWhitespace(readString(at, to, depth), to);
        if (octet(behind, to) != ':') {
            throw new JsonSyntaxException("expected :", behind);
        }
        return skipWhitespace(behind + 1, to);
    }

    private int readScalar(byte octet, int at, int to, int depth) {
        return switch (octet) {
            case '"' -> readString(at, to, depth);
            case 't' -> readWord("true", JsonKind.TRUE, at, to, depth);
            case 'f' -> readWord("false", JsonKind.FALSE, at, to, depth);
            case 'n' -> readWord("null", JsonKind.NULL, at, to, depth);
            default -> readNumber(at, to, depth);
        };
    }

    private int readWord(String word, JsonKind kind, int at, int to, int depth) {
        int end = at + word.length();
        for (int i = 0; i < word.length(); i++) {
            if (octet(at + i, to) != word.charAt(i)) {
                throw new JsonSyntaxException("expected a value", at);
            }
        }
        addScalar(kind.ordinal(), at, end, depth);
        return end;
    }

    private void addScalar(int kindAndFlags, int start, int end, int depth) {
        if (depth <= DEPTH_MAX) {
            add(kindAndFlags, start, end);
        }
    }

    private int readNumber(int start, int to, int depth) {
        int at = start;
        boolean negative = octet(at, to) == '-';
        at += negative ? 1 : 0;
        int digits = digits(at, to);
        if (digits == 0 || (digits > 1 && source[at] == '0')) {
            throw new JsonSyntaxException(digits == 0 ? "expected a value" : "leading zero", at);
        }
        boolean zero = source[at] == '0';
        boolean plain = digits <= PLAIN_DIGITS && !(negative && zero);
        at += digits;
        if (at < to && source[at] == '.') {
            int fraction = at + 1;
            at = someDigits(fraction, to);
            plain = digits + at - fraction <= PLAIN_DIGITS
                    && source[at - 1] != '0'
                    && !(zero && at - fraction > FRACTION_DIGITS_BELOW_ONE);
        }
        if (at < to && (source[at] == 'e' || source[at] == 'E')) {
            plain = false;
            at++;
            at += at < to && (source[at] == '+' || source[at] == '-') ? 1 : 0;
            at = someDigits(at, to);
        }
        addScalar(JsonKind.NUMBER.ordinal() | (plain ? PLAIN : 0), start, at, depth);
        return at;
    }

    private int someDigits(int at, int to) {
        int digits = digits(at, to);
        if (digits == 0) {
            throw new JsonSyntaxException("expected a digit", at);
        }
        return at + digits;
    }

    private int digits(int from, int to) {
        int at = from;
        while (at < to && source[at] >= '0' && source[at] <= '9') {
            at++;
        }
        return at - from;
    }

    private int readString(int start, int to, int depth) {
        byte[] bytes = source;
        int flags = JsonKind.STRING.ordinal();
        int at = start + 1;
        while (true) {
            at = skipPlain(bytes, at, to);
            byte octet = octet(at, to);
            if (octet == '"') {
                addScalar(flags, start, at + 1, depth);
                return at + 1;
            }
            if (octet == '\\') {
                flags |= ESCAPED;
                at = skipEscape(at, to);
            } else if (octet < 0) {
                flags |= NON_ASCII;
                at = skipMultibyte(bytes, at, to);
            } else {
                throw new JsonSyntaxException("control character in a string", at);
            }
        }
    }

    /// The first byte from `from` on that is a quote, a backslash, a control character or no ASCII, eight at a
    /// time.
    private static int skipPlain(byte[] bytes, int from, int to) {
        int at = from;
        for (; at + 8 <= to; at += 8) {
            long word = (long) LONGS.get(bytes, at);
            long quote = word ^ (ONES * '"');
            long backslash = word ^ (ONES * '\\');
            long stop = (((quote - ONES) & ~quote)
                            | ((backslash - ONES) & ~backslash)
                            | ((word - ONES * 0x20) & ~word)
                            | word)
                    & HIGHS;
            if (stop != 0) {
                return at + (Long.numberOfTrailingZeros(stop) >>> 3);
            }
        }
        while (at < to && bytes[at] >= 0x20 && bytes[at] != '"' && bytes[at] != '\\') {
            at++;
        }
        return at;
    }

    private int skipEscape(int at, int to) {
        switch (octet(at + 1, to)) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                return at + 2;
            }
            case 'u' -> {
                for (int i = 2; i < 6; i++) {
                    if (Character.digit(octet(at + i, to), 16) < 0) {
                        throw new JsonSyntaxException("bad \\u escape", at);
                    }
                }
                return at + 6;
            }
            default -> throw new JsonSyntaxException("bad escape", at);
        }
    }

    private static int skipMultibyte(byte[] bytes, int at, int to) {
        int lead = bytes[at] & 0xFF;
        int size = lead >= 0xC2 && lead <= 0xDF
                ? 2
                : lead >= 0xE0 && lead <= 0xEF ? 3 : lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
        if (size == 0 || at + size > to) {
            throw MalformedUtf8.INSTANCE;
        }
        int second = bytes[at + 1] & 0xFF;
        int lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        int highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF; // ED: no encoded surrogates.
        if (second < lowest || second > highest) {
            throw MalformedUtf8.INSTANCE;
        }
        for (int i = 2; i < size; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) {
                throw MalformedUtf8.INSTANCE;
            }
        }
        return at + size;
    }

    /// Ends a parse whose bytes must be repaired first; never leaves this class.
    private static final class MalformedUtf8 extends RuntimeException {

        private static final long serialVersionUID = 1;

        @SuppressWarnings("StaticAssignmentOfThrowable") // It has no stack trace and no state.
        private static final MalformedUtf8 INSTANCE = new MalformedUtf8();

        private MalformedUtf8() {
            super("malformed UTF-8", null, false, false);
        }
    }
}
