package dev.cairn.witness;

import dev.cairn.protocol.witness.WitnessRecord.Response;
import java.util.ArrayList;
import java.util.List;

/// One time that a seal is sent to those who have not confirmed it: ended when each of them has answered,
/// failed or was left out.
final class Round {

    private final Campaign campaign;
    private final int attempt;
    private final List<Response> responses = new ArrayList<>();
    private int pending;

    Round(Campaign campaign, int attempt, int pending) {
        this.campaign = campaign;
        this.attempt = attempt;
        this.pending = pending;
    }

    Campaign campaign() {
        return campaign;
    }

    int attempt() {
        return attempt;
    }

    /// In the order in which they came.
    List<Response> responses() {
        return responses;
    }

    void take(Response response) {
        responses.add(response);
        pending--;
    }

    /// One of them is not asked after all: a newer seal came before its turn.
    void leaveOut() {
        pending--;
    }

    boolean isOver() {
        return pending == 0;
    }
}
