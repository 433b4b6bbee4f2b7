package dev.cairn.protocol.audit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Base64;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the relay adds to an event: salt, time, peer.
class RecordStampTest {

    private static final DateTimeFormatter ISO_MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    @Test
    void givesSaltsThatDifferAndAreBase64Url() {
        KeystreamSalts salts = new KeystreamSalts(new SecureRandom());
        KeystreamSalts others = new KeystreamSalts(new SecureRandom());
        Set<String> seen = new HashSet<>();

        for (int i = 0; i < 1000; i++) {
            seen.add(next(salts));
            seen.add(next(others));
        }

        assertThat(seen).hasSize(2000).allSatisfy(salt -> {
            byte[] raw = Base64.getUrlDecoder().decode(salt);
            assertThat(raw).hasSize(16);
            assertThat(Base64.getUrlEncoder().withoutPadding().encodeToString(raw))
                    .isEqualTo(salt);
        });
    }

    @ParameterizedTest
    @ValueSource(
            longs = {0, 1, 999, 1000, 86_399_999, 86_400_000, 951_782_400_000L, 1_795_301_771_726L, 253_402_300_799_999L
            })
    void writesTimesAsIso8601(long millis) {
        assertThat(new UtcClockText().text(millis)).isEqualTo(ISO_MILLIS.format(Instant.ofEpochMilli(millis)));
    }

    @Test
    void writesTimesInAnyOrder() {
        UtcClockText clock = new UtcClockText();
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            long millis = random.nextLong(random.nextBoolean() ? 200_000_000 : 253_402_300_800_000L);

            assertThat(clock.text(millis)).isEqualTo(ISO_MILLIS.format(Instant.ofEpochMilli(millis)));
            assertThat(clock.text(millis)).isEqualTo(ISO_MILLIS.format(Instant.ofEpochMilli(millis)));
        }
    }

    @Test
    void refusesTimesThatNeedAnotherForm() {
        UtcClockText clock = new UtcClockText();

        assertThatIllegalArgumentException().isThrownBy(() -> clock.text(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> clock.text(253_402_300_800_000L));
    }

    @Test
    void leavesOutOfAPeerWhatIsUnknown() {
        assertThat(text(new Peer(4, 5, 6, "/a \"b\"\u0001é")))
                .isEqualTo("\"peer\":{\"exe\":\"/a \\\"b\\\"\\u0001é\",\"gid\":6,\"pid\":4,\"uid\":5},");
        assertThat(text(new Peer(Peer.UNKNOWN, 0, Peer.UNKNOWN, ""))).isEqualTo("\"peer\":{\"uid\":0},");
        assertThat(text(new Peer(Peer.UNKNOWN, Peer.UNKNOWN, Peer.UNKNOWN, "/x")))
                .isEqualTo("\"peer\":{\"exe\":\"/x\"},");
        assertThat(text(Peer.NOBODY)).isEmpty();
    }

    private static String next(SaltSource salts) {
        byte[] text = new byte[SaltSource.TEXT_LENGTH + 2];
        salts.next(text, 1);
        assertThat(text[0]).isZero();
        assertThat(text[text.length - 1]).isZero();
        return new String(text, 1, SaltSource.TEXT_LENGTH, ISO_8859_1);
    }

    private static String text(Peer peer) {
        return new String(PeerStamp.of(peer).text, UTF_8);
    }
}
