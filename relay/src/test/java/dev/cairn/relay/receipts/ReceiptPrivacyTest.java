package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.protocol.crypto.X25519KeyPair;
import dev.cairn.protocol.receipt.DisclosureEnvelope;
import dev.cairn.relay.log.HeardLog;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What of a tool call may be read in its receipt is up to the operator.
@Timeout(60)
class ReceiptPrivacyTest {

    @TempDir
    private Path dir;

    @Test
    void anOperatorsPatternsAreTakenOutOfErrorsAndPrompts() throws Exception {
        Path patterns =
                Files.writeString(dir.resolve("patterns.yaml"), "patterns: [{name: employee, pattern: 'E-\\d+'}]");
        try (RunningReceipts relay =
                        RunningReceipts.in(dir.resolve("data"), "{\"redact_patterns\":\"" + patterns + "\"}");
                Emitter emitter = relay.connect()) {
            emitter.send(Emitter.frame("t", ",\"error\":\"E-17 xoxb-1\",\"prompt_preview\":\"ask E-17\""));
            relay.stored.await(1);

            JsonObject subject = relay.stored.all().getFirst().getJsonObject("credentialSubject");
            assertThat(subject.getJsonObject("outcome").getString("error")).isEqualTo("[REDACTED] [REDACTED]");
            assertThat(subject.getJsonObject("intent").getString("prompt_preview"))
                    .isEqualTo("ask [REDACTED]");
        }
    }

    @Test
    void inputsOfRiskyActionsAreDisclosedToTheForensicKeyOnly() throws Exception {
        X25519KeyPair pair = X25519KeyPair.generate(new SecureRandom());
        Path publicKey = Files.write(dir.resolve("forensic.key.pub"), pair.publicBytes());
        String config = "{\"parameter_disclosure\":\"high\",\"forensic_public_key\":\"" + publicKey + "\"}";
        try (RunningReceipts relay = RunningReceipts.in(dir.resolve("data"), config);
                Emitter emitter = relay.connect()) {
            String input = ",\"input\":{\"secret\":\"of the user\"}";
            emitter.send(Emitter.frame("a", input + ",\"action_type\":\"system.command.execute\""));
            emitter.send(Emitter.frame("b", input));
            relay.stored.await(2);

            JsonObject risky = action(relay.stored.all().getFirst());
            JsonObject harmless = action(relay.stored.all().getLast());
            byte[] opened = DisclosureEnvelope.read(
                            risky.getJsonObject("parameters_disclosure").encode())
                    .open(pair);
            assertThat(opened).asString(StandardCharsets.UTF_8).isEqualTo("{\"secret\":\"of the user\"}");
            assertThat(risky.getString("parameters_hash")).isEqualTo(harmless.getString("parameters_hash"));
            assertThat(harmless.containsKey("parameters_disclosure")).isFalse();
            assertThat(relay.stored.all().toString()).doesNotContain("of the user");
        }
    }

    @Test
    void anInputThatCannotBeDisclosedIsReceivedWithItsHashAndSaidSo() throws Exception {
        X25519KeyPair pair = X25519KeyPair.generate(new SecureRandom());
        Path publicKey = Files.write(dir.resolve("forensic.key.pub"), pair.publicBytes());
        String config = "{\"parameter_disclosure\":\"all\",\"forensic_public_key\":\"" + publicKey + "\"}";
        try (HeardLog heard = HeardLog.of(UndisclosedLog.class);
                RunningReceipts relay = RunningReceipts.in(dir.resolve("data"), config);
                Emitter emitter = relay.connect()) {
            emitter.send(Emitter.frame("a", ",\"input\":[\"of the user\"]"));
            relay.stored.await(1);

            JsonObject action = action(relay.stored.all().getFirst());
            assertThat(action.getString("parameters_hash")).startsWith("sha256:");
            assertThat(action.containsKey("parameters_disclosure")).isFalse();
            assertThat(heard.values("problem")).containsExactly("the input is no JSON object");
        }
    }

    @Test
    void aRelayDoesNotStartWithPatternsOrAKeyThatCannotBeUsed() throws Exception {
        Path broken = Files.writeString(dir.resolve("broken.yaml"), "patterns: [{name: n, pattern: '('}]");
        Path weak = Files.write(dir.resolve("weak.pub"), new byte[32]);

        assertThatThrownBy(() -> start("{\"redact_patterns\":\"" + broken + "\"}"))
                .hasMessageContainingAll(broken.toString(), "pattern 1 (n)");
        assertThatThrownBy(() -> start("{\"parameter_disclosure\":\"all\"}"))
                .hasMessageContainingAll("receipts.forensic_public_key", "cairn receipts keys generate --forensic");
        assertThatThrownBy(() -> start("{\"parameter_disclosure\":\"all\",\"forensic_public_key\":\"" + weak + "\"}"))
                .hasMessageContainingAll(weak.toString(), "small order");
        assertThatThrownBy(() -> RunningReceipts.config(dir, "{\"parameter_disclosure\":\"high,data.api.read\"}"))
                .hasMessageContaining("receipts.parameter_disclosure");
    }

    private void start(String receipts) throws Exception {
        RunningReceipts.in(dir.resolve("data"), receipts).close();
    }

    private static JsonObject action(JsonObject receipt) {
        return receipt.getJsonObject("credentialSubject").getJsonObject("action");
    }
}
