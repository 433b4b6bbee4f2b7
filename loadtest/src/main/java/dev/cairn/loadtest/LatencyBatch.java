package dev.cairn.loadtest;

/// Collects the latencies of one pass over the sockets, so that the meter's lock is taken once for all of them.
final class LatencyBatch {

    private final LatencyMeter meter;
    private final long[] micros = new long[4096];
    private volatile Measured measured = new Measured(0, 0, 0);
    private int count;

    LatencyBatch(LatencyMeter meter) {
        this.meter = meter;
    }

    /// From now on, what is sent within these times counts; before this call nothing does.
    void measure(Measured times) {
        measured = times;
    }

    /// Notes what was sent at `sentMicros` and is here at `nowMicros`, unless it was sent outside the
    /// measured time.
    void add(long sentMicros, long nowMicros) {
        if (measured.contains(sentMicros)) {
            micros[count++] = nowMicros - sentMicros;
            if (count == micros.length) {
                flush();
            }
        }
    }

    void flush() {
        if (count > 0) {
            meter.record(micros, count);
            count = 0;
        }
    }
}
