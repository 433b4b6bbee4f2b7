package dev.cairn.witness;

import dev.cairn.protocol.witness.WitnessReply;

/// What came of one HTTP request.
sealed interface HttpAnswer {

    /// @param reply as much of the body as is kept
    record Received(int status, WitnessReply reply) implements HttpAnswer {

        boolean isSuccess() {
            return status >= 200 && status < 300;
        }
    }

    /// Nothing came, or not all of it; `reason` is fit to be stored.
    record Failed(String reason) implements HttpAnswer {}
}
