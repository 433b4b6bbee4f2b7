package dev.cairn.protocol.audit;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Salts that nobody can guess, cheap enough for every record: the key stream of AES-128 in counter mode
/// under a random key that is never stored, made in blocks.
///
/// Not thread-safe: one for each writer.
public final class KeystreamSalts implements SaltSource {

    private static final byte[] ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(StandardCharsets.ISO_8859_1);
    private static final int BLOCK = 256 * TEXT_LENGTH;

    private final SecureRandom random;
    private @Nullable Cipher cipher; // Made for the first record: it is a tenth of a start.
    private final byte[] zeros = new byte[BLOCK];
    private final byte[] stream = new byte[BLOCK];
    private int used = BLOCK;

    public KeystreamSalts(SecureRandom random) {
        this.random = random;
    }

    @Override
    public void next(byte[] target, int at) {
        if (used == BLOCK) {
            refill();
        }
        int last = TEXT_LENGTH - 1;
        for (int i = 0; i < last; i++) {
            target[at + i] = ALPHABET[stream[used + i] & 63];
        }
        target[at + last] =
                ALPHABET[stream[used + last] & 48]; // Two bits are left for it: 16 bytes are 21 times 6 and 2.
        used += TEXT_LENGTH;
    }

    private void refill() {
        try {
            Cipher made = cipher;
            if (made == null) {
                made = keyed();
                cipher = made;
            }
            made.update(zeros, 0, BLOCK, stream, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // Every Java platform has the cipher, and it gives what it takes.
        }
        used = 0;
    }

    private Cipher keyed() throws GeneralSecurityException {
        byte[] key = new byte[16];
        random.nextBytes(key);
        Cipher made = Cipher.getInstance("AES/CTR/NoPadding");
        made.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));
        return made;
    }
}
