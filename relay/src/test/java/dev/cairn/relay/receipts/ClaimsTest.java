package dev.cairn.relay.receipts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.Frame;
import dev.cairn.protocol.receipt.FrameReader;
import dev.cairn.protocol.receipt.FrameReading;
import org.junit.jupiter.api.Test;

class ClaimsTest {

    private static final String LONGEST = "s".repeat(Claims.SESSION_ID_MAX);

    @Test
    void aSessionIsRememberedUnlessItsIdIsTooLongToBeKept() {
        assertThat(Claims.kept("s")).isEqualTo("s");
        assertThat(Claims.kept(LONGEST)).isEqualTo(LONGEST);
        assertThat(Claims.kept(LONGEST + "s")).isEmpty();
    }

    @Test
    void aFramesOwnClaimNamesItsSessionHoweverLong() {
        assertThat(Claims.of(frame(LONGEST + "s", 5)).sessionId()).isEqualTo(LONGEST + "s");
    }

    @Test
    void claimsAddUpUnderTheLastSession() {
        Claims first = Claims.of(null, frame("one", 5));

        assertThat(Claims.of(first, frame("two", 6))).isEqualTo(new Claims("two", "", 11));
    }

    @Test
    void aSumThatIsTooLargeIsTheLargestThereIs() {
        Claims first = Claims.of(null, frame("one", Long.MAX_VALUE));

        assertThat(Claims.of(first, frame("two", 6)).dropCount()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aClaimIsFoundWhereverItIs() {
        byte[] frame = Emitter.frame("tool", ",\"drop_count\":1").getBytes(UTF_8);
        byte[] without = Emitter.frame("tool").getBytes(UTF_8);
        int at = new String(frame, UTF_8).indexOf("drop_count");

        assertThat(Claims.mayBeIn(frame, 0, frame.length)).isTrue();
        assertThat(Claims.mayBeIn(frame, at, at + 10)).isTrue();
        assertThat(Claims.mayBeIn(frame, at, at + 9)).isFalse();
        assertThat(Claims.mayBeIn(without, 0, without.length)).isFalse();
    }

    private static Frame frame(String sessionId, long dropCount) {
        byte[] body = Emitter.frame("tool", ",\"drop_count\":" + dropCount)
                .replace("sess-0001", sessionId)
                .getBytes(UTF_8);
        return ((FrameReading.Accepted) new FrameReader().read(body, 0, body.length)).frame();
    }
}
