package dev.cairn.protocol.emitter;

/// What became of a text that was to be signed.
public sealed interface SignOutcome {

    /// It is signed.
    sealed interface Signed extends SignOutcome {

        /// `hmac-sha256:` and 64 lower-case hexadecimal digits.
        String signature();

        String keyId();

        /// ISO-8601 with milliseconds.
        String signedAt();

        /// Who signed, in the word that attestations use.
        String source();
    }

    /// The relay signed it, with a key that nobody else can read.
    record ByRelay(String signature, String keyId, String signedAt) implements Signed {

        @Override
        public String source() {
            return "relay";
        }
    }

    /// A key of the user signed it.
    ///
    /// @param relayError why the relay did not
    record Locally(String signature, String keyId, String signedAt, String relayError) implements Signed {

        @Override
        public String source() {
            return "local";
        }
    }

    /// Nobody signed it; `reason` is for people and names no secret.
    record NotSigned(String reason) implements SignOutcome {}
}
