package dev.cairn.protocol.seal;

import dev.cairn.protocol.audit.Hash;
import org.jspecify.annotations.Nullable;

/// What chains a seal to the one before it: our member `_seal` behind the five of the dialect
/// (`specs/audit-relay.md` 5.1).
///
/// ```json
/// "_seal":{"seq":2,"prev_hash":"sha256:…","log_offset":2345,"signature":"hmac-sha256:…"}
/// ```
///
/// The dialect's signature covers tip, count and time only, so a seal could be taken out and the rest be
/// renumbered by anybody who can write the file. Hence a signature of its own, by the same key.
///
/// @param seq the seal's place among the seals of its file, from 1
/// @param previous SHA-256 of the canonical text of the seal line before it; `null` in the first
/// @param logOffset where the line of the sealed record ends in the log
/// @param signature over [#text]
public record SealLink(long seq, @Nullable Hash previous, long logOffset, String signature) {

    /// The text that is signed, for the seal with that signature. Nothing else that is signed begins like it.
    static String text(long seq, @Nullable Hash previous, long logOffset, String sealSignature) {
        return "cairn-seal-link:v1:" + seq + ":" + previous + ":" + logOffset + ":" + sealSignature;
    }

    static SealLink sign(long seq, @Nullable Hash previous, long logOffset, String sealSignature, SealKey key) {
        return new SealLink(seq, previous, logOffset, key.sign(text(seq, previous, logOffset, sealSignature)));
    }

    boolean isSignedBy(SealKey key, String sealSignature) {
        return key.verifies(text(seq, previous, logOffset, sealSignature), signature);
    }
}
