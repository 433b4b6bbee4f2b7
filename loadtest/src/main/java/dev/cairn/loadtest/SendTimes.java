package dev.cairn.loadtest;

/// When the requests of one connection were sent, as far as latency is concerned.
sealed interface SendTimes {

    /// Request number `request` is about to be sent.
    long stamp(long request);

    /// When it was sent, once it is answered.
    long of(long request);

    /// Open loop: what counts is when a request was due.
    record Due(Schedule schedule, int connection) implements SendTimes {

        @Override
        public long stamp(long request) {
            return schedule.dueMicros(connection, request);
        }

        @Override
        public long of(long request) {
            return schedule.dueMicros(connection, request);
        }
    }

    /// As fast as possible: the clock is asked, and remembered for as many requests as may be under way.
    final class Noted implements SendTimes {

        private final LoadClock clock;
        private final long[] micros;

        Noted(LoadClock clock, int window) {
            this.clock = clock;
            this.micros = new long[window];
        }

        @Override
        public long stamp(long request) {
            long now = clock.micros();
            micros[(int) (request % micros.length)] = now;
            return now;
        }

        @Override
        public long of(long request) {
            return micros[(int) (request % micros.length)];
        }
    }
}
