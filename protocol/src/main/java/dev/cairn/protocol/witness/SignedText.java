package dev.cairn.protocol.witness;

import dev.cairn.protocol.json.ByteBuilder;
import dev.cairn.protocol.json.CanonicalJson;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;

/// The bytes that a witness signs: the canonical text (RFC 8785) of its reply without the member `signature`.
final class SignedText {

    static final String SIGNATURE = "signature";

    private SignedText() {}

    /// @throws IllegalArgumentException if the reply has no canonical form, for instance because of a duplicate
    /// member
    static byte[] of(ObjectReader reply) {
        JsonTape tape = reply.tape();
        CanonicalJson canonical = new CanonicalJson(CanonicalJson.Dialect.RFC_8785);
        ByteBuilder text = new ByteBuilder(512).put('{');
        try {
            int first = canonical.sortedKeys(tape, reply.object());
            for (int i = first; i < canonical.rangeEnd(); i++) {
                if (!tape.textEquals(canonical.key(i), SIGNATURE)) {
                    canonical.writeMember(tape, canonical.key(i), text);
                }
            }
            canonical.release(first);
        } catch (JsonSyntaxException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (text.length() > 1) {
            text.truncate(text.length() - 1); // The last comma.
        }
        return text.put('}').toByteArray();
    }
}
