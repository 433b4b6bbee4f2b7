package dev.cairn.loadtest;

import java.util.Arrays;

/// Remembers which events of a run were acknowledged, and with which hash, so that the log can be checked against it.
///
/// Eight bytes an event: the first 16 hex digits of the hash. One thread writes; whoever reads waits until it
/// has ended.
final class AcknowledgedEvents {

    private final int run;
    private final long[][] digitsByConnection;
    private final int[] requests;

    AcknowledgedEvents(int run, int connections) {
        this.run = run;
        this.digitsByConnection = new long[connections][0];
        this.requests = new int[connections];
    }

    int run() {
        return run;
    }

    int connections() {
        return requests.length;
    }

    /// Request number `request` of `connection` is an event that was acknowledged with a hash that begins
    /// with these digits.
    void add(int connection, long request, long hashDigits) {
        int at = Math.toIntExact(request);
        if (at >= digitsByConnection[connection].length) {
            digitsByConnection[connection] = Arrays.copyOf(digitsByConnection[connection], Math.max(4096, at * 2));
        }
        digitsByConnection[connection][at] = hashDigits;
        requests[connection] = at + 1;
    }

    /// Just past the last request of `connection` that was acknowledged.
    int requests(int connection) {
        return requests[connection];
    }

    /// The digits, or 0 if that request was not acknowledged or is no event. (A hash that begins with 16
    /// zeros does not happen.)
    long hashDigits(int connection, long request) {
        return request < requests[connection] ? digitsByConnection[connection][(int) request] : 0;
    }

    long count() {
        long count = 0;
        for (int connection = 0; connection < requests.length; connection++) {
            for (int request = 0; request < requests[connection]; request++) {
                count += digitsByConnection[connection][request] != 0 ? 1 : 0;
            }
        }
        return count;
    }
}
