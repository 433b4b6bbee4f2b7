package dev.cairn.protocol.receipt;

import dev.cairn.protocol.json.EcmaNumber;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import dev.cairn.protocol.json.LoneSurrogates;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// The first pass of redaction: text that is JSON as a whole is written anew, the values of members with
/// telling names replaced at any depth. Members sorted, compact, `<` `>` `&` and line separators escaped.
final class SecretMembers {

    private static final Set<String> NAMES = Set.of(
            "password",
            "token",
            "api_key",
            "apikey",
            "secret",
            "authorization",
            "private_key",
            "privatekey",
            "access_token",
            "refresh_token",
            "client_secret",
            "credentials",
            "session_token",
            "session_id",
            "sessionid",
            "auth_token",
            "cookie",
            "set-cookie",
            "x-api-key",
            "bearer",
            "jwt",
            "signing_key",
            "encryption_key",
            "database_url",
            "connection_string",
            "dsn",
            "ssh_key",
            "passphrase",
            "pin");

    private static final String HEX = "0123456789abcdef";

    private final JsonTape tape;
    private final StringBuilder out;

    private SecretMembers(JsonTape tape, int length) {
        this.tape = tape;
        this.out = new StringBuilder(length);
    }

    static String redact(String text) {
        if (!mayBeJson(text)) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        JsonTape tape = new JsonTape();
        try {
            tape.parse(LoneSurrogates.replaced(bytes, 0, bytes.length), 0, bytes.length);
        } catch (JsonSyntaxException _) {
            return text;
        }
        if (tape.depth() > JsonTape.DEPTH_MAX) {
            return Redaction.MARK; // What is too deep to be looked through may hide anything.
        }
        SecretMembers redacted = new SecretMembers(tape, text.length());
        redacted.write(0);
        return redacted.out.toString();
    }

    /// Whether the first character that is no white space begins some JSON value.
    private static boolean mayBeJson(String text) {
        int at = 0;
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() && "{[\"-0123456789tfn".indexOf(text.charAt(at)) >= 0;
    }

    private void write(int node) {
        switch (tape.kind(node)) {
            case OBJECT -> writeObject(node);
            case ARRAY -> writeArray(node);
            case STRING -> writeString(tape.text(node));
            case NUMBER -> writeNumber(node);
            case TRUE, FALSE, NULL -> writeSource(node);
        }
    }

    private void writeObject(int object) {
        Map<String, Integer> members = new TreeMap<>();
        int end = tape.next(object);
        for (int key = tape.firstChild(object); key < end; key = tape.next(key + 1)) {
            members.put(tape.text(key), key + 1);
        }
        char before = '{';
        for (Map.Entry<String, Integer> member : members.entrySet()) {
            out.append(before);
            writeString(member.getKey());
            out.append(':');
            if (NAMES.contains(member.getKey().toLowerCase(Locale.ROOT))) {
                writeString(Redaction.MARK);
            } else {
                write(member.getValue());
            }
            before = ',';
        }
        out.append(before == '{' ? "{}" : "}");
    }

    private void writeArray(int array) {
        out.append('[');
        int end = tape.next(array);
        for (int item = tape.firstChild(array); item < end; item = tape.next(item)) {
            if (item > array + 1) {
                out.append(',');
            }
            write(item);
        }
        out.append(']');
    }

    private void writeNumber(int number) {
        double value = tape.number(number);
        if (Double.isInfinite(value)) {
            writeSource(number); // No number for a double, but no reason either to let a secret beside it pass.
        } else {
            out.append(EcmaNumber.toText(value));
        }
    }

    private void writeSource(int node) {
        out.append(new String(
                tape.source(), tape.start(node), tape.end(node) - tape.start(node), StandardCharsets.ISO_8859_1));
    }

    private void writeString(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            switch (unit) {
                case '"', '\\' -> out.append('\\').append(unit);
                case '\b' -> out.append("\\b");
                case '\t' -> out.append("\\t");
                case '\n' -> out.append("\\n");
                case '\f' -> out.append("\\f");
                case '\r' -> out.append("\\r");
                case '<', '>', '&', '\u2028', '\u2029' -> writeEscape(unit);
                default -> {
                    if (unit < ' ') {
                        writeEscape(unit);
                    } else {
                        out.append(unit);
                    }
                }
            }
        }
        out.append('"');
    }

    private void writeEscape(char unit) {
        out.append("\\u")
                .append(HEX.charAt(unit >> 12))
                .append(HEX.charAt(unit >> 8 & 15))
                .append(HEX.charAt(unit >> 4 & 15))
                .append(HEX.charAt(unit & 15));
    }
}
