package dev.cairn.protocol.receipt;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.crypto.Ed25519Signature;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ComposerTest {

    private static final String ALICE = PrincipalId.ofLogin("alice");
    private static final ReceiptPeer PEER = new ReceiptPeer("linux", 4242, 1000, 1000, "/usr/bin/node");
    private static final VectorFile GOLDEN = VectorFile.receipts("daemon-shape-golden.json");
    private static final VectorFile CAIRN = VectorFile.receipts("cairn.json").at("chain");

    /// A receipt as we compose it, and as the vectors have it.
    record Composed(String name, PreparedReceipt prepared, VectorFile expected, String hash) {

        LinkedReceipt linked() {
            return prepared.link(TestReceipts.placeOf(expected));
        }

        VectorFile proof() {
            return expected.at("proof");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest
    @MethodSource("composed")
    void writesTheReceiptsOfTheVectorsByteForByte(Composed composed) {
        LinkedReceipt linked = composed.linked();
        Ed25519Signature signature = new Ed25519Signature(composed.proof().text("proofValue"));

        byte[] text = linked.text(signature, composed.proof().text("verificationMethod"));

        assertThat(text).asString(UTF_8).isEqualTo(TestReceipts.canonical(composed.expected()));
        assertThat(linked.hash()).isEqualTo(composed.hash());
        assertThat(publicKey().verifies(linked.signedBytes(), signature)).isTrue();
    }

    @ParameterizedTest
    @MethodSource("composed")
    void leavesNothingToSignThatThePublishedKeyDidNotSign(Composed composed) throws IOException {
        Ed25519KeyPair key = TestReceipts.testKey();

        Ed25519Signature signature = key.sign(composed.linked().signedBytes());

        assertThat(signature.text()).isEqualTo(composed.proof().text("proofValue"));
    }

    @ParameterizedTest
    @MethodSource("composed")
    void tellsTheColumnsOfTheStore(Composed composed) {
        VectorFile subject = composed.expected().at("credentialSubject");
        VectorFile action = subject.at("action");

        ReceiptColumns columns = composed.linked().columns();

        assertThat(columns.id()).isEqualTo(composed.expected().text("id"));
        assertThat(columns.actionType()).isEqualTo(action.text("type"));
        assertThat(columns.toolName()).isEqualTo(action.text("tool_name"));
        assertThat(columns.riskLevel().text()).isEqualTo(action.text("risk_level"));
        assertThat(columns.status().text()).isEqualTo(subject.at("outcome").text("status"));
        assertThat(columns.timestamp()).isEqualTo(action.text("timestamp"));
        assertThat(columns.issuerId())
                .isEqualTo(composed.expected().at("issuer").text("id"));
        assertThat(columns.principalId()).isEqualTo(subject.at("principal").text("id"));
        assertThat(composed.prepared().isTerminal())
                .isEqualTo(subject.at("chain").has("terminal"));
    }

    static Stream<Composed> composed() {
        return Stream.of(root(), agent(), cairn()).flatMap(List::stream);
    }

    private static PreparedReceipt claimed(Composer composer, Frame frame, Instant at) {
        return composer.claimedDrops(
                frame.dropCount(), frame.sessionId(), frame.runtime().agentId(), PEER, ALICE, at);
    }

    private static List<Composed> root() {
        List<VectorFile> frames = GOLDEN.at("frames").items();
        VectorFile[] receipts = receipts(GOLDEN.at("chains").at("root"));
        Composer composer = new Composer(ReceiptRules.standard(), TestReceipts.idsOf(receipts));
        ReceiptPeer bob = TestReceipts.peer(frames.get(2).at("peer"));
        List<PreparedReceipt> prepared = List.of(
                composer.live(frame(frames.get(0)), PEER, ALICE, at(receipts[0])),
                claimed(composer, frame(frames.get(1)), at(receipts[1])),
                composer.live(frame(frames.get(1)), PEER, ALICE, at(receipts[2])),
                composer.live(frame(frames.get(2)), bob, PrincipalId.ofUid(bob), at(receipts[3])),
                composer.terminator(at(receipts[4])));
        return composed("root", prepared, GOLDEN.at("chains").at("root"));
    }

    private static List<Composed> agent() {
        VectorFile frame = GOLDEN.at("frames").items().get(3);
        VectorFile[] receipts = receipts(GOLDEN.at("chains").at("agent"));
        Composer composer = new Composer(ReceiptRules.standard(), TestReceipts.idsOf(receipts));
        List<PreparedReceipt> prepared = List.of(
                composer.live(frame(frame), PEER, ALICE, at(receipts[0])), composer.terminator(at(receipts[1])));
        return composed("agent", prepared, GOLDEN.at("chains").at("agent"));
    }

    private static List<Composed> cairn() {
        VectorFile[] receipts = receipts(CAIRN);
        Composer composer = new Composer(ReceiptRules.standard(), TestReceipts.idsOf(receipts));
        Frame frame = frame(CAIRN.at("frames").items().getFirst());
        DropReasons lost = new DropReasons(1, 0, 0, 0).plus(new DropReasons(0, 2, 0, 0));
        List<PreparedReceipt> prepared = List.of(
                composer.live(frame, PEER, ALICE, at(receipts[0])),
                composer.relayDrops(lost, frame.sessionId(), PEER, ALICE, at(receipts[1])));
        return composed("cairn", prepared, CAIRN);
    }

    private static List<Composed> composed(String name, List<PreparedReceipt> prepared, VectorFile chain) {
        VectorFile[] receipts = receipts(chain);
        List<VectorFile> hashes = chain.at("hashes").items();
        return Stream.iterate(0, i -> i < receipts.length, i -> i + 1)
                .map(i -> new Composed(
                        name + '[' + i + ']',
                        prepared.get(i),
                        receipts[i],
                        hashes.get(i).text()))
                .toList();
    }

    @Test
    void signsTheTextThatTheVectorsShow() {
        Map<?, ?> inputs = GOLDEN.at("canonical_signing_input").members();
        List<VectorFile> cairnInputs = CAIRN.at("canonical_signing_input").items();

        assertThat(root().stream().filter(composed -> inputs.containsKey(composed.name())))
                .hasSize(inputs.size())
                .allSatisfy(composed -> assertThat(composed.linked().signedBytes())
                        .asString(UTF_8)
                        .isEqualTo(inputs.get(composed.name())));
        assertThat(cairn())
                .zipSatisfy(
                        cairnInputs,
                        (composed, input) -> assertThat(composed.linked().signedBytes())
                                .asString(UTF_8)
                                .isEqualTo(input.text()));
    }

    @Test
    void sendsTheReceiptsOfASubAgentsFrameIntoItsChain() {
        Frame frame = frame(GOLDEN.at("frames").items().get(3));
        Composer composer = composer(ReceiptRules.standard());

        assertThat(composer.live(frame, PEER, ALICE, Instant.EPOCH).agentId()).isEqualTo("a1b2");
        assertThat(composer.relayDrops(new DropReasons(0, 0, 1, 0), null, PEER, ALICE, Instant.EPOCH)
                        .agentId())
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource
    void previewsThePromptAsTheVectorsSay(VectorFile vector) {
        PromptPreview preview = PromptPreview.of(vector.text("prompt_preview"));

        Object intent = vector.at("intent").value();
        assertThat(preview.text().isEmpty()).isEqualTo(intent == null);
        if (intent != null) {
            assertThat(preview.text()).isEqualTo(vector.at("intent").text("prompt_preview"));
            assertThat(preview.isTruncated()).isEqualTo(vector.at("intent").has("prompt_preview_truncated"));
        }
    }

    static List<VectorFile> previewsThePromptAsTheVectorsSay() {
        return VectorFile.receipts("cairn.json").at("prompt_preview").items();
    }

    @Test
    void writesSecretsNeitherInTheErrorNorInTheIntent() {
        String token = "ghp_" + "a".repeat(36);
        Frame frame = TestReceipts.frame("{\"v\":\"1\",\"ts_emit\":\"2026-07-01T08:00:00Z\",\"session_id\":\"s\","
                + "\"channel\":\"sdk\",\"tool\":{\"name\":\"t\"},\"decision\":\"allowed\",\"error\":\"with " + token
                + "\",\"prompt_preview\":\"use " + token + "\"}");

        String text = signedText(composer(ReceiptRules.standard()), frame);

        assertThat(text)
                .doesNotContain(token)
                .contains("\"error\":\"with [REDACTED]\"")
                .contains("\"prompt_preview\":\"use [REDACTED]\"");
    }

    @Test
    void cutsLongErrorsOnlyWhereThatIsAskedFor() {
        Frame frame = TestReceipts.frame(
                "{\"v\":\"1\",\"ts_emit\":\"2026-07-01T08:00:00Z\",\"session_id\":\"s\","
                        + "\"channel\":\"sdk\",\"tool\":{\"name\":\"t\"},\"decision\":\"denied\",\"error\":\"ab\ud83c\udf89c\"}");
        ReceiptRules cutting = new ReceiptRules(
                ReceiptRules.DEFAULT_ISSUER,
                RiskTable.standard(),
                Redaction.builtIn(),
                3,
                new DisclosurePolicy.Off(),
                null);

        assertThat(signedText(composer(cutting), frame)).contains("\"error\":\"ab\ud83c\udf89 […error truncated]\"");
        assertThat(signedText(composer(ReceiptRules.standard()), frame)).contains("\"error\":\"ab\ud83c\udf89c\"");
    }

    @ParameterizedTest
    @CsvSource({
        "9007199254740992,9007199254740992",
        "9007199254740993,9007199254740992",
        "9223372036854775807,9223372036854775000"
    })
    void roundsCountsThatADoubleCannotTell(long claimed, String written) {
        DropReasons lost = new DropReasons(0, 0, 0, claimed);

        PreparedReceipt drops = composer(ReceiptRules.standard()).relayDrops(lost, null, PEER, ALICE, Instant.EPOCH);

        String text = new String(drops.link(new ChainPlace("c", 1, null, null)).signedBytes(), UTF_8);
        assertThat(text)
                .contains("\"drop_count\":" + written + '}', "\"store\":" + written + '}')
                .isEqualTo(TestReceipts.canonical(text));
        assertThat(Long.parseLong(written)).isPositive();
    }

    @Test
    void recordsARotationThatTheOldKeySigns() throws IOException {
        VectorFile published =
                VectorFile.parse(Files.readString(VectorFile.thirdParty("receipts/rotation-event-receipt.json")));
        VectorFile subject = published.at("credentialSubject");
        Ed25519PublicKey oldKey = Ed25519PublicKey.of(
                HexFormat.of().parseHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
        Ed25519PublicKey newKey =
                Ed25519PublicKey.read(subject.at("keyRotation").text("new_public_key"));
        Composer composer = new Composer(ReceiptRules.standard(), TestReceipts.idsOf(published));

        LinkedReceipt rotation = composer.rotation(new KeyRotation(oldKey, newKey), at(published))
                .link(TestReceipts.placeOf(published));

        VectorFile ours = VectorFile.parse(new String(rotation.signedBytes(), UTF_8));
        assertThat(ours.at("credentialSubject").at("keyRotation")).isEqualTo(subject.at("keyRotation"));
        assertThat(ours.at("credentialSubject").at("action")).isEqualTo(subject.at("action"));
        assertThat(ours.at("issuer").json()).isEqualTo("{\"id\":\"did:agent-receipts-daemon:local\"}");
        assertThat(TestReceipts.canonical(ours)).isEqualTo(new String(rotation.signedBytes(), UTF_8));
    }

    @Test
    void refusesAPlaceThatDoesNotExist() {
        assertThatIllegalArgumentException().isThrownBy(() -> new ChainPlace("c", 0, null, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new ChainPlace("c", 2, null, null));
        assertThatIllegalArgumentException().isThrownBy(() -> new ChainPlace("c", 1, "sha256:00", null));
        assertThatIllegalArgumentException().isThrownBy(() -> new ChainPlace("c", 1L << 53, "sha256:00", null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ChainPlace("c", 2, "sha256:00", new Delegation("p", "r", "d")));
    }

    private static String signedText(Composer composer, Frame frame) {
        return new String(
                composer.live(frame, PEER, ALICE, Instant.EPOCH)
                        .link(new ChainPlace("c", 1, null, null))
                        .signedBytes(),
                UTF_8);
    }

    private static Composer composer(ReceiptRules rules) {
        return new Composer(rules, () -> "00000000-0000-4000-8000-000000000000");
    }

    private static Ed25519PublicKey publicKey() {
        return TestReceipts.publicKey(GOLDEN.at("keys").text("publicKey"));
    }

    private static VectorFile[] receipts(VectorFile chain) {
        return chain.at("receipts").items().toArray(VectorFile[]::new);
    }

    private static Frame frame(VectorFile vector) {
        return TestReceipts.frame(vector.text("frame"));
    }

    private static Instant at(VectorFile receipt) {
        return Instant.parse(receipt.text("issuanceDate")).plusMillis(999);
    }
}
