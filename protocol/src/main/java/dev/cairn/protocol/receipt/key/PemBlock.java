package dev.cairn.protocol.receipt.key;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Base64;

/// The one block of a PEM text: its label and what is between its lines, with white space and nothing else around it.
/// Works on bytes, so that no copy of a secret is left in a string.
final class PemBlock {

    private static final byte[] BEGIN = "-----BEGIN ".getBytes(US_ASCII);
    private static final byte[] END = "-----END ".getBytes(US_ASCII);
    private static final byte[] DASHES = "-----".getBytes(US_ASCII);

    private final String label;
    private final byte[] der;

    private PemBlock(String label, byte[] der) {
        this.label = label;
        this.der = der;
    }

    /// @throws IllegalArgumentException if `text` is none; never shows the text
    static PemBlock read(byte[] text) {
        int start = 0;
        int end = text.length;
        while (start < end && isSpace(text[start])) {
            start++;
        }
        while (end > start && isSpace(text[end - 1])) {
            end--;
        }
        int labelStart = start + BEGIN.length;
        int labelEnd = indexOf(text, DASHES, labelStart, end);
        if (!at(text, BEGIN, start, end) || labelEnd < 0) {
            throw malformed();
        }
        String label = new String(text, labelStart, labelEnd - labelStart, US_ASCII);
        byte[] last = ("-----END " + label + "-----").getBytes(US_ASCII);
        int bodyStart = labelEnd + DASHES.length;
        int bodyEnd = indexOf(text, END, bodyStart, end);
        if (bodyEnd < 0 || end - bodyEnd != last.length || !at(text, last, bodyEnd, end)) {
            throw malformed();
        }
        return new PemBlock(label, decode(text, bodyStart, bodyEnd));
    }

    String label() {
        return label;
    }

    /// What was encoded; whoever reads a secret overwrites it.
    byte[] der() {
        return der;
    }

    private static byte[] decode(byte[] text, int start, int end) {
        byte[] letters = new byte[end - start];
        int count = 0;
        for (int i = start; i < end; i++) {
            if (!isSpace(text[i])) {
                letters[count++] = text[i];
            }
        }
        byte[] exact = Arrays.copyOf(letters, count);
        try {
            return Base64.getDecoder().decode(exact);
        } catch (IllegalArgumentException _) {
            throw malformed(); // Headers of an encrypted key, for one. The decoder's message would show a letter.
        } finally {
            Arrays.fill(letters, (byte) 0);
            Arrays.fill(exact, (byte) 0);
        }
    }

    private static int indexOf(byte[] text, byte[] word, int start, int end) {
        for (int i = start; i <= end - word.length; i++) {
            if (at(text, word, i, end)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean at(byte[] text, byte[] word, int start, int end) {
        return start + word.length <= end && Arrays.equals(text, start, start + word.length, word, 0, word.length);
    }

    private static boolean isSpace(byte octet) {
        return octet == ' ' || octet == '\n' || octet == '\r' || octet == '\t';
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("expected one PEM block and nothing else");
    }
}
