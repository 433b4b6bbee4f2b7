package dev.cairn.relay.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PongsTest {

    private static final int MANY = 100_000;

    private final EmbeddedChannel channel = new EmbeddedChannel(new Pongs());

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void answersAPingWithWhatItHolds() {
        channel.writeInbound(ping("a"), ping("b"));

        assertThat(answers()).isEqualTo(2);
    }

    @Test
    void answersNoMoreThanTheClientTakes() {
        for (int i = 0; i < MANY; i++) {
            var _ = channel.writeOneInbound(ping("a"));
        }
        channel.flushInbound();
        int answers = answers();
        channel.writeInbound(ping("a"));

        assertThat(answers).isBetween(1, MANY / 50);
        assertThat(answers()).isEqualTo(1);
    }

    private int answers() {
        int count = 0;
        for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            assertThat(out).isInstanceOf(PongWebSocketFrame.class);
            ((PongWebSocketFrame) out).release();
            count++;
        }
        return count;
    }

    private static PingWebSocketFrame ping(String text) {
        return new PingWebSocketFrame(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }
}
