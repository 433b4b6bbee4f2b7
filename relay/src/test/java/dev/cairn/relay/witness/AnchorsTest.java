package dev.cairn.relay.witness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.LogVerdict;
import dev.cairn.protocol.audit.UtcDatetime;
import dev.cairn.protocol.witness.AnchorReceipt;
import dev.cairn.protocol.witness.AnchorRequest;
import dev.cairn.protocol.witness.Proof;
import dev.cairn.protocol.witness.WitnessReply;
import dev.cairn.relay.witness.RunningWitness.Reply;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What is anchored, and how it is found again: a witness that is open to everybody.
class AnchorsTest {

    private static final Path VECTORS = Path.of("../protocol/src/test/resources/vectors/audit/seals.json");

    @TempDir
    private Path dir;

    private RunningWitness witness;

    @BeforeEach
    void start() throws TimeoutException {
        witness = RunningWitness.open(dir);
    }

    @AfterEach
    void stop() {
        witness.close();
    }

    @ParameterizedTest
    @MethodSource
    void bothBodiesOfTheDialectAreAnchored(String body) {
        Reply posted = witness.post(body);
        AnchorReceipt receipt = AnchorReceipt.read(posted.text().getBytes(UTF_8));
        WitnessReply read = WitnessReply.of(posted.text());
        var seal = AnchorRequest.read(body.getBytes(UTF_8)).seal();

        assertThat(posted.status()).isEqualTo(201);
        assertThat(posted.json().fieldNames())
                .containsExactlyInAnyOrder(
                        "anchor_id",
                        "witnessed_at",
                        "tip_hash",
                        "chained_events",
                        "seal_signature",
                        "receipt_hash",
                        "witness_key",
                        "signature");
        assertThat(receipt.isSignedBy(witness.publicKey())).isTrue();
        assertThat(receipt.anchor().receiptHash())
                .isEqualTo(Hash.of(body.getBytes(UTF_8), 0, body.getBytes(UTF_8).length));
        assertThat(read.proofOf(seal, witness.publicKey())).isEqualTo(Proof.SIGNATURE);
        assertThat(read.contradictionOf(seal)).isEmpty();
    }

    static Stream<String> bothBodiesOfTheDialectAreAnchored() throws IOException {
        JsonObject vectors = new JsonObject(Files.readString(VECTORS));
        JsonObject user = vectors.getJsonObject("cli_witness_payload");
        return Stream.of(
                vectors.getString("relay_witness_body"),
                user.getString("with_key_id"),
                user.getString("without_key_id"));
    }

    /// The rules of the dialect's client (6.2), which keeps what it accepts.
    @Test
    void aClientOfTheDialectAcceptsTheReply() {
        JsonObject reply = witness.post(SealBodies.user(7, 'a')).json();

        assertThat(reply.getString("anchor_id")).matches("[A-Za-z0-9_-]+");
        assertThat(UtcDatetime.isValid(reply.getString("witnessed_at"))).isTrue();
        assertThat(reply.getString("receipt_hash")).startsWith("sha256:");
    }

    @Test
    void anAnchorIsFoundWhereEitherClientLooks() {
        Reply posted = witness.postTo("/w", SealBodies.relay(7, 'a'));

        for (String path : List.of("/api/v1/anchor/anchors/", "/w/anchors/", "/api/v1/anchors/")) {
            Reply found = witness.get(path + posted.id());
            assertThat(found.status()).isEqualTo(200);
            assertThat(found.json()).isEqualTo(posted.json());
            assertThat(found.header("content-type")).isEqualTo("application/json");
        }
    }

    @Test
    void theSameSealIsAnchoredOnce() {
        Reply first = witness.post(SealBodies.relay(7, 'a'));
        Reply again = witness.post(SealBodies.relay(7, 'a').replace("00.001Z", "59.001Z"));

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(witness.logged("\"kind\":\"anchor\"")).hasSize(1);
    }

    /// A chain that nothing happened in is sealed anew, and the relay looks for its new signature in the reply.
    @Test
    void anotherSealOfTheSameTipIsAnchoredToo() {
        witness.post(SealBodies.user(7, 'a', '1'));
        Reply second = witness.post(SealBodies.user(7, 'a', '2'));

        assertThat(second.status()).isEqualTo(201);
        assertThat(second.json().getString("seal_signature")).isEqualTo(SealBodies.signature('2'));
        assertThat(second.json().fieldNames()).doesNotContain("conflict", "out_of_order");
    }

    @Test
    void anUnknownLowerCountIsMarkedAsLate() {
        Reply ninth = witness.post(SealBodies.user(9, 'a'));
        Reply seventh = witness.post(SealBodies.user(7, 'b'));
        Reply tenth = witness.post(SealBodies.user(10, 'c'));

        assertThat(ninth.json().containsKey("out_of_order")).isFalse();
        assertThat(seventh.status()).isEqualTo(201);
        assertThat(seventh.json().getBoolean("out_of_order")).isTrue();
        assertThat(tenth.json().containsKey("out_of_order")).isFalse();
    }

    @Test
    void withoutTokensAContradictionIsOnlyMarked() {
        Reply first = witness.post(SealBodies.user(7, 'a'));
        Reply other = witness.post(SealBodies.user(7, 'b'));
        Reply otherAgain = witness.post(SealBodies.user(7, 'b'));

        assertThat(first.json().containsKey("conflict")).isFalse();
        assertThat(other.status()).isEqualTo(201);
        assertThat(other.json().getBoolean("conflict")).isTrue();
        assertThat(AnchorReceipt.read(other.text().getBytes(UTF_8)).isSignedBy(witness.publicKey()))
                .isTrue();
        assertThat(otherAgain.status()).isEqualTo(200);
        assertThat(witness.logged("\"conflict\":true")).hasSize(1);
    }

    @Test
    void aRestartForgetsNothing() throws TimeoutException {
        Reply seventh = witness.post(SealBodies.user(7, 'a'));
        witness.post(SealBodies.user(9, 'b'));
        witness.stop();
        witness = RunningWitness.open(dir);

        Reply again = witness.post(SealBodies.user(7, 'a'));
        Reply conflict = witness.post(SealBodies.user(7, 'c'));
        Reply late = witness.post(SealBodies.user(8, 'd'));

        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json()).isEqualTo(seventh.json());
        assertThat(witness.get("/api/v1/anchors/" + seventh.id()).json()).isEqualTo(seventh.json());
        assertThat(conflict.json().getBoolean("conflict")).isTrue();
        assertThat(late.json().getBoolean("out_of_order")).isTrue();
        assertThat(AnchorReceipt.read(late.text().getBytes(UTF_8)).isSignedBy(witness.publicKey()))
                .isTrue();
    }

    @Test
    void itsLogIsAChainThatAnybodyCanVerify() throws TimeoutException {
        for (int count = 1; count <= 20; count++) {
            witness.post(SealBodies.relay(count, 'a'));
        }
        witness.stop();

        assertThat(witness.verdict()).isInstanceOf(LogVerdict.Intact.class);
        assertThat(witness.verdict().state().tip().count()).isEqualTo(20);
        assertThat(witness.logged("\"kind\":\"stop\"")).hasSize(1);
    }

    @Test
    void healthSaysWhoItIs() {
        witness.post(SealBodies.user(7, 'a'));

        Reply health = witness.get("/api/v1/health");

        assertThat(health.status()).isEqualTo(200);
        assertThat(health.json().getString("status")).isEqualTo("ok");
        assertThat(health.json().getString("witness_key"))
                .isEqualTo(witness.publicKey().text());
        assertThat(health.json().getLong("anchors")).isEqualTo(1);
        assertThat(health.json().getBoolean("tokens_required")).isFalse();
    }
}
