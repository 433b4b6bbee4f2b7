package dev.cairn.relay.receipts.key;

import dev.cairn.protocol.crypto.Ed25519KeyPair;
import java.util.ArrayList;
import java.util.List;

/// Computes Ed25519 signatures with a key in memory. All ways to do it give the same bytes; any thread may ask.
sealed interface Signer permits Signer.BouncyCastle, CorrettoSigner {

    List<byte[]> sign(List<byte[]> messages);

    /// What it is called in logs.
    String name();

    /// Runs everywhere, and starts at once.
    record BouncyCastle(Ed25519KeyPair pair) implements Signer {

        @Override
        public List<byte[]> sign(List<byte[]> messages) {
            List<byte[]> signatures = new ArrayList<>(messages.size());
            for (byte[] message : messages) {
                signatures.add(pair.signRaw(message));
            }
            return signatures;
        }

        @Override
        public String name() {
            return "bouncy-castle";
        }
    }
}
