package dev.cairn.relay.seal;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.witness.Proof;
import dev.cairn.relay.config.Witness;
import dev.cairn.witness.WitnessEndpoint;
import dev.cairn.witness.WitnessToken;
import java.net.URI;
import java.util.List;

/// Witnesses as the configuration names them.
final class Endpoints {

    private Endpoints() {}

    static List<WitnessEndpoint> of(Witness config) {
        return config.endpoints().stream().map(Endpoints::of).toList();
    }

    private static WitnessEndpoint of(Witness.Endpoint endpoint) {
        String token = endpoint.authToken();
        String key = endpoint.publicKey();
        return new WitnessEndpoint(
                endpoint.name(),
                URI.create(endpoint.url()),
                token.isEmpty() ? null : WitnessToken.of(token),
                proof(endpoint.require()),
                key.isEmpty() ? null : Ed25519PublicKey.read(key));
    }

    private static Proof proof(Witness.Require require) {
        return switch (require) {
            case STATUS -> Proof.STATUS;
            case ANCHOR -> Proof.ANCHOR;
            case SIGNATURE -> Proof.SIGNATURE;
        };
    }
}
