package dev.cairn.protocol.proof;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import java.util.Map;

/// Whom a reader of witnesses' replies believes.
///
/// @param keys of witnesses by the names of their endpoints, known from elsewhere
/// @param quorum how many distinct witnesses must have confirmed a seal; 0 for as many as each record itself says
public record WitnessTrust(Map<String, Ed25519PublicKey> keys, int quorum) {

    /// Nobody is known.
    public static final WitnessTrust NONE = new WitnessTrust(Map.of(), 0);

    public WitnessTrust {
        keys = Map.copyOf(keys);
    }
}
