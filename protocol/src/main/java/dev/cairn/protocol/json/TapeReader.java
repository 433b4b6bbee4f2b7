package dev.cairn.protocol.json;

import java.util.Arrays;

/// Reads strict JSON (RFC 8259) into the nodes of a [JsonTape]; without recursion, so that no nesting is too
/// deep to be checked.
final class TapeReader {

    private static final int PLAIN_DIGITS = 15;
    private static final int FRACTION_DIGITS_BELOW_ONE = 6; // From 1e-7 on canonical text has an exponent.
    private static final int DEEPER_KEPT = 64;

    private final JsonTape tape;
    private byte[] source = new byte[0];
    private int to;
    private int deepest;

    /// The open containers: their nodes and, past [JsonTape#DEPTH_MAX], one bit each that says whether it is
    /// an object.
    private final int[] open = new int[JsonTape.DEPTH_MAX];

    private long[] openDeeper = new long[1];

    TapeReader(JsonTape tape) {
        this.tape = tape;
    }

    /// Reads the one value in `text[from, end)`, white space around it allowed, and returns the deepest
    /// nesting met.
    int read(byte[] text, int from, int end) {
        source = text;
        to = end;
        if (openDeeper.length > DEEPER_KEPT) {
            openDeeper = new long[1];
        }
        deepest = 0;
        int at = skipWhitespace(readDocument(skipWhitespace(from)));
        if (at != to) {
            throw new JsonSyntaxException("text after the value", at);
        }
        return deepest;
    }

    /// Reads one value and returns the position behind it. `depth` counts the open containers, `object` tells
    /// what the innermost of them is.
    private int readDocument(int start) {
        int at = start;
        int depth = 0;
        boolean object = false;
        while (true) {
            byte octet = octet(at);
            if (octet == '{' || octet == '[') {
                object = octet == '{';
                depth = open(object, at, depth);
                at = skipWhitespace(at + 1);
                if (octet(at) != (object ? '}' : ']')) {
                    at = object ? readKey(at, depth) : at;
                    continue;
                }
                depth = close(++at, depth);
                object = isObject(depth - 1);
            } else {
                at = readScalar(octet, at, depth);
            }
            while (depth > 0) {
                at = skipWhitespace(at);
                octet = octet(at);
                if (octet == ',') {
                    at = skipWhitespace(at + 1);
                    at = object ? readKey(at, depth) : at;
                    break;
                }
                if (octet != (object ? '}' : ']')) {
                    throw new JsonSyntaxException(object ? "expected , or }" : "expected , or ]", at);
                }
                depth = close(++at, depth);
                object = isObject(depth - 1);
            }
            if (depth == 0) {
                return at;
            }
        }
    }

    private int open(boolean object, int at, int depth) {
        deepest = Math.max(deepest, depth + 1);
        if (depth < JsonTape.DEPTH_MAX) {
            open[depth] = tape.add(object ? JsonTape.OBJECT : JsonTape.ARRAY, at, at);
            return depth + 1;
        }
        int word = (depth - JsonTape.DEPTH_MAX) >> 6;
        if (word == openDeeper.length) {
            openDeeper = Arrays.copyOf(openDeeper, word * 2);
        }
        openDeeper[word] = object ? openDeeper[word] | 1L << depth : openDeeper[word] & ~(1L << depth);
        return depth + 1;
    }

    private boolean isObject(int level) {
        if (level < JsonTape.DEPTH_MAX) {
            return level >= 0 && tape.code(open[level]) == JsonTape.OBJECT;
        }
        return (openDeeper[(level - JsonTape.DEPTH_MAX) >> 6] >> level & 1) != 0;
    }

    private int close(int end, int depth) {
        if (depth <= JsonTape.DEPTH_MAX) {
            tape.close(open[depth - 1], end);
        }
        return depth - 1;
    }

    private byte octet(int at) {
        if (at >= to) {
            throw new JsonSyntaxException("unexpected end", at);
        }
        return source[at];
    }

    private int skipWhitespace(int from) {
        return from < to && source[from] <= ' ' ? skipSome(from) : from;
    }

    private int skipSome(int from) {
        int at = from;
        while (at < to && (source[at] == ' ' || source[at] == '\n' || source[at] == '\r' || source[at] == '\t')) {
            at++;
        }
        return at;
    }

    /// Reads a key, the colon, and the white space before the value.
    private int readKey(int at, int depth) {
        if (octet(at) != '"') {
            throw new JsonSyntaxException("expected a member name", at);
        }
        int behind = skipWhitespace(readString(at, depth));
        if (octet(behind) != ':') {
            throw new JsonSyntaxException("expected :", behind);
        }
        return skipWhitespace(behind + 1);
    }

    private int readScalar(byte octet, int at, int depth) {
        return switch (octet) {
            case '"' -> readString(at, depth);
            case 't' -> readWord("true", JsonTape.TRUE, at, depth);
            case 'f' -> readWord("false", JsonTape.FALSE, at, depth);
            case 'n' -> readWord("null", JsonTape.NULL, at, depth);
            default -> readNumber(at, depth);
        };
    }

    private int readWord(String word, int code, int at, int depth) {
        int end = at + word.length();
        for (int i = 0; i < word.length(); i++) {
            if (octet(at + i) != word.charAt(i)) {
                throw new JsonSyntaxException("expected a value", at);
            }
        }
        addScalar(code, at, end, depth);
        return end;
    }

    private void addScalar(int codeAndFlags, int start, int end, int depth) {
        if (depth <= JsonTape.DEPTH_MAX) {
            tape.add(codeAndFlags, start, end);
        }
    }

    private int readNumber(int start, int depth) {
        int at = start;
        boolean negative = octet(at) == '-';
        at += negative ? 1 : 0;
        int digits = digits(at);
        if (digits == 0 || (digits > 1 && source[at] == '0')) {
            throw new JsonSyntaxException(digits == 0 ? "expected a value" : "leading zero", at);
        }
        boolean zero = source[at] == '0';
        boolean plain = digits <= PLAIN_DIGITS && !(negative && zero);
        at += digits;
        if (at < to && source[at] == '.') {
            int fraction = at + 1;
            at = someDigits(fraction);
            plain = digits + at - fraction <= PLAIN_DIGITS
                    && source[at - 1] != '0'
                    && !(zero && at - fraction > FRACTION_DIGITS_BELOW_ONE);
        }
        if (at < to && (source[at] == 'e' || source[at] == 'E')) {
            plain = false;
            at++;
            at += at < to && (source[at] == '+' || source[at] == '-') ? 1 : 0;
            at = someDigits(at);
        }
        addScalar(JsonTape.NUMBER | (plain ? JsonTape.PLAIN : 0), start, at, depth);
        return at;
    }

    private int someDigits(int at) {
        int digits = digits(at);
        if (digits == 0) {
            throw new JsonSyntaxException("expected a digit", at);
        }
        return at + digits;
    }

    private int digits(int from) {
        int at = from;
        while (at < to && source[at] >= '0' && source[at] <= '9') {
            at++;
        }
        return at - from;
    }

    private int readString(int start, int depth) {
        byte[] bytes = source;
        int at = start + 1;
        long prefix;
        if (at + 8 <= to) {
            long word = Utf8Strings.word(bytes, at);
            int plain = Long.numberOfTrailingZeros(Utf8Strings.stops(word)) >>> 3; // 8 if there is no stop.
            prefix = Utf8Strings.prefix(word, plain);
            at = plain == 8 ? Utf8Strings.skipPlain(bytes, at + 8, to) : at + plain;
        } else {
            int from = at;
            at = Utf8Strings.skipPlain(bytes, at, to);
            prefix = Utf8Strings.prefix(bytes, from, at);
        }
        if (at < to && bytes[at] == '"') {
            if (depth <= JsonTape.DEPTH_MAX) {
                tape.addString(0, start, at + 1, prefix);
            }
            return at + 1;
        }
        return readRestOfString(start, at, prefix, depth);
    }

    private int readRestOfString(int start, int from, long prefix, int depth) {
        int flags = 0;
        int at = from;
        while (true) {
            byte octet = octet(at);
            if (octet == '"') {
                if (depth <= JsonTape.DEPTH_MAX) {
                    tape.addString(flags, start, at + 1, prefix);
                }
                return at + 1;
            }
            if (octet == '\\') {
                flags |= JsonTape.ESCAPED;
                at = skipEscape(at);
            } else if (octet < 0) {
                flags |= JsonTape.NON_ASCII;
                at = Utf8Strings.skipMultibyte(source, at, to);
            } else {
                throw new JsonSyntaxException("control character in a string", at);
            }
            at = Utf8Strings.skipPlain(source, at, to);
        }
    }

    private int skipEscape(int at) {
        switch (octet(at + 1)) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
                return at + 2;
            }
            case 'u' -> {
                for (int i = 2; i < 6; i++) {
                    if (Character.digit(octet(at + i), 16) < 0) {
                        throw new JsonSyntaxException("bad \\u escape", at);
                    }
                }
                return at + 6;
            }
            default -> throw new JsonSyntaxException("bad escape", at);
        }
    }
}
