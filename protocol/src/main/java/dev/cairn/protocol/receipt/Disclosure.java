package dev.cairn.protocol.receipt;

import dev.cairn.protocol.crypto.X25519Hpke;
import dev.cairn.protocol.crypto.X25519Hpke.Sealed;
import dev.cairn.protocol.json.ByteBuilder;
import dev.cairn.protocol.json.CanonicalString;
import java.util.Base64;

/// Encrypts inputs to a forensic key (`specs/receipts.md` 3.11), so that who holds its private half can read
/// what was done, and nobody else.
///
/// Immutable; safe to share.
public final class Disclosure {

    static final String VERSION = "1";
    static final String ALGORITHM = "hpke-x25519-hkdf-sha256-aes-256-gcm";

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final X25519Hpke recipient;
    private final String kid;

    private Disclosure(X25519Hpke recipient, String kid) {
        this.recipient = recipient;
        this.kid = kid;
    }

    /// Discloses to the holder of a forensic key, which is named by its fingerprint.
    ///
    /// @param publicKey 32 raw bytes
    /// @throws IllegalArgumentException if they are no X25519 key that anything can be encrypted to
    public static Disclosure to(byte[] publicKey) {
        X25519Hpke recipient = X25519Hpke.to(publicKey);
        return new Disclosure(recipient, Sha256Text.of(publicKey, 0, publicKey.length));
    }

    /// Likewise, named otherwise; for known answers.
    static Disclosure to(X25519Hpke recipient, String kid) {
        return new Disclosure(recipient, kid);
    }

    /// The envelope around a canonical input: canonical JSON.
    public String envelope(byte[] input) {
        Sealed sealed = recipient.seal(input);
        ByteBuilder out = new ByteBuilder(256 + sealed.ciphertext().length * 4 / 3);
        out.putAscii("{\"alg\":\"" + ALGORITHM + "\",\"ct\":\"");
        out.put(BASE64.encode(sealed.ciphertext())).putAscii("\",\"recipients\":[{\"enc\":\"");
        out.put(BASE64.encode(sealed.encapsulated())).putAscii("\",\"kid\":");
        CanonicalString.write(kid, out);
        return out.putAscii("}],\"v\":\"" + VERSION + "\"}").toString();
    }
}
