package dev.cairn.protocol.receipt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.crypto.X25519KeyPair;
import dev.cairn.protocol.receipt.verify.ReadReceipt;
import dev.cairn.protocol.receipt.verify.ReceiptReader;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever can be composed is what every verifier makes of it again (`specs/receipts.md` 3.9).
class ComposedReceiptsTest {

    private static final List<String> OPTIONAL = List.of(
            "\"action_type\":\"system.code.execute\"",
            "\"input\":{\"b\":[1.0,-0,1e30],\"a\":\"\\ud800\\u0000\"}",
            "\"input\":[null]",
            "\"output\":{\"isError\":true}",
            "\"output\":\"text\"",
            "\"error\":\"<&> \u2028 \ud83c\udf89 \\u0007\"",
            "\"error\":\"{\\\"password\\\":1}\"",
            "\"decision\":\"denied\"",
            "\"drop_count\":9223372036854775807",
            "\"issuer_name\":\"n\"",
            "\"issuer_model\":\"m\"",
            "\"operator_id\":\"o\"",
            "\"operator_id\":\"o\",\"operator_name\":\"p\"",
            "\"idempotency_key\":\"7\"",
            "\"correlation_id\":\"c\"",
            "\"agent_id\":\"a\"",
            "\"agent_type\":\"t\"",
            "\"model\":\"m\"",
            "\"capture_method\":\"transcript\"",
            "\"usage\":{\"x\":null,\"__proto__\":{},\"a\":[null,{\"y\":null}],\"z\":1e21}",
            "\"usage\":\"u\"",
            "\"target_system\":\"s\",\"target_resource\":\"r\"",
            "\"prompt_preview\":\"" + "\ud83c\udf89".repeat(300) + '"',
            "\"prompt_preview\":\"p\"");

    private static final Ed25519KeyPair KEY = Ed25519KeyPair.fromSeed(new byte[32]);
    private static final Instant NOW = Instant.parse("2026-07-01T08:00:00.5Z");

    @ParameterizedTest
    @MethodSource("seeds")
    void surviveThePeersStructsAndAreCanonical(long seed) {
        Random random = new Random(seed);
        X25519KeyPair forensic = X25519KeyPair.generate(new SecureRandom());
        ReceiptRules rules = new ReceiptRules(
                "did:x\ud83c\udf89",
                RiskTable.standard(),
                Redaction.builtIn(),
                random.nextInt(20),
                new DisclosurePolicy.All(),
                Disclosure.to(forensic.publicBytes()));
        Composer composer = new Composer(rules, new RandomUuids(new SecureRandom()));

        for (int i = 0; i < 100; i++) {
            for (PreparedReceipt prepared : prepared(random, composer, rules)) {
                LinkedReceipt linked = prepared.link(place(random));
                byte[] text = linked.text(KEY.sign(linked.signedBytes()), "did:x#k1");

                assertThat(new ReceiptReader().read(text)).isInstanceOfSatisfying(ReadReceipt.class, read -> {
                    assertThat(read.unmodelled())
                            .as(() -> new String(text, UTF_8))
                            .isNull();
                    assertThat(read.isSignedBy(KEY.publicKey())).isTrue();
                    assertThat(read.hash()).isEqualTo(linked.hash());
                    assertThat(read.facts().id()).isEqualTo(linked.columns().id());
                    assertThat(read.link().isTerminal()).isEqualTo(prepared.isTerminal());
                });
                assertThat(TestReceipts.canonical(new String(text, UTF_8))).isEqualTo(new String(text, UTF_8));
            }
        }
    }

    static LongStream seeds() {
        return LongStream.range(0, 10);
    }

    private static List<PreparedReceipt> prepared(Random random, Composer composer, ReceiptRules rules) {
        ReceiptPeer peer = new ReceiptPeer(
                "linux", random.nextInt(3), random.nextInt(2), 0xFFFF_FFFFL, random.nextBoolean() ? "/x \"y\"" : null);
        Frame frame = frame(random, rules);
        List<PreparedReceipt> prepared = new ArrayList<>();
        if (frame.dropCount() > 0) {
            prepared.add(composer.claimedDrops(
                    frame.dropCount(),
                    frame.sessionId(),
                    frame.runtime().agentId(),
                    peer,
                    PrincipalId.ofUid(peer),
                    NOW));
        }
        prepared.add(composer.live(frame, peer, PrincipalId.ofLogin("ü"), NOW));
        prepared.add(composer.terminator(NOW));
        prepared.add(composer.rotation(
                new KeyRotation(
                        KEY.publicKey(),
                        Ed25519KeyPair.generate(new SecureRandom()).publicKey()),
                NOW));
        DropReasons lost =
                new DropReasons(random.nextInt(2), random.nextInt(2), random.nextInt(2), 1 + random.nextInt(2));
        prepared.add(
                composer.relayDrops(lost, random.nextBoolean() ? "session" : null, peer, PrincipalId.UNKNOWN, NOW));
        return prepared;
    }

    private static Frame frame(Random random, ReceiptRules rules) {
        StringBuilder body = new StringBuilder("{\"v\":\"1\",\"ts_emit\":\"2026-07-01T08:00:00Z\",\"session_id\":\"s\","
                + "\"channel\":\"mcp\",\"tool\":{\"name\":\"t\\n\"},\"decision\":\"allowed\"");
        for (String member : OPTIONAL) {
            if (random.nextInt(3) == 0) {
                body.append(',').append(member);
            }
        }
        byte[] bytes = body.append('}').toString().getBytes(UTF_8);
        return ((FrameReading.Accepted) rules.newReader().read(bytes, 0, bytes.length)).frame();
    }

    private static ChainPlace place(Random random) {
        if (random.nextBoolean()) {
            return new ChainPlace("2026-07-01", 2 + random.nextLong(1L << 52), "sha256:" + "0".repeat(64), null);
        }
        Delegation delegation = new Delegation("2026-07-01", "urn:receipt:1", "did:x");
        return new ChainPlace("2026-07-01/agent/\ud83c\udf89", 1, null, random.nextBoolean() ? delegation : null);
    }
}
