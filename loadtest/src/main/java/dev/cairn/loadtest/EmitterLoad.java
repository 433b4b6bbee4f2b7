package dev.cairn.loadtest;

/// What the emitters do.
///
/// @param window requests under way over all connections, when sending as fast as possible
/// @param perSecond requests per second over all connections; 0 is as fast as possible
/// @param requestsMax a closed loop ends after so many
/// @param pacedBySubscribers also waits for the subscribers, so that they are as busy as can be without falling behind
record EmitterLoad(
        int connections,
        int window,
        double perSecond,
        int payloadBytes,
        RequestMix mix,
        long requestsMax,
        boolean pacedBySubscribers) {

    /// No end but the run's.
    static final long UNLIMITED = Long.MAX_VALUE / 4;

    boolean isOpenLoop() {
        return perSecond > 0;
    }

    /// As fast as possible, but no more than `requests`.
    EmitterLoad upTo(long requests) {
        return new EmitterLoad(connections, window, 0, payloadBytes, RequestMix.EVENTS, requests, false);
    }

    /// The same with no more than `requests` under way.
    EmitterLoad within(int requests) {
        return new EmitterLoad(
                connections, Math.min(window, requests), perSecond, payloadBytes, mix, requestsMax, pacedBySubscribers);
    }

    /// How many of [#requestsMax] are `connection`'s.
    long shareOfMax(int connection) {
        return (requestsMax - connection + connections - 1) / connections;
    }

    int windowPerConnection() {
        return Math.max(1, window / connections);
    }
}
