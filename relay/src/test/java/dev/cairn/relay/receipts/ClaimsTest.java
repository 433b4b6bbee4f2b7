package dev.cairn.relay.receipts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.Frame;
import dev.cairn.protocol.receipt.FrameReader;
import dev.cairn.protocol.receipt.FrameReading;
import org.junit.jupiter.api.Test;

class ClaimsTest {

    private static final String LONGEST = "s".repeat(Claims.SESSION_ID_MAX);

    private final Claims claims = new Claims();

    @Test
    void aSessionIsRememberedUnlessItsIdIsTooLongToBeKept() {
        assertThat(Claims.kept("s")).isEqualTo("s");
        assertThat(Claims.kept(LONGEST)).isEqualTo(LONGEST);
        assertThat(Claims.kept(LONGEST + "s")).isEmpty();
    }

    @Test
    void aFramesOwnClaimNamesItsSessionHoweverLong() {
        assertThat(Claim.of(frame(LONGEST + "s", 5)).sessionId()).isEqualTo(LONGEST + "s");
    }

    @Test
    void aClaimThatIsKeptNamesItsSessionUnlessTheIdIsTooLong() {
        claims.add(new Claim(LONGEST, "a", 5));
        claims.add(new Claim(LONGEST + "s", "a", 6));

        assertThat(claims.takeAll()).containsExactly(new Claim(LONGEST, "a", 5), new Claim("", "a", 6));
    }

    @Test
    void claimsAddUpForEachSessionOfEachAgent() {
        claims.add(new Claim("one", "a", 1));
        claims.add(new Claim("two", "a", 2));
        claims.add(new Claim("one", "b", 4));
        claims.add(new Claim("one", "a", 8));

        assertThat(claims.takeAll())
                .containsExactly(new Claim("one", "a", 9), new Claim("two", "a", 2), new Claim("one", "b", 4));
        assertThat(claims.isEmpty()).isTrue();
    }

    @Test
    void claimsOfTooManyAgentsAreOneForTheRootChain() {
        for (int i = 0; i < Claims.TOLD_APART_MAX + 3; i++) {
            claims.add(new Claim("s", "agent-" + i, 1));
        }
        claims.add(new Claim("s", "agent-0", 1));

        assertThat(claims.takeAll())
                .hasSize(Claims.TOLD_APART_MAX + 1)
                .contains(new Claim("s", "agent-0", 2))
                .endsWith(new Claim("", "", 3));
    }

    @Test
    void aSumThatIsTooLargeIsTheLargestThereIs() {
        claims.add(new Claim("s", "", Long.MAX_VALUE));
        claims.add(new Claim("s", "", 6));

        assertThat(claims.takeAll()).containsExactly(new Claim("s", "", Long.MAX_VALUE));
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
