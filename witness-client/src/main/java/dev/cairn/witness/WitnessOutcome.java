package dev.cairn.witness;

import dev.cairn.protocol.witness.Proof;
import dev.cairn.protocol.witness.SealedTip;
import dev.cairn.protocol.witness.WitnessIdentity;
import dev.cairn.protocol.witness.WitnessRecord.Response;
import dev.cairn.protocol.witness.WitnessReply;

/// What one witness gave for one seal.
public sealed interface WitnessOutcome {

    /// It gave what it must, or more.
    record Confirmed(int status, WitnessReply reply, Proof proof, WitnessIdentity witness) implements WitnessOutcome {}

    /// It took the seal, but gave less than it must.
    record Insufficient(int status, WitnessReply reply, Proof given, Proof required) implements WitnessOutcome {}

    /// It took something else: its reply names another `member`.
    record Contradicted(int status, WitnessReply reply, String member) implements WitnessOutcome {}

    /// It did not take the seal. A redirection is a refusal too: it is not followed.
    record Refused(int status, WitnessReply reply) implements WitnessOutcome {}

    /// It gave no answer, or not a whole one in time.
    record Unreachable(String reason) implements WitnessOutcome {}

    /// Judges what came from `endpoint` when it was asked to confirm `seal`.
    static WitnessOutcome judge(WitnessEndpoint endpoint, SealedTip seal, int status, WitnessReply reply) {
        if (status < 200 || status >= 300) {
            return new Refused(status, reply);
        }
        return reply.contradictionOf(seal)
                .<WitnessOutcome>map(member -> new Contradicted(status, reply, member))
                .orElseGet(() -> judgeProof(endpoint, seal, status, reply));
    }

    private static WitnessOutcome judgeProof(WitnessEndpoint endpoint, SealedTip seal, int status, WitnessReply reply) {
        Proof given = reply.proofOf(seal, endpoint.publicKey());
        if (!given.isAtLeast(endpoint.require())) {
            return new Insufficient(status, reply, given, endpoint.require());
        }
        // Who signed with one key is one witness, whatever the endpoints are called.
        WitnessIdentity witness = new WitnessIdentity(
                endpoint.name(),
                endpoint.shownUrl(),
                given == Proof.SIGNATURE ? endpoint.publicKey() : reply.signer().orElse(endpoint.publicKey()));
        return new Confirmed(status, reply, given, witness);
    }

    /// How it is recorded.
    default Response toResponse(WitnessEndpoint endpoint) {
        String name = endpoint.name();
        String url = endpoint.shownUrl().text();
        return switch (this) {
            case Confirmed(int status, WitnessReply reply, Proof proof, WitnessIdentity _) ->
                new Response(name, url, true, status, "", reply, proof);
            case Insufficient(int status, WitnessReply reply, Proof given, Proof required) ->
                new Response(
                        name,
                        url,
                        false,
                        status,
                        "gave " + given.wireName() + ", must give " + required.wireName(),
                        reply,
                        null);
            case Contradicted(int status, WitnessReply reply, String member) ->
                new Response(name, url, false, status, "names another " + member, reply, null);
            case Refused(int status, WitnessReply reply) ->
                new Response(name, url, false, status, "HTTP " + status, reply, null);
            case Unreachable(String reason) -> new Response(name, url, false, 0, reason, null, null);
        };
    }
}
