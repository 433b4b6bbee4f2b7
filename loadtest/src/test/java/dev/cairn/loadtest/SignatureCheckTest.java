package dev.cairn.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.json.JsonTape;
import dev.cairn.protocol.seal.Keyring;
import dev.cairn.protocol.seal.Keys.Lookup;
import dev.cairn.protocol.seal.SealKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignatureCheckTest {

    private static final int REQUESTS = 300;
    private static final String MISMATCH = "{\"ok\":true,\"verified\":false,\"reason\":\"signature_mismatch\"}";

    @TempDir
    Path directory;

    private Path socket;
    private SealKey key;

    @BeforeEach
    void makeAKey() {
        socket = directory.resolve("relay.sock");
        key = ((Lookup.Found) Keyring.in(directory.resolve("keys")).active()).key();
    }

    @Test
    void everySignatureOfALoadIsVerified() throws Exception {
        try (TinyRelay _ = TinyRelay.on(socket, this::answer)) {
            Evidence evidence = sign();

            SignatureCheck check = SignatureCheck.of(socket, List.of(evidence.signatures()));

            assertThat(check).isEqualTo(new SignatureCheck(REQUESTS, List.of()));
        }
    }

    @Test
    void aSignatureOfAnotherTextIsFound() throws Exception {
        try (TinyRelay _ = TinyRelay.on(socket, this::answerWithOneOfAnotherText)) {
            Evidence evidence = sign();

            SignatureCheck check = SignatureCheck.of(socket, List.of(evidence.signatures()));

            assertThat(check.verified()).isEqualTo(REQUESTS - 1);
            assertThat(check.faults())
                    .containsExactly("the signature of request 17 of connection 0 does not verify: " + MISMATCH);
        }
    }

    @Test
    void aSignatureThatIsNoneIsRefusedAtOnce() throws Exception {
        try (TinyRelay _ =
                TinyRelay.on(socket, _ -> "{\"ok\":true,\"signature\":\"hmac-sha256:00\",\"key_id\":\"ab\"}")) {
            try (Emitters emitters = emitters(RequestMix.SIGNATURES, new Evidence(7, 1))) {
                emitters.start();
                assertThat(Until.holds(() -> emitters.answers() > 0)).isTrue();
                emitters.stop(Duration.ofSeconds(10));

                assertThat(emitters.refusal()).startsWith("no signature");
            }
        }
    }

    @Test
    void whatIsVerifiedUnderLoadIsASignatureThatTheRelayGave() throws Exception {
        try (TinyRelay _ = TinyRelay.on(socket, this::answer)) {
            try (Emitters emitters = emitters(RequestMix.parse("sign=1,verify=1"), new Evidence(7, 1))) {
                emitters.start();
                assertThat(Until.holds(() -> emitters.answers() > 0)).isTrue();
                emitters.stop(Duration.ofSeconds(10));

                assertThat(emitters.refusal()).isEmpty();
            }
        }
    }

    private Evidence sign() throws IOException, InterruptedException {
        Evidence evidence = new Evidence(7, 1);
        try (Emitters emitters = emitters(RequestMix.SIGNATURES, evidence)) {
            emitters.start();
            assertThat(Until.holds(() -> emitters.answers() == REQUESTS)).isTrue();
            assertThat(emitters.stop(Duration.ofSeconds(10))).isZero();
            assertThat(emitters.refusal()).isEmpty();
        }
        return evidence;
    }

    private Emitters emitters(RequestMix mix, Evidence evidence) throws IOException {
        EmitterLoad load = new EmitterLoad(1, 64, 0, 450, mix, REQUESTS, false);
        return new Emitters(socket, load, new Run(7, new LoadClock(), new Measured(0, 0, 0)), () -> 0, evidence);
    }

    private String answerWithOneOfAnotherText(String line) {
        String seventeenth = new Attestation(7, 0, 17).signRequest();
        return answer(line.equals(seventeenth) ? new Attestation(7, 0, 18).signRequest() : line);
    }

    private String answer(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        JsonTape tape = new JsonTape();
        tape.parse(bytes, 0, bytes.length);
        int payload = tape.member(0, "payload");
        String data = tape.text(tape.member(payload, "data"));
        int signature = tape.member(payload, "signature");
        if (signature < 0) {
            return "{\"ok\":true,\"signature\":\"" + key.sign(data) + "\",\"key_id\":\"" + key.id()
                    + "\",\"signed_at\":\"2026-01-01T00:00:00.000Z\",\"source\":\"relay\"}";
        }
        return key.verifies(data, tape.text(signature)) ? "{\"ok\":true,\"verified\":true}" : MISMATCH;
    }
}
