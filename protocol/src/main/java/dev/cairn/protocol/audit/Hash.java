package dev.cairn.protocol.audit;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// A SHA-256 in the dialect's text form: `sha256:` and 64 lower-case hex digits.
public record Hash(String text) {

    /// Characters of the text form.
    public static final int TEXT_LENGTH = 71;

    private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");

    public Hash {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("expected sha256: and 64 lower-case hex digits");
        }
    }

    /// Whether `text` has the form of a hash.
    public static boolean isHash(String text) {
        return text.length() == TEXT_LENGTH && FORM.matcher(text).matches();
    }

    /// The hash of `bytes[from, to)`.
    public static Hash of(byte[] bytes, int from, int to) {
        MessageDigest sha256 = sha256();
        sha256.update(bytes, from, to - from);
        return of(sha256);
    }

    /// The hash of what `sha256` has taken in; resets it.
    public static Hash of(MessageDigest sha256) {
        return new Hash("sha256:" + HexFormat.of().formatHex(sha256.digest()));
    }

    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // Every Java platform has it.
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
