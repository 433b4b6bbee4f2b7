package dev.cairn.protocol.emitter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.emitter.SigningClient.Fallback;
import dev.cairn.protocol.seal.Keyring;
import dev.cairn.protocol.seal.Keys;
import dev.cairn.protocol.seal.SealKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningClientTest {

    private static final Instant NOW = Instant.parse("2026-11-21T22:56:19.382Z");
    private static final String SIGNATURE = "hmac-sha256:" + "0a".repeat(32);
    private static final String SIGNED = "{\"ok\":true,\"signature\":\"" + SIGNATURE
            + "\",\"key_id\":\"0e435a1f72a74b8e\",\"signed_at\":\"2026-11-21T22:56:19.382Z\"}\n";

    @TempDir
    Path home;

    @BeforeEach
    void closeHome() throws IOException {
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void theRelaySignsIfThereIsOne() throws Exception {
        try (TestRelay relay = new TestRelay(socket(), SIGNED)) {
            SignOutcome outcome = client(Fallback.LOCAL_KEY).sign("a \"text\" \ud800 é");

            VectorFile request = VectorFile.parse(relay.nextLine());
            assertThat(outcome)
                    .isEqualTo(new SignOutcome.ByRelay(SIGNATURE, "0e435a1f72a74b8e", "2026-11-21T22:56:19.382Z"));
            assertThat(((SignOutcome.Signed) outcome).source()).isEqualTo("relay");
            assertThat(request.at("protocol_version").number()).isEqualTo(1);
            assertThat(request.text("type")).isEqualTo("sign");
            assertThat(request.text("timestamp")).isEqualTo("2026-11-21T22:56:19.382Z");
            assertThat(request.at("payload").text("data")).isEqualTo("a \"text\" \ud800 é");
            assertThat(home.resolve(".patchwork")).doesNotExist();
        }
    }

    @Test
    void whereThereIsNoRelayTheUsersKeySigns() {
        SignOutcome outcome = client(Fallback.LOCAL_KEY).sign("text");

        SignOutcome.Locally local = (SignOutcome.Locally) outcome;
        SealKey key = key(ring().find(local.keyId()));
        assertThat(local.source()).isEqualTo("local");
        assertThat(local.signedAt()).isEqualTo("2026-11-21T22:56:19.382Z");
        assertThat(local.relayError()).isEqualTo("no relay is installed");
        assertThat(key.verifies("text", local.signature())).isTrue();
        assertThat(client(Fallback.LOCAL_KEY).verify("text", local.signature(), local.keyId()))
                .isEqualTo(new VerifyOutcome.Verified("local"));
        assertThat(client(Fallback.LOCAL_KEY).verify("texts", local.signature(), local.keyId()))
                .isEqualTo(new VerifyOutcome.Mismatch("local"));
    }

    @Test
    void whateverTheRelayFailsAtTheUsersKeySigns() throws Exception {
        for (String answer : List.of(
                "{\"ok\":false,\"error\":\"Sign failed: not enabled\"}\n",
                "{\"ok\":true}\n",
                SIGNED.replace("0e435a", "../435"),
                SIGNED.replace("hmac", "HMAC"),
                SIGNED.replace("\"signed_at\":\"2026", "\"x\":\"2026"),
                "garbage\n",
                "",
                TestRelay.HANG)) {
            try (TestRelay _ = new TestRelay(socket(), answer)) {
                assertThat(client(Fallback.LOCAL_KEY).sign("text")).isInstanceOf(SignOutcome.Locally.class);
            }
            Files.delete(socket());
        }
    }

    @Test
    void aRequiredRelayIsNeverReplaced() throws Exception {
        String refusal = "{\"ok\":false,\"error\":\"Sign failed: not enabled\"}\n";

        SignOutcome without = client(Fallback.NONE).sign("text");
        SignOutcome refused;
        try (TestRelay _ = new TestRelay(socket(), refusal)) {
            refused = client(Fallback.NONE).sign("text");
        }
        SignOutcome dead = client(Fallback.NONE).sign("text");

        assertThat(without)
                .isEqualTo(new SignOutcome.NotSigned("The relay is required and did not sign: no relay is installed"));
        assertThat(refused)
                .isEqualTo(new SignOutcome.NotSigned(
                        "The relay is required and did not sign: Relay rejected: Sign failed: not enabled"));
        assertThat(dead).isInstanceOf(SignOutcome.NotSigned.class);
        assertThat(home.resolve(".patchwork")).doesNotExist();
    }

    @Test
    void aKeyringThatOthersCanReadDoesNotSign() throws Exception {
        ring().rotate();
        Files.setPosixFilePermissions(
                home.resolve(".patchwork/keys/seal"), PosixFilePermissions.fromString("rwxr-xr-x"));

        SignOutcome outcome = client(Fallback.LOCAL_KEY).sign("text");

        assertThat(outcome).isInstanceOf(SignOutcome.NotSigned.class);
        assertThat(((SignOutcome.NotSigned) outcome).reason()).contains("chmod 700", "no relay is installed");
    }

    @Test
    void theRelayIsAskedAboutKeysOfItsOwn() throws Exception {
        assertThat(verifiedBy("{\"ok\":true,\"verified\":true}\n")).isEqualTo(new VerifyOutcome.Verified("relay"));
        assertThat(verifiedBy("{\"ok\":true,\"verified\":false,\"reason\":\"signature_mismatch\"}\n"))
                .isEqualTo(new VerifyOutcome.Mismatch("relay"));
    }

    @Test
    void whereNobodyKnowsTheKeyNoneIsAvailable() throws Exception {
        assertThat(client(Fallback.LOCAL_KEY).verify("text", SIGNATURE, "0e435a1f72a74b8e"))
                .isEqualTo(new VerifyOutcome.NoKeyAvailable());
        for (String answer : List.of(
                "{\"ok\":true,\"verified\":false,\"reason\":\"unknown_key\"}\n",
                "{\"ok\":true,\"verified\":\"true\"}\n",
                "{\"ok\":false,\"error\":\"x\"}\n",
                TestRelay.HANG)) {
            assertThat(verifiedBy(answer)).isEqualTo(new VerifyOutcome.NoKeyAvailable());
        }
        assertThat(home.resolve(".patchwork")).doesNotExist();
    }

    private VerifyOutcome verifiedBy(String answer) throws Exception {
        try (TestRelay relay = new TestRelay(socket(), answer)) {
            VerifyOutcome outcome = client(Fallback.LOCAL_KEY).verify("text", SIGNATURE, "0e435a1f72a74b8e");
            VectorFile request = VectorFile.parse(relay.nextLine());
            assertThat(request.text("type")).isEqualTo("verify");
            assertThat(request.at("payload").members())
                    .hasToString("{data=text, signature=" + SIGNATURE + ", key_id=0e435a1f72a74b8e}");
            return outcome;
        } finally {
            Files.delete(socket());
        }
    }

    private SigningClient client(Fallback fallback) {
        return new SigningClient(socket(), ring(), fallback, InstantSource.fixed(NOW), Duration.ofMillis(300));
    }

    private Keyring ring() {
        return SigningClient.keyringInHome(home);
    }

    private Path socket() {
        return home.resolve("relay.sock");
    }

    private static SealKey key(Keys.Lookup lookup) {
        return ((Keys.Lookup.Found) lookup).key();
    }
}
