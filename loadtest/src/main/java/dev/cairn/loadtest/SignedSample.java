package dev.cairn.loadtest;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonTape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A signature to have verified under load: the relay is asked for it first.
final class SignedSample {

    private SignedSample() {}

    /// The request to verify it, without a newline.
    static String verifyRequest(Path socket) throws IOException {
        Attestation attestation = new Attestation(0, 0, 0);
        try (ControlConnection relay = new ControlConnection(socket)) {
            byte[] answer = relay.ask(attestation.signRequest() + "\n");
            JsonTape tape = new JsonTape();
            tape.parse(answer, 0, answer.length);
            int signature = tape.member(0, "signature");
            int key = tape.member(0, "key_id");
            if (signature < 0 || key < 0 || !tape.is(signature, JsonKind.STRING) || !tape.is(key, JsonKind.STRING)) {
                throw new IOException("the relay does not sign: " + new String(answer, StandardCharsets.UTF_8));
            }
            return attestation.verifyRequest(tape.text(signature), tape.text(key));
        }
    }
}
