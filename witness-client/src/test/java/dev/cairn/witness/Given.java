package dev.cairn.witness;

import dev.cairn.protocol.crypto.Ed25519KeyPair;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What the tests begin with: quick settings, keys, publishers.
final class Given {

    static final Instant NOW = Instant.parse("2026-04-05T14:30:00.001Z");
    /// Long enough for a JVM that does it for the first time.
    static final Duration TRY = Duration.ofSeconds(2);

    private Given() {}

    static PublisherSettings quick(int quorum) {
        return new PublisherSettings(
                quorum,
                TRY,
                Duration.ofMillis(20),
                Duration.ofMillis(100),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                Duration.ofMinutes(2),
                null);
    }

    static WitnessPublisher publisher(
            Vertx vertx, Recorder recorder, PublisherSettings settings, List<WitnessEndpoint> endpoints) {
        Rhythm rhythm = new Rhythm(() -> NOW, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()), () -> 0.5);
        return new WitnessPublisher(vertx, endpoints, settings, rhythm, recorder);
    }

    static WitnessPublisher publisher(Vertx vertx, Recorder recorder, int quorum, WitnessEndpoint... endpoints) {
        return publisher(vertx, recorder, quick(quorum), List.of(endpoints));
    }

    static Ed25519KeyPair key(int number) {
        byte[] seed = new byte[Ed25519KeyPair.SEED_LENGTH];
        seed[0] = (byte) number;
        return Ed25519KeyPair.fromSeed(seed);
    }
}
