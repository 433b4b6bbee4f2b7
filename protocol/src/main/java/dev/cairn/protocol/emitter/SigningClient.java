package dev.cairn.protocol.emitter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.audit.UtcClockText;
import dev.cairn.protocol.json.JsonText;
import dev.cairn.protocol.seal.Keyring;
import dev.cairn.protocol.seal.Keys;
import dev.cairn.protocol.seal.SealKey;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Has texts signed and signatures verified, by the relay or with the user's own keys (`specs/audit-relay.md` 8).
///
/// ```java
/// var client = new SigningClient(
///         AuditEmitter.WELL_KNOWN_SOCKET, SigningClient.keyringInHome(home), Fallback.LOCAL_KEY,
/// InstantSource.system());
/// switch (client.sign(attestation)) {
///     case SignOutcome.Signed signed -> attach(signed.signature(), signed.keyId(), signed.source());
///     case SignOutcome.NotSigned not -> note(not.reason());
/// }
/// ```
///
/// Works in the calling thread, for two seconds at most. Nothing here throws because of the relay, the socket
/// or the keyring. Thread-safe.
public final class SigningClient {

    /// What to do when the relay does not sign.
    public enum Fallback {
        /// Sign with the user's own key, and say so.
        LOCAL_KEY,
        /// Do not sign: the relay is required, as `PATCHWORK_REQUIRE_RELAY=1` asks for.
        NONE
    }

    private static final String RELAY = "relay";
    private static final String LOCAL = "local";
    private static final int SIGNED_AT_MAX = 64;

    /// With the time to connect and write, the two seconds that clients of the dialect wait.
    private static final Duration ANSWER_MAX = Duration.ofSeconds(2).minus(RelayExchange.SEND_MAX);

    private final Path socket;
    private final Keys localKeys;
    private final Fallback fallback;
    private final InstantSource clock;
    private final Duration answerMax;

    public SigningClient(Path socket, Keys localKeys, Fallback fallback, InstantSource clock) {
        this(socket, localKeys, fallback, clock, ANSWER_MAX);
    }

    SigningClient(Path socket, Keys localKeys, Fallback fallback, InstantSource clock, Duration answerMax) {
        this.socket = socket;
        this.localKeys = localKeys;
        this.fallback = fallback;
        this.clock = clock;
        this.answerMax = answerMax;
    }

    /// The keyring of the user whose home directory this is.
    public static Keyring keyringInHome(Path home) {
        return Keyring.in(home.resolve(".patchwork/keys/seal"));
    }

    /// Has `data` signed: by the relay if there is one and it does, else as the fallback says.
    public SignOutcome sign(String data) {
        RelayReply reply = ask("sign", JsonText.object().put("data", data));
        SignOutcome.ByRelay signed = signed(reply);
        if (signed != null) {
            return signed;
        }
        String error = error(reply);
        return switch (fallback) {
            case LOCAL_KEY -> signLocally(data, error);
            case NONE -> new SignOutcome.NotSigned("The relay is required and did not sign: " + error);
        };
    }

    /// Whether `signature` is that of `data` by the key of that id: by the user's keyring if it has the key,
    /// else by the relay's.
    public VerifyOutcome verify(String data, String signature, String keyId) {
        if (localKeys.find(keyId) instanceof Keys.Lookup.Found found) {
            boolean good = found.key().verifies(data, signature);
            return good ? new VerifyOutcome.Verified(LOCAL) : new VerifyOutcome.Mismatch(LOCAL);
        }
        JsonText payload =
                JsonText.object().put("data", data).put("signature", signature).put("key_id", keyId);
        if (ask("verify", payload) instanceof RelayReply.Done done) {
            if (done.flag("verified")) {
                return new VerifyOutcome.Verified(RELAY);
            }
            if (done.text("reason").equals("signature_mismatch")) {
                return new VerifyOutcome.Mismatch(RELAY);
            }
        }
        return new VerifyOutcome.NoKeyAvailable();
    }

    private RelayReply ask(String type, JsonText payload) {
        String line = JsonText.object()
                        .put("protocol_version", 1)
                        .put("type", type)
                        .put("timestamp", now())
                        .put("payload", payload)
                + "\n";
        return new RelayExchange(socket, answerMax).ask(line.getBytes(UTF_8));
    }

    private static SignOutcome.@Nullable ByRelay signed(RelayReply reply) {
        if (!(reply instanceof RelayReply.Done done)) {
            return null;
        }
        String signature = done.text("signature");
        String keyId = done.text("key_id");
        String signedAt = done.text("signed_at");
        boolean usable = SealKey.isSignature(signature)
                && SealKey.isId(keyId)
                && !signedAt.isEmpty()
                && signedAt.length() <= SIGNED_AT_MAX;
        return usable ? new SignOutcome.ByRelay(signature, keyId, signedAt) : null;
    }

    private SignOutcome signLocally(String data, String relayError) {
        return switch (localKeys.active()) {
            case Keys.Lookup.Found found
            when found.key().maySign() ->
                new SignOutcome.Locally(found.key().sign(data), found.key().id(), now(), relayError);
            case Keys.Lookup.Found _, Keys.Lookup.Unknown _ ->
                new SignOutcome.NotSigned("There is no key to sign with, and " + relayError);
            case Keys.Lookup.Unusable unusable ->
                new SignOutcome.NotSigned(unusable.reason().getMessage() + "\nAnd " + relayError);
        };
    }

    private static String error(RelayReply reply) {
        return switch (reply) {
            case RelayReply.NoRelay _ -> "no relay is installed";
            case RelayReply.Failed failed -> failed.error();
            case RelayReply.Silent _ -> RelayExchange.TIMED_OUT;
            case RelayReply.Refused refused -> "Relay rejected: " + refused.error();
            case RelayReply.Done _ -> "the relay's answer is no signature";
        };
    }

    private String now() {
        return new UtcClockText().text(clock.millis());
    }
}
