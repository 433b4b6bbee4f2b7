package dev.cairn.protocol.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cairn.protocol.audit.Hash;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChainHeadsTest {

    private static final Instant NOW = Instant.parse("2026-07-01T08:00:00.123456Z");
    private static final Hash ONE = hash("one");
    private static final Hash TWO = hash("two");

    private final SealReader reader = new SealReader(SealForm.STORE);

    @Test
    void theTipIsTheHashOfTheCanonicalTextOfTheTipBeforeAndTheHeads() {
        ChainHeads heads = ChainHeads.of(
                List.of(new ChainHead("2026-06-15/agent/\u0001\"é", 2, TWO), new ChainHead("2026-06-15", 1, ONE)));

        String text = "[{\"chain_id\":\"2026-06-15\",\"receipt_hash\":\"" + ONE + "\",\"sequence\":1},"
                + "{\"chain_id\":\"2026-06-15/agent/\\u0001\\\"é\",\"receipt_hash\":\"" + TWO + "\",\"sequence\":2}]";
        assertThat(heads.text()).isEqualTo(text);
        assertThat(heads.tipAfter(null)).isEqualTo(hash("[null," + text + "]"));
        assertThat(heads.tipAfter(ONE)).isEqualTo(hash("[\"" + ONE + "\"," + text + "]"));
    }

    @Test
    void headsAreSortedByTheUnitsOfUtf16() {
        String beyond = "\uD83D\uDE00"; // Above the private use area by its code point, below it by its units.
        String privateUse = "\uE000";

        ChainHeads heads = ChainHeads.of(List.of(new ChainHead(privateUse, 1, ONE), new ChainHead(beyond, 1, ONE)));

        assertThat(heads.all()).extracting(ChainHead::chainId).containsExactly(beyond, privateUse);
    }

    @Test
    void aSealHasTheDialectsFiveMembersAndItsHeadsAndIsReadAsItWasWritten() {
        Seal seal = SealChain.START.next(heads("a", 1), 1, NOW, TestKeys.first());

        SealLine line = reader.read(seal.line());

        assertThat(seal.line())
                .startsWith("{\"sealed_at\":\"2026-07-01T08:00:00.123Z\",\"tip_hash\":\""
                        + heads("a", 1).tipAfter(null) + "\",\"chained_events\":1,\"signature\":\"hmac-sha256:")
                .endsWith("\",\"key_id\":\"" + TestKeys.first().id()
                        + "\",\"heads\":[{\"chain_id\":\"a\",\"receipt_hash\":\"" + ONE + "\",\"sequence\":1}]}");
        assertThat(line)
                .isInstanceOfSatisfying(
                        SealLine.Read.class, read -> assertThat(read.seal()).isEqualTo(seal));
        assertThat(seal.isSignedBy(TestKeys.first())).isTrue();
        assertThat(seal.publicLine()).doesNotContain("heads").startsWith("{\"sealed_at\"");
    }

    @Test
    void eachTipNamesTheOneBeforeIt() {
        Seal first = SealChain.START.next(heads("a", 1), 1, NOW, TestKeys.first());
        SealChain behind = SealChain.START.after((SealLine.Read) reader.read(first.line()));

        Seal second = behind.next(heads("a", 2), 2, NOW, TestKeys.first());

        assertThat(second.payload().tip())
                .isEqualTo(heads("a", 2).tipAfter(first.payload().tip()));
        assertThat(second.payload().sealedAt()).isEqualTo("2026-07-01T08:00:00.124Z");
    }

    @Test
    void theSameCountGetsNoOtherTip() {
        Seal first = SealChain.START.next(heads("a", 1), 1, NOW, TestKeys.first());
        SealChain behind = SealChain.START.after((SealLine.Read) reader.read(first.line()));

        assertThatIllegalArgumentException().isThrownBy(() -> behind.next(heads("b", 1), 1, NOW, TestKeys.first()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "null",
                "[1]",
                "[{\"chain_id\":\"a\",\"receipt_hash\":HASH}]",
                "[{\"chain_id\":\"a\",\"receipt_hash\":HASH,\"sequence\":0}]",
                "[{\"chain_id\":\"a\",\"receipt_hash\":HASH,\"sequence\":1.5}]",
                "[{\"chain_id\":\"a\",\"receipt_hash\":\"sha256:00\",\"sequence\":1}]",
                "[{\"chain_id\":\"a\",\"receipt_hash\":HASH,\"sequence\":1,\"more\":1}]",
                "[{\"chain_id\":\"b\",\"receipt_hash\":HASH,\"sequence\":1},{\"chain_id\":\"a\",\"receipt_hash\":HASH,\"sequence\":1}]",
                "[{\"chain_id\":\"a\",\"receipt_hash\":HASH,\"sequence\":1},{\"chain_id\":\"a\",\"receipt_hash\":HASH,\"sequence\":2}]"
            })
    void headsOfAnotherShapeAreRefused(String heads) {
        Seal seal = SealChain.START.next(heads("a", 1), 1, NOW, TestKeys.first());
        String line = seal.publicLine();
        String other = line.substring(0, line.length() - 1) + ",\"heads\":"
                + heads.replace("HASH", '"' + ONE.text() + '"') + "}";

        assertThat(reader.read(other))
                .isInstanceOfSatisfying(
                        SealLine.Malformed.class,
                        malformed -> assertThat(malformed.member()).startsWith("heads"));
    }

    @Test
    void aSealOfOneChainHasNoUseForThem() {
        Seal seal = SealChain.START.next(heads("a", 1), 1, NOW, TestKeys.first());

        assertThat(new SealReader().read(seal.line()))
                .isInstanceOfSatisfying(
                        SealLine.Read.class,
                        read -> assertThat(read.seal().heads()).isNull());
    }

    static ChainHeads heads(String chain, long sequence) {
        return ChainHeads.of(List.of(new ChainHead(chain, sequence, ONE)));
    }

    private static Hash hash(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return Hash.of(bytes, 0, bytes.length);
    }
}
