package dev.cairn.protocol.receipt;

import dev.cairn.protocol.crypto.X25519Hpke;
import dev.cairn.protocol.crypto.X25519Hpke.Sealed;
import dev.cairn.protocol.crypto.X25519KeyPair;
import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// What a receipt discloses to the holder of a forensic key: its action's `parameters_disclosure`
/// (`specs/receipts.md` 3.11).
public final class DisclosureEnvelope {

    private static final int ABSENT = -1;

    private final byte[] ciphertext;
    private final List<byte[]> encapsulated;

    private DisclosureEnvelope(byte[] ciphertext, List<byte[]> encapsulated) {
        this.ciphertext = ciphertext;
        this.encapsulated = encapsulated;
    }

    /// Reads the JSON of an envelope.
    ///
    /// @throws IllegalArgumentException if it is none, or one of another version
    public static DisclosureEnvelope read(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        JsonTape tape = new JsonTape();
        try {
            tape.parse(bytes, 0, bytes.length);
        } catch (JsonSyntaxException e) {
            throw new IllegalArgumentException("not JSON", e);
        }
        if (!tape.is(0, JsonKind.OBJECT) || tape.depth() > JsonTape.DEPTH_MAX) {
            throw new IllegalArgumentException("no object");
        }
        if (!text(tape, 0, "v").equals(Disclosure.VERSION)
                || !text(tape, 0, "alg").equals(Disclosure.ALGORITHM)) {
            throw new IllegalArgumentException("neither version nor algorithm are known");
        }
        return new DisclosureEnvelope(bytes(tape, 0, "ct"), recipients(tape));
    }

    /// The input, as far as this key belongs to a recipient.
    ///
    /// @throws IllegalArgumentException if it does not, or the envelope is not as it was
    public byte[] open(X25519KeyPair key) {
        byte[] secret = key.copySecret();
        try {
            for (byte[] one : encapsulated.subList(0, encapsulated.size() - 1)) {
                try {
                    return X25519Hpke.open(secret, new Sealed(one, ciphertext));
                } catch (IllegalArgumentException _) {
                    // Sealed for another recipient; the key says nothing of which one is its own.
                }
            }
            return X25519Hpke.open(secret, new Sealed(encapsulated.getLast(), ciphertext));
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static List<byte[]> recipients(JsonTape tape) {
        int recipients = tape.member(0, "recipients");
        List<byte[]> encapsulated = new ArrayList<>();
        if (recipients != ABSENT && tape.is(recipients, JsonKind.ARRAY)) {
            int end = tape.next(recipients);
            for (int one = tape.firstChild(recipients); one < end; one = tape.next(one)) {
                if (!tape.is(one, JsonKind.OBJECT)) {
                    throw new IllegalArgumentException("a recipient is no object");
                }
                encapsulated.add(bytes(tape, one, "enc"));
            }
        }
        if (encapsulated.isEmpty()) {
            throw new IllegalArgumentException("there is no recipient");
        }
        return encapsulated;
    }

    private static byte[] bytes(JsonTape tape, int object, String member) {
        try {
            return Base64.getUrlDecoder().decode(text(tape, object, member));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(member + " is no base64url", e);
        }
    }

    private static String text(JsonTape tape, int object, String member) {
        int node = tape.member(object, member);
        return node != ABSENT && tape.is(node, JsonKind.STRING) ? tape.text(node) : "";
    }
}
