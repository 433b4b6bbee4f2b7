package dev.cairn.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriberConnectionTest {

    private static final int RUN = 7;

    private final LoadClock clock = new LoadClock();
    private final LatencyMeter meter = new LatencyMeter();
    private final LatencyBatch latencies = new LatencyBatch(meter);
    private final ByteBuffer frames = ByteBuffer.allocate(4 << 20);
    private SocketChannel channel;
    private SubscriberConnection subscriber;

    @BeforeEach
    void subscribeAfterTen() throws IOException {
        channel = SocketChannel.open();
        latencies.measure(new Measured(0, 0, Long.MAX_VALUE));
        subscriber = new SubscriberConnection(channel, 10, new LiveClock(RUN, clock, latencies, 1));
    }

    @AfterEach
    void close() throws IOException {
        channel.close();
    }

    @Test
    void takesRecordsInOrder() throws IOException {
        record(11, 100);
        text("{\"t\":\"live\",\"chain\":\"audit\",\"seq\":11}");
        record(12, 100_000);
        text("{\"t\":\"beat\",\"chain\":\"audit\",\"line\":{}}");
        record(13, 100);

        take();

        assertThat(subscriber.faults()).isZero();
        assertThat(subscriber.delivered()).isEqualTo(3);
        assertThat(subscriber.last()).isEqualTo(13);
        assertThat(subscriber.isLive()).isTrue();
        latencies.flush();
        assertThat(meter.total().count()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 11, 13})
    void findsARecordThatIsRepeatedOrLost(long second) throws IOException {
        record(11, 100);
        record(second, 100);

        take();

        assertThat(subscriber.faults()).isEqualTo(1);
        assertThat(subscriber.fault()).isEqualTo("expected record 12 and got " + second);
    }

    @Test
    void leavesAnUnfinishedFrameForLater() throws IOException {
        record(11, 100);
        int whole = frames.position();
        record(12, 100);

        for (int end = whole; end < frames.position(); end++) {
            SubscriberConnection fresh = new SubscriberConnection(channel, 10, new LiveClock(RUN, clock, latencies, 1));

            assertThat(fresh.takeFrames(frames, end)).isEqualTo(whole);
            assertThat(fresh.last()).isEqualTo(11);
        }
    }

    @Test
    void knowsWhyItWasClosed() throws IOException {
        frames.put((byte) 0x88).put((byte) 2).putShort((short) 1013);

        take();

        assertThat(subscriber.isClosed()).isTrue();
        assertThat(subscriber.closeCode()).isEqualTo(1013);
    }

    private void take() throws IOException {
        assertThat(subscriber.takeFrames(frames, frames.position())).isEqualTo(frames.position());
    }

    private void record(long sequence, int padding) {
        String id = new EventId(RUN, clock.micros(), 0, sequence).text();
        text("{\"t\":\"rec\",\"chain\":\"audit\",\"seq\":%d,\"record\":{\"_relay\":{\"x\":\"%s\"},\"id\":\"%s\"}}"
                .formatted(sequence, "x".repeat(padding), id));
    }

    private void text(String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        frames.put((byte) 0x81);
        if (payload.length < 126) {
            frames.put((byte) payload.length);
        } else if (payload.length < 65_536) {
            frames.put((byte) 126).putShort((short) payload.length);
        } else {
            frames.put((byte) 127).putLong(payload.length);
        }
        frames.put(payload);
    }
}
