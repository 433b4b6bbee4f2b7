package dev.cairn.protocol.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.audit.Hash;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SealTest {

    private static final Instant NOW = Instant.parse("2026-07-01T08:00:00.123456Z");
    private static final Hash TIP = new Hash("sha256:" + "ab".repeat(32));

    private final SealReader reader = new SealReader();

    static Stream<VectorFile> seals() {
        return TestKeys.SEALS.at("seals").items().stream();
    }

    @ParameterizedTest
    @MethodSource("seals")
    void aSealSaysAndSignsWhatTheVectorsSay(VectorFile vector) {
        SealPayload payload = new SealPayload(
                new Hash(vector.text("tip_hash")), vector.at("chained_events").number(), vector.text("sealed_at"));

        Seal seal = Seal.sign(payload, TestKeys.first());

        assertThat(payload.text()).isEqualTo(vector.text("payload"));
        assertThat(SealPayload.parse(payload.text())).contains(payload);
        assertThat(payload.instant()).isPresent();
        assertThat(seal.signature()).isEqualTo(vector.text("signature"));
        assertThat(seal.keyId()).isEqualTo(vector.text("key_id"));
        assertThat(Seal.sign(payload, TestKeys.second()).signature()).isEqualTo(vector.text("signature_with_key2"));
        assertThat(seal.isSignedBy(TestKeys.first())).isTrue();
        assertThat(seal.isSignedBy(TestKeys.second())).isFalse();
    }

    @Test
    void aLineOfThePeerIsReadAndWrittenAsItIs() {
        String line = TestKeys.SEALS.text("sample_seal_line");

        Seal seal = read(line).seal();

        assertThat(seal.line()).isEqualTo(line);
        assertThat(seal.link()).isNull();
        assertThat(seal.isSignedBy(TestKeys.first())).isTrue();
    }

    static Stream<VectorFile> rejected() {
        return TestKeys.SEALS.at("seal_payload_rejected").items().stream();
    }

    @ParameterizedTest
    @MethodSource("rejected")
    void argumentsOfAnotherShapeAreRejectedByName(VectorFile vector) {
        List<VectorFile> args = vector.at("args").items();
        String line = "{\"sealed_at\":" + args.get(2).json() + ",\"tip_hash\":"
                + args.get(0).json()
                + ",\"chained_events\":" + args.get(1).json() + ",\"signature\":\"hmac-sha256:" + "0".repeat(64)
                + "\"}";
        String text = "patchwork-seal:v1:" + args.get(0).text() + ":"
                + args.get(1).json() + ":" + args.get(2).text();

        assertThat(reader.read(line)).isEqualTo(new SealLine.Malformed(vector.text("rejected_member")));
        assertThat(SealPayload.parse(text)).isEmpty();
    }

    @Test
    void aPayloadOfAnotherShapeCannotBeMade() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SealPayload(TIP, -1, "2026-04-05T14:30:00Z"))
                .withMessage("chained_events");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SealPayload(TIP, SealPayload.COUNT_MAX + 1, "2026-04-05T14:30:00Z"))
                .withMessage("chained_events");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SealPayload(TIP, 1, "2026-04-05T14:30Z"))
                .withMessage("sealed_at");
        for (String count : List.of("01", "-0", "1.0", "9007199254740992", "99999999999999999999", "")) {
            assertThat(SealPayload.parse("patchwork-seal:v1:" + TIP + ":" + count + ":2026-04-05T14:30:00Z"))
                    .isEmpty();
        }
        assertThat(new SealPayload(TIP, 1, "2026-99-99T14:30:00Z").instant()).isEmpty();
    }

    @Test
    void sealsAreChainedOneToTheOther() {
        Seal first = SealChain.START.next(TIP, 3, 1_000, NOW, TestKeys.first());
        SealLine.Read firstLine = read(first.line());
        SealChain chain = SealChain.START.after(firstLine);
        Seal second = chain.next(TIP, 3, 1_000, NOW, TestKeys.second());

        SealLink link = Objects.requireNonNull(second.link());
        assertThat(first.line())
                .startsWith("{\"sealed_at\":\"2026-07-01T08:00:00.123Z\",\"tip_hash\":\"" + TIP
                        + "\",\"chained_events\":3,\"signature\":\"hmac-sha256:")
                .contains("\",\"key_id\":\"" + TestKeys.FIRST_ID + "\",\"_seal\":{\"seq\":1,\"prev_hash\":null,"
                        + "\"log_offset\":1000,\"signature\":\"hmac-sha256:");
        assertThat(firstLine.seal()).isEqualTo(first);
        assertThat(link.seq()).isEqualTo(2);
        assertThat(link.previous()).isEqualTo(firstLine.hash());
        assertThat(second.payload().sealedAt()).isEqualTo("2026-07-01T08:00:00.124Z");
        assertThat(second.isSignedBy(TestKeys.second())).isTrue();
        assertThat(chain.after(read(second.line())).seals()).isEqualTo(2);
    }

    @Test
    void theHashOfALineDoesNotDependOnItsSpelling() {
        String line = SealChain.START.next(TIP, 3, 1_000, NOW, TestKeys.first()).line();
        String spelled = line.replace(",\"", " , \"").replace("\"chained_events\":3", "\"chained_events\": 3.0");

        assertThat(read(spelled).hash()).isEqualTo(read(line).hash());
        assertThat(read(line.replace("}}", "},\"more\":1}")).hash())
                .isNotEqualTo(read(line).hash());
    }

    @Test
    void aLinkThatWasRewrittenIsNotSignedAnyMore() {
        Seal seal = SealChain.START.next(TIP, 3, 1_000, NOW, TestKeys.first());
        SealLink link = Objects.requireNonNull(seal.link());

        Seal renumbered = seal.linked(new SealLink(2, link.previous(), link.logOffset(), link.signature()));
        Seal relinked = seal.linked(new SealLink(1, TIP, link.logOffset(), link.signature()));
        Seal moved = seal.linked(new SealLink(1, link.previous(), 999, link.signature()));

        assertThat(seal.isSignedBy(TestKeys.first())).isTrue();
        assertThat(List.of(renumbered, relinked, moved)).noneMatch(wrong -> wrong.isSignedBy(TestKeys.first()));
    }

    @Test
    void aSealNeverCoversLessThanTheOneBefore() {
        SealChain chain = SealChain.START.after(
                read(SealChain.START.next(TIP, 3, 1_000, NOW, TestKeys.first()).line()));

        assertThatIllegalArgumentException().isThrownBy(() -> chain.next(TIP, 2, 900, NOW, TestKeys.first()));
        assertThatIllegalArgumentException().isThrownBy(() -> SealChain.START.next(TIP, 0, 0, NOW, TestKeys.first()));
    }

    @Test
    void timesIncreaseWhateverTheClockDoes() {
        Instant now = Instant.parse("2026-07-01T08:00:00.123Z");

        assertThat(SealPayload.timeAfter(null, NOW)).isEqualTo(now);
        assertThat(SealPayload.timeAfter(now.minusMillis(1), NOW)).isEqualTo(now);
        assertThat(SealPayload.timeAfter(now, NOW)).isEqualTo(now.plusMillis(1));
        assertThat(SealPayload.timeAfter(now.plusNanos(999_999), NOW)).isEqualTo(now.plusMillis(1));
        assertThat(SealPayload.timeAfter(now.plusSeconds(3600), NOW))
                .isEqualTo(now.plusSeconds(3600).plusMillis(1));
    }

    @Test
    void aTimeIsComparedWithOthers() {
        var payload = new SealPayload(TIP, 1, "2026-07-01T10:00:00.5+02:00");
        Instant time = Instant.parse("2026-07-01T08:00:00.5Z");

        assertThat(payload.isOfTimeBetween(time, time)).isTrue();
        assertThat(payload.isOfTimeBetween(time.plusNanos(1), time.plusSeconds(1)))
                .isFalse();
        assertThat(payload.isOfTimeBetween(time.minusSeconds(1), time.minusNanos(1)))
                .isFalse();
        assertThat(new SealPayload(TIP, 1, "2026-02-30T00:00:00Z").isOfTimeBetween(Instant.MIN, Instant.MAX))
                .isFalse();
    }

    @Test
    void whatIsNoSealIsToldApart() {
        String line = SealChain.START.next(TIP, 3, 1_000, NOW, TestKeys.first()).line();

        for (String unreadable : List.of("", "torn", "5", "[]", "null", line.substring(0, 50), "[".repeat(200_000))) {
            assertThat(reader.read(unreadable)).isInstanceOf(SealLine.Unreadable.class);
        }
        String deep = "{\"x\":" + "[".repeat(200) + "]".repeat(200) + "}";
        assertThat(reader.read(deep)).isInstanceOf(SealLine.Unreadable.class);
        assertMalformed(line.replace("\"key_id\":\"6", "\"key_id\":\"../6"), "key_id");
        assertMalformed(line.replace("\"signature\":\"hmac", "\"signature\":\"HMAC"), "signature");
        assertMalformed(line.replace("\"seq\":1", "\"seq\":\"1\""), "_seal.seq");
        assertMalformed(line.replace("\"seq\":1", "\"seq\":1e300"), "_seal.seq");
        assertMalformed(line.replace("\"prev_hash\":null", "\"prev_hash\":5"), "_seal.prev_hash");
        assertMalformed(line.replace("\"log_offset\":1000", "\"log_offset\":-1"), "_seal.log_offset");
        assertMalformed(line.replaceAll("\"_seal\":.*", "\"_seal\":[]}"), "_seal");
        assertMalformed("{}", "tip_hash");
    }

    private void assertMalformed(String line, String member) {
        assertThat(reader.read(line)).isEqualTo(new SealLine.Malformed(member));
    }

    private SealLine.Read read(String line) {
        byte[] bytes = (line + "\n").getBytes(UTF_8);
        return (SealLine.Read) reader.read(bytes, 0, bytes.length);
    }
}
