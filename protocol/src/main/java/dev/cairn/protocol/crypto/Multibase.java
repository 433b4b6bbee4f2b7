package dev.cairn.protocol.crypto;

import java.util.Base64;

/// Bytes as text: `u` and base64url without padding (`specs/audit-relay.md` 6.4).
///
/// One spelling for each content: padding, and bits that no byte needs, are refused.
public final class Multibase {

    private static final String PREFIX = "u";

    private Multibase() {}

    public static String encode(byte[] bytes) {
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /// The `length` bytes that `text` stands for.
    ///
    /// @throws IllegalArgumentException if it is no such text, or of another length; never shows the text
    public static byte[] decode(String text, int length) {
        if (text.length() != encodedLength(length) || !text.startsWith(PREFIX)) {
            throw malformed(length);
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
        } catch (IllegalArgumentException _) {
            throw malformed(length);
        }
        if (!encode(bytes).equals(text)) {
            throw malformed(length);
        }
        return bytes;
    }

    private static int encodedLength(int bytes) {
        return PREFIX.length() + (bytes * 8 + 5) / 6;
    }

    private static IllegalArgumentException malformed(int length) {
        int characters = encodedLength(length) - PREFIX.length();
        return new IllegalArgumentException("expected u and " + characters + " characters of base64url");
    }
}
