package dev.cairn.relay.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/// The secret that whoever uses the HTTP server must know: 32 random bytes in base64url. Never printed by
/// accident.
public final class BearerToken {

    /// Characters of the text form.
    public static final int LENGTH = 43;

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{" + LENGTH + "}");

    private final String text;

    private BearerToken(String text) {
        this.text = text;
    }

    /// A new one.
    public static BearerToken random(SecureRandom random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return new BearerToken(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /// @throws IllegalArgumentException if `text` is no token; the message does not show it
    public static BearerToken of(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not a token: expected " + LENGTH + " characters of base64url");
        }
        return new BearerToken(text);
    }

    /// Whether `presented` is this token; how long that takes does not tell where they differ.
    public boolean matches(String presented) {
        return MessageDigest.isEqual(text.getBytes(StandardCharsets.UTF_8), presented.getBytes(StandardCharsets.UTF_8));
    }

    /// The secret itself, to be sent and nothing else.
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "BearerToken[…]";
    }
}
