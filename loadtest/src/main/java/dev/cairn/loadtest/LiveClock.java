package dev.cairn.loadtest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Takes the time from the send of an event, which its id tells, to its arrival at a subscriber.
///
/// Shared by all subscribers of a run, used by their one thread.
final class LiveClock {

    private final LoadClock clock;
    private final LatencyBatch latencies;
    private final long prefix;
    private final int every;
    private long nowMicros;

    /// @param every looks at one record in so many; a power of two
    LiveClock(int run, LoadClock clock, LatencyBatch latencies, int every) {
        this.clock = clock;
        this.latencies = latencies;
        this.prefix = ByteBuffer.wrap(EventId.prefix(run).getBytes(StandardCharsets.ISO_8859_1))
                .getLong();
        this.every = every;
    }

    /// What is read from here on arrived now.
    void now() {
        nowMicros = clock.micros();
    }

    boolean isWanted(long sequence) {
        return (sequence & (every - 1)) == 0;
    }

    /// Takes the time of the record in `bytes[from, to)` if it is one of this run.
    ///
    /// @param idAt where its id may be, seen from `from`
    /// @return where it was
    int take(ByteBuffer bytes, int from, int to, int idAt) {
        int at = from + idAt;
        if (at + EventId.LENGTH > to || bytes.getLong(at) != prefix) {
            at = from;
            while (at + EventId.LENGTH <= to && bytes.getLong(at) != prefix) {
                at++;
            }
            if (at + EventId.LENGTH > to) {
                return idAt;
            }
        }
        long sentMicros = EventId.sentMicros(bytes, at);
        if (sentMicros >= 0) {
            latencies.add(sentMicros, nowMicros);
        }
        return at - from;
    }
}
