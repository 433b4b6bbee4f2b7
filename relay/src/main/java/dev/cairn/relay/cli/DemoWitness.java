package dev.cairn.relay.cli;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.json.JsonText;
import java.time.Duration;
import java.util.Objects;

/// A witness of the demo, ready.
///
/// @param url where it takes seals
/// @param key its public key, from itself
record DemoWitness(String name, DemoProcess process, String url, Ed25519PublicKey key) {

    static DemoWitness ready(String name, DemoProcess process, Duration patience) throws InterruptedException {
        JsonObject said = process.ready(patience);
        return new DemoWitness(
                name,
                process,
                said.texts("urls").getFirst(),
                Ed25519PublicKey.read(Objects.requireNonNull(said.text("public_key"))));
    }

    /// An entry of the relay's `witness.endpoints`.
    JsonText endpoint() {
        return JsonText.object()
                .put("name", name)
                .put("url", url)
                .put("require", "signature")
                .put("public_key", key.text());
    }

    static String endpoints(Iterable<DemoWitness> witnesses) {
        StringBuilder array = new StringBuilder("[");
        for (DemoWitness witness : witnesses) {
            array.append(array.length() > 1 ? "," : "").append(witness.endpoint());
        }
        return array.append(']').toString();
    }
}
