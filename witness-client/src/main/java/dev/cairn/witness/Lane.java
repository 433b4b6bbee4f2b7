package dev.cairn.witness;

import org.jspecify.annotations.Nullable;

/// The way to one witness, on which one request at a time is under way, whatever number of seals there are: a
/// witness that hangs holds one connection.
final class Lane {

    private final WitnessEndpoint endpoint;
    private final Circuit circuit;
    private @Nullable Exchange exchange;
    private @Nullable Round waiting;

    Lane(WitnessEndpoint endpoint, Circuit circuit) {
        this.endpoint = endpoint;
        this.circuit = circuit;
    }

    WitnessEndpoint endpoint() {
        return endpoint;
    }

    Circuit circuit() {
        return circuit;
    }

    boolean isBusy() {
        return exchange != null;
    }

    void begin(Exchange begun) {
        exchange = begun;
    }

    void end() {
        exchange = null;
    }

    /// Lets `round` wait for its turn, in place of an older one, which is returned.
    @Nullable
    Round queue(Round round) {
        Round replaced = waiting;
        waiting = round;
        return replaced;
    }

    /// The round whose turn it is, if one waits.
    @Nullable
    Round next() {
        Round next = waiting;
        waiting = null;
        return next;
    }

    void cancel() {
        waiting = null;
        if (exchange != null) {
            exchange.cancel();
        }
    }
}
