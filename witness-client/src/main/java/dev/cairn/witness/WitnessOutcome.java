package dev.cairn.witness;

import dev.cairn.protocol.witness.Contradiction;
import dev.cairn.protocol.witness.Proof;
import dev.cairn.protocol.witness.SealedTip;
import dev.cairn.protocol.witness.WitnessIdentity;
import dev.cairn.protocol.witness.WitnessRecord.Response;
import dev.cairn.protocol.witness.WitnessReply;
import java.util.Optional;

/// What one witness gave for one seal.
public sealed interface WitnessOutcome {

    /// It gave what it must, or more.
    record Confirmed(int status, WitnessReply reply, Proof proof, WitnessIdentity witness) implements WitnessOutcome {}

    /// It took the seal, but gave less than it must.
    record Insufficient(int status, WitnessReply reply, Proof given, Proof required) implements WitnessOutcome {}

    /// It took something else than the seal.
    record Contradicted(int status, WitnessReply reply, Contradiction what) implements WitnessOutcome {}

    /// It refuses the seal, as it holds another tip of that count: it always will.
    record Conflicting(WitnessReply reply, Contradiction what) implements WitnessOutcome {}

    /// It did not take the seal. A redirection is a refusal too: it is not followed.
    record Refused(int status, WitnessReply reply) implements WitnessOutcome {}

    /// It gave no answer, or not a whole one in time.
    record Unreachable(String reason) implements WitnessOutcome {}

    /// Judges what came from `endpoint` when it was asked to confirm `seal`.
    static WitnessOutcome judge(WitnessEndpoint endpoint, SealedTip seal, int status, WitnessReply reply) {
        Contradiction against = reply.against(seal, status).orElse(null);
        if (against != null) {
            return switch (against.form()) {
                case CONFIRMS_ANOTHER -> new Contradicted(status, reply, against);
                case HOLDS_ANOTHER -> new Conflicting(reply, against);
            };
        }
        return status < 200 || status >= 300 ? new Refused(status, reply) : judgeProof(endpoint, seal, status, reply);
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

    /// What it says against the seal, if it does.
    default Optional<Contradiction> contradiction() {
        return switch (this) {
            case Contradicted(int _, WitnessReply _, Contradiction what) -> Optional.of(what);
            case Conflicting(WitnessReply _, Contradiction what) -> Optional.of(what);
            case Confirmed _, Insufficient _, Refused _, Unreachable _ -> Optional.empty();
        };
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
            case Contradicted(int status, WitnessReply reply, Contradiction what) ->
                new Response(name, url, false, status, "names another " + what.member(), reply, null);
            case Conflicting(WitnessReply reply, Contradiction what) ->
                new Response(
                        name,
                        url,
                        false,
                        Contradiction.CONFLICT,
                        "HTTP 409" + (what.named() == null ? "" : ": shows another seal"),
                        reply,
                        null);
            case Refused(int status, WitnessReply reply) ->
                new Response(name, url, false, status, "HTTP " + status, reply, null);
            case Unreachable(String reason) -> new Response(name, url, false, 0, reason, null, null);
        };
    }
}
