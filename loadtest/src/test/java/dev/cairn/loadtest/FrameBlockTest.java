package dev.cairn.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cairn.protocol.receipt.FrameReader;
import dev.cairn.protocol.receipt.FrameReading;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameBlockTest {

    @ParameterizedTest
    @ValueSource(ints = {FrameBlock.FRAME_BYTES_MIN, 530, 200_000})
    void holdsFramesOfTheSizeThatWasAskedForWhichARelayAccepts(int size) {
        FrameBlock block = new FrameBlock(size, 7, 3);
        long frame = block.slots() * 1_000_000L + block.slots() - 1;

        block.stamp(frame);
        byte[] body = body(block, block.slots() - 1);

        assertThat(block.startOf(1)).isEqualTo(size);
        assertThat(body).hasSize(size - 4);
        assertThat(new FrameReader().read(body, 0, body.length)).isInstanceOf(FrameReading.Accepted.class);
        assertThat(new String(body, StandardCharsets.ISO_8859_1))
                .endsWith(",\"correlation_id\":\"00000007-0003-%012d\"}".formatted(frame));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 300})
    void refusesAFrameInWhichNotEverythingHasAPlace(int size) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FrameBlock(size, 7, 3))
                .withMessageStartingWith("a frame has at least ");
    }

    private static byte[] body(FrameBlock block, int slot) {
        ByteBuffer bytes = block.bytes().duplicate().position(block.startOf(slot));
        byte[] body = new byte[bytes.getInt()];
        bytes.get(body);
        return body;
    }
}
