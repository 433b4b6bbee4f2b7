package dev.cairn.relay.receipts.key;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.security.SecureRandom;

/// Opens the key that signs receipts, wherever the settings say that it is.
public final class KeySources {

    private KeySources() {}

    /// The key, ready to sign and published. What an interrupted rotation left is settled: finished if its
    /// receipt is in the store, undone if not. Fails with a [KeySourceException] if there is no key that
    /// may be used.
    public static Future<KeySource> open(Vertx vertx, KeySettings settings, KeyHistory history, SecureRandom random) {
        return switch (settings) {
            case KeySettings.InFile inFile -> FileKeySource.open(vertx, inFile, history, random);
            case KeySettings.InTransit inTransit -> TransitKeySource.open(vertx, inTransit, history);
        };
    }
}
