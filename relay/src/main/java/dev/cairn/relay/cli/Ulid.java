package dev.cairn.relay.cli;

import java.security.SecureRandom;

/// Ids that sort by the time they were made: 48 bits of milliseconds, 80 random bits, in Crockford's base 32.
final class Ulid {

    private static final char[] DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();

    private Ulid() {}

    static String next(long epochMillis) {
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        char[] text = new char[26];
        for (int i = 0; i < 10; i++) {
            text[i] = DIGITS[(int) (epochMillis >>> (9 - i) * 5) & 31];
        }
        for (int i = 0; i < 16; i++) {
            text[10 + i] = DIGITS[random[i] & 31];
        }
        return new String(text);
    }
}
