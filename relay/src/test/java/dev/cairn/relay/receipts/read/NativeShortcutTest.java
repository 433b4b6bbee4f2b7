package dev.cairn.relay.receipts.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.receipt.verify.SignatureShortcut;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class NativeShortcutTest {

    private static @Nullable Provider provider;

    @BeforeAll
    static void load() {
        provider = NativeShortcut.load().orElse(null);
        assumeTrue(provider != null, "the native library does not load here");
    }

    @Test
    void itSaysYesOnlyWhereTheRulesDo() throws IOException {
        Path file =
                Path.of(System.getProperty("vectors", "../../shared/vectors"), "ed25519/wycheproof_ed25519_test.json");
        assumeTrue(Files.exists(file), () -> "third-party vectors are absent: " + file.toAbsolutePath());
        JsonArray groups = new JsonObject(Files.readString(file)).getJsonArray("testGroups");
        int sure = 0;

        for (Object group : groups) {
            Ed25519PublicKey key = Ed25519PublicKey.of(
                    hex(((JsonObject) group).getJsonObject("publicKey").getString("pk")));
            SignatureShortcut shortcut = shortcut(key);
            for (Object test : ((JsonObject) group).getJsonArray("tests")) {
                byte[] message = hex(((JsonObject) test).getString("msg"));
                byte[] signature = hex(((JsonObject) test).getString("sig"));
                boolean isSure = shortcut.holds(key, message, signature);
                sure += isSure ? 1 : 0;
                assertThat(!isSure || key.verifies(message, signature))
                        .as(test.toString())
                        .isTrue();
                assertThat(isSure)
                        .as(test.toString())
                        .isEqualTo(((JsonObject) test).getString("result").equals("valid"));
            }
        }

        assertThat(sure).isGreaterThan(50);
    }

    @Test
    void anotherKeyOrALeftoverOfAWrongSignatureIsNoYes() {
        Ed25519KeyPair pair = Ed25519KeyPair.fromSeed(new byte[Ed25519KeyPair.SEED_LENGTH]);
        byte[] message = {1, 2, 3};
        byte[] signature = pair.sign(message).toBytes();
        SignatureShortcut shortcut = shortcut(pair.publicKey());
        byte[] otherSeed = new byte[Ed25519KeyPair.SEED_LENGTH];
        otherSeed[0] = 1;

        boolean malformed = shortcut.holds(pair.publicKey(), message, new byte[3]);
        boolean after = shortcut.holds(pair.publicKey(), message, signature);
        boolean foreign = shortcut.holds(Ed25519KeyPair.fromSeed(otherSeed).publicKey(), message, signature);

        assertThat(malformed).isFalse();
        assertThat(after).isTrue();
        assertThat(foreign).isFalse();
    }

    private static SignatureShortcut shortcut(Ed25519PublicKey key) {
        return NativeShortcut.of(Objects.requireNonNull(provider), key).orElseThrow();
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
