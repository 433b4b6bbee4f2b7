package dev.cairn.protocol.receipt;

import java.util.List;

/// A kind of secret that is known by its shape. Written out instead of as regular expressions, so that no text
/// can make looking for it slow: what was looked at in vain is not looked at again.
sealed interface SecretShape {

    /// A set of characters.
    @FunctionalInterface
    interface Chars {

        boolean has(char unit);

        /// Just past the characters of this set that follow one another from `from` on.
        default int skip(String text, int from) {
            int at = from;
            while (at < text.length() && has(text.charAt(at))) {
                at++;
            }
            return at;
        }
    }

    /// The text to look for first.
    String prefix();

    /// How much of the prefix is no secret.
    default int kept() {
        return 0;
    }

    /// Just past the secret whose prefix stands at `start`; when it is none, the complement of where to look
    /// on.
    int end(String text, int start);

    /// A prefix and so many characters of a set.
    record Token(String prefix, Chars chars, int min, int max) implements SecretShape {

        @Override
        public int end(String text, int start) {
            int from = start + prefix.length();
            int end = chars.skip(text, from);
            return end - from < min ? ~(start + 1) : (int) Math.min(end, from + (long) max);
        }
    }

    /// What goes into the `Authorization` header.
    record Bearer() implements SecretShape {

        private static final int MIN = 20;
        private static final Chars SPACE = SecretShape::isSpace;
        private static final Chars TOKEN = unit -> isAlphanumeric(unit) || "._/+=-".indexOf(unit) >= 0;

        @Override
        public String prefix() {
            return "Bearer";
        }

        @Override
        public int end(String text, int start) {
            int space = start + prefix().length();
            int from = SPACE.skip(text, space);
            if (from == space) {
                return ~from;
            }
            int end = TOKEN.skip(text, from);
            return end - from >= MIN ? end : ~from;
        }
    }

    /// Three parts of base64url, the first two of which are JSON objects; the last, the signature, may be
    /// empty.
    record JsonWebToken() implements SecretShape {

        private static final Chars PART = unit -> isAlphanumeric(unit) || "_=-".indexOf(unit) >= 0;

        @Override
        public String prefix() {
            return "eyJ";
        }

        @Override
        public int end(String text, int start) {
            int header = PART.skip(text, start);
            if (!hasPart(text, start, header) || !text.startsWith(prefix(), header + 1)) {
                return ~header;
            }
            int claims = PART.skip(text, header + 1);
            return hasPart(text, header + 1, claims) ? PART.skip(text, claims + 1) : ~header;
        }

        private boolean hasPart(String text, int from, int to) {
            return to - from > prefix().length() && to < text.length() && text.charAt(to) == '.';
        }
    }

    /// Tokens of Slack.
    record Slack() implements SecretShape {

        private static final Chars TOKEN = unit -> isAlphanumeric(unit) || unit == '-';

        @Override
        public String prefix() {
            return "xox";
        }

        @Override
        public int end(String text, int start) {
            int kind = start + prefix().length();
            boolean isToken =
                    kind + 1 < text.length() && "bpras".indexOf(text.charAt(kind)) >= 0 && text.charAt(kind + 1) == '-';
            int end = isToken ? TOKEN.skip(text, kind + 2) : 0;
            return end > kind + 2 ? end : ~kind;
        }
    }

    /// A private key in PEM, from its first line to its last.
    record PrivateKey() implements SecretShape {

        private static final String END = "-----END";
        private static final String LABEL = "PRIVATE KEY";
        private static final String DASHES = "-----";
        private static final Chars WORDS = unit -> isUpper(unit) || unit == ' ';

        @Override
        public String prefix() {
            return "-----BEGIN";
        }

        @Override
        public int end(String text, int start) {
            int begin = lineEnd(text, start + prefix().length());
            if (begin < 0) {
                return begin;
            }
            for (int end = text.indexOf(END, begin); end >= 0; ) {
                int behind = lineEnd(text, end + END.length());
                if (behind >= 0) {
                    return behind;
                }
                end = text.indexOf(END, ~behind);
            }
            return ~text.length(); // No key ends behind this one, nor behind any that begins later.
        }

        /// Just past the dashes behind the label that begins at `from`, if it is one of a private key, of
        /// whatever kind.
        private static int lineEnd(String text, int from) {
            int end = WORDS.skip(text, from);
            boolean isKey = end - from > LABEL.length()
                    && text.startsWith(LABEL, end - LABEL.length())
                    && text.startsWith(DASHES, end);
            return isKey ? end + DASHES.length() : ~end;
        }
    }

    /// The value of a parameter in a URL whose name says that it is a secret.
    record UrlParameter() implements SecretShape {

        private static final List<String> NAMES =
                List.of("access_token", "token", "api_key", "api-key", "apikey", "key", "auth");
        private static final Chars VALUE = unit -> !isSpace(unit) && "&\"'<>[]".indexOf(unit) < 0;

        @Override
        public String prefix() {
            return "=";
        }

        @Override
        public int kept() {
            return 1;
        }

        @Override
        public int end(String text, int start) {
            int end = isSecret(text, start) ? VALUE.skip(text, start + 1) : 0;
            return end > start + 1 ? end : ~(start + 1);
        }

        private static boolean isSecret(String text, int nameEnd) {
            for (String name : NAMES) {
                int from = nameEnd - name.length();
                if (from > 0
                        && (text.charAt(from - 1) == '?' || text.charAt(from - 1) == '&')
                        && text.regionMatches(true, from, name, 0, name.length())) {
                    return true;
                }
            }
            return false;
        }
    }

    static boolean isAlphanumeric(char unit) {
        return isDigit(unit) || isUpper(unit) || (unit >= 'a' && unit <= 'z');
    }

    static boolean isUpper(char unit) {
        return unit >= 'A' && unit <= 'Z';
    }

    static boolean isDigit(char unit) {
        return unit >= '0' && unit <= '9';
    }

    private static boolean isSpace(char unit) {
        return unit == ' ' || (unit >= '\t' && unit <= '\r');
    }
}
