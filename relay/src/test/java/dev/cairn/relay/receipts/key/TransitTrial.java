package dev.cairn.relay.receipts.key;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.relay.config.Transit;
import dev.cairn.relay.transit.TransitServer;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/// A directory with a token, and the source that is opened with it.
final class TransitTrial {

    static final String METHOD = "did:agent-receipts-daemon:local#k1";
    static final KeyHistory NEW = new KeyHistory.None();
    static final KeyHistory NEVER_ROTATED = new KeyHistory.Of(null);

    private final Vertx vertx;
    private final Path directory;

    TransitTrial(Vertx vertx, Path temporary) throws IOException {
        this.vertx = vertx;
        directory = Files.createDirectory(temporary.resolve("receipts"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-x---"));
        giveToken(TransitServer.TOKEN);
    }

    void giveToken(String token) throws IOException {
        Files.writeString(tokenFile(), token + "\n");
        Files.setPosixFilePermissions(tokenFile(), PosixFilePermissions.fromString("rw-------"));
    }

    Path tokenFile() {
        return directory.resolve("token");
    }

    Path publicKey() {
        return directory.resolve("signing.key.pub");
    }

    KeySource open(URI address, String key, KeyHistory history) throws TimeoutException {
        return open(address, key, history, Optional.empty());
    }

    KeySource open(URI address, String key, KeyHistory history, Optional<Path> caFile) throws TimeoutException {
        Transit transit =
                new Transit(address, Optional.empty(), "transit", key, tokenFile(), caFile, Duration.ofMillis(1_500));
        return KeySources.open(
                        vertx, new KeySettings.InTransit(transit, publicKey(), METHOD), history, new SecureRandom())
                .await(30, SECONDS);
    }

    static void assertHolds(Ed25519PublicKey key, List<byte[]> messages, List<byte[]> signatures) {
        assertThat(signatures).hasSameSizeAs(messages);
        for (int i = 0; i < messages.size(); i++) {
            assertThat(key.verifies(messages.get(i), signatures.get(i))).isTrue();
        }
    }
}
