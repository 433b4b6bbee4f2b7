package dev.cairn.relay.seal;

import dev.cairn.protocol.seal.Keyring;
import dev.cairn.protocol.seal.KeyringException;
import dev.cairn.protocol.seal.Keys;
import java.util.HashMap;
import java.util.Map;

/// A keyring as it was at one moment, in memory: whoever asks it touches no file.
record KeySnapshot(Lookup active, Map<String, Lookup> all, Lookup otherwise) implements Keys {

    private static final Lookup UNKNOWN = new Lookup.Unknown();

    /// Looks at the ring's files, and makes a key if there is none to sign with. Blocking.
    static KeySnapshot of(Keyring ring) {
        Lookup active = ring.active();
        Map<String, Lookup> all = new HashMap<>();
        try {
            for (Keyring.Entry entry : ring.list()) {
                all.put(entry.id(), ring.find(entry.id()));
            }
        } catch (KeyringException e) {
            Lookup broken = new Lookup.Unusable(e);
            return new KeySnapshot(broken, Map.of(), broken);
        }
        return new KeySnapshot(active, Map.copyOf(all), UNKNOWN);
    }

    @Override
    public Lookup find(String id) {
        return all.getOrDefault(id, otherwise);
    }
}
