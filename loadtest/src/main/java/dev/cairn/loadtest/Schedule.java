package dev.cairn.loadtest;

/// When an open loop sends: request `i` of all is due at `i / rate` seconds, whatever became of those before it.
///
/// Latency is measured from here, not from the send, so that a relay that stalls is charged for every request
/// it kept waiting. The requests go to the connections in turn, so that nothing needs to be remembered of
/// what is under way.
record Schedule(long startMicros, double perSecond, int connections) {

    /// When request number `request` of `connection` is due.
    long dueMicros(int connection, long request) {
        return dueMicros(request * connections + connection);
    }

    private long dueMicros(long request) {
        return startMicros + (long) (request * 1_000_000.0 / perSecond);
    }

    /// How many requests of all connections are due at `micros`.
    long dueAt(long micros) {
        if (micros < startMicros) {
            return 0;
        }
        long count = (long) ((micros - startMicros) * perSecond / 1_000_000.0);
        while (dueMicros(count) <= micros) {
            count++;
        }
        return count;
    }

    /// How many of the first `total` requests are `connection`'s.
    long shareOf(int connection, long total) {
        return (total - connection + connections - 1) / connections;
    }

    /// The time from `micros` to the first request that is not among the first `total`; 0 if it is late.
    long microsUntilNext(long total, long micros) {
        return Math.max(0, dueMicros(total) - micros);
    }
}
