package dev.cairn.relay.witness;

import static dev.cairn.relay.witness.RunningWitness.ENOUGH_MEMORY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.LogVerdict;
import dev.cairn.relay.witness.RateLimit.Rate;
import dev.cairn.relay.witness.RunningWitness.Reply;
import dev.cairn.relay.witness.WitnessConfig.Limits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A witness with tokens: contradictions are refused and kept, and nobody can stand in an owner's way.
class OwnersTest {

    private static final String ALICE = "alice-secret-0123456789";
    private static final String BOB = "bob-secret-0123456789";
    private static final Tokens TOKENS = Tokens.parse("alice:" + ALICE + "\nbob:" + BOB + "\n");

    @TempDir
    private Path dir;

    private RunningWitness witness;

    @BeforeEach
    void start() throws TimeoutException {
        witness = RunningWitness.start(dir, TOKENS, RunningWitness.UNLIMITED);
    }

    @AfterEach
    void stop() {
        witness.close();
    }

    @Test
    void aContradictionIsRefusedAndBothSealsAreKept() {
        Reply first = witness.postAs(ALICE, SealBodies.relay(7, 'a'));
        Reply other = witness.postAs(ALICE, SealBodies.relay(7, 'b'));

        assertThat(first.status()).isEqualTo(201);
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.header("content-type")).isEqualTo("application/problem+json");
        assertThat(other.json().getString("code")).isEqualTo("contradiction");
        assertThat(other.json().getJsonObject("anchored")).isEqualTo(first.json());
        assertThat(witness.logged(SealBodies.tip('a')))
                .hasSize(1)
                .first()
                .asString()
                .contains("\"kind\":\"anchor\"");
        assertThat(witness.logged(SealBodies.tip('b')))
                .hasSize(1)
                .first()
                .asString()
                .contains(
                        "\"kind\":\"contradiction\"",
                        "\"contradicts\":\"" + first.id() + "\"",
                        SealBodies.signature('b'))
                .doesNotContain("receipt");
        assertThat(witness.verdict()).isInstanceOf(LogVerdict.Intact.class);
    }

    @Test
    void evidenceIsKeptOnceAndOutlivesARestart() throws TimeoutException {
        Reply first = witness.postAs(ALICE, SealBodies.user(7, 'a'));
        witness.postAs(ALICE, SealBodies.user(7, 'b'));
        witness.postAs(ALICE, SealBodies.user(7, 'b'));
        witness.stop();
        witness = RunningWitness.start(dir, TOKENS, RunningWitness.UNLIMITED);

        Reply again = witness.postAs(ALICE, SealBodies.user(7, 'b'));
        Reply third = witness.postAs(ALICE, SealBodies.user(7, 'c'));

        assertThat(again.status()).isEqualTo(409);
        assertThat(again.json().getJsonObject("anchored")).isEqualTo(first.json());
        assertThat(third.status()).isEqualTo(409);
        assertThat(witness.logged("\"kind\":\"contradiction\"")).hasSize(2);
    }

    /// Or the dialect's client would call it verified.
    @Test
    void whatWasRefusedIsNoAnchor() {
        witness.postAs(ALICE, SealBodies.user(7, 'a'));
        witness.postAs(ALICE, SealBodies.user(7, 'b'));
        String id = idIn(witness.logged("\"kind\":\"contradiction\"").getFirst());

        assertThat(witness.get("/api/v1/anchors/" + id).status()).isEqualTo(404);
        assertThat(witness.get("/api/v1/health").json().getLong("anchors")).isEqualTo(1);
    }

    @Test
    void ofManyTipsAtOnceExactlyOneIsAnchored() {
        List<CompletableFuture<Reply>> posts = new ArrayList<>();
        for (char tip = 'a'; tip <= 'f'; tip++) {
            for (int i = 0; i < 5; i++) {
                posts.add(witness.postLater(ALICE, SealBodies.user(7, tip)));
            }
        }
        List<Integer> statuses =
                posts.stream().map(post -> post.join().status()).sorted().toList();

        assertThat(statuses).filteredOn(status -> status == 201).hasSize(1);
        assertThat(statuses).filteredOn(status -> status == 200).hasSize(4);
        assertThat(statuses).filteredOn(status -> status == 409).hasSize(25);
        assertThat(witness.logged("\"kind\":\"contradiction\"")).hasSize(5);
    }

    @Test
    void nobodyCanContradictInAnotherOnesName() {
        witness.postAs(BOB, SealBodies.relay(7, 'b'));
        witness.postAs(BOB, SealBodies.relay(9, 'b'));
        Reply stranger = witness.post(SealBodies.relay(7, 'c'));

        Reply owner = witness.postAs(ALICE, SealBodies.relay(7, 'a'));

        assertThat(stranger.status()).isEqualTo(401);
        assertThat(owner.status()).isEqualTo(201);
        assertThat(owner.json().fieldNames()).doesNotContain("conflict", "out_of_order");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer wrong-secret-0123456789",
                "Bearer alice",
                "Bearer " + ALICE + "x",
                "Bearer",
                "Bearer ",
                "Basic " + ALICE,
                ALICE
            })
    void aWrongTokenIsRefused(String authorization) {
        Reply reply = witness.post(SealBodies.user(7, 'a'), "Authorization", authorization);

        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.header("www-authenticate")).isEqualTo("Bearer");
        assertThat(reply.json().getString("code")).isEqualTo("unauthenticated");
        assertThat(reply.text()).doesNotContain("secret");
        assertThat(witness.logged("\"kind\":\"anchor\"")).isEmpty();
    }

    @Test
    void aTokenIsRecognisedByNameAndNeverStored() {
        witness.post(SealBodies.user(7, 'a'), "Authorization", "bEARER " + ALICE);

        assertThat(witness.logged("\"token\":\"alice\"")).hasSize(1);
        assertThat(witness.logged("secret")).isEmpty();
    }

    @Test
    void aStrangersFloodLeavesAnOwnersShareAlone() throws TimeoutException {
        witness.stop();
        Limits small = new Limits(new Rate(1, 3), new Rate(1, 2), 256, ENOUGH_MEMORY);
        witness = RunningWitness.start(dir, TOKENS, small);
        for (int i = 0; i < 10; i++) {
            witness.post(SealBodies.user(i, 'b'));
        }
        Reply stranger = witness.post(SealBodies.user(7, 'b'));
        List<Integer> owner = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            owner.add(witness.postAs(ALICE, SealBodies.user(i, 'a')).status());
        }

        assertThat(stranger.status()).isEqualTo(429);
        assertThat(stranger.json().getString("code")).isEqualTo("too-many");
        assertThat(stranger.header("retry-after")).matches("[1-9][0-9]*");
        assertThat(owner).containsExactly(201, 201, 201, 429);
        assertThat(witness.postAs(BOB, SealBodies.user(7, 'a')).status()).isEqualTo(201);
    }

    @Test
    void readingIsLimitedByItself() throws TimeoutException {
        witness.stop();
        witness = RunningWitness.start(dir, TOKENS, new Limits(new Rate(1, 1), new Rate(1, 2), 256, ENOUGH_MEMORY));

        List<Integer> reads = List.of(
                witness.get("/api/v1/health").status(),
                witness.get("/api/v1/anchors/x").status(),
                witness.get("/api/v1/anchors/x").status());

        assertThat(reads).containsExactly(200, 404, 429);
        assertThat(witness.postAs(ALICE, SealBodies.user(7, 'a')).status()).isEqualTo(201);
    }

    /// Or it would run out of memory, at each start anew.
    @Test
    void takesNoMoreThanItsMemoryHoldsAndStillConfirmsWhatItHas() throws TimeoutException {
        witness.stop();
        Rate fast = new Rate(1_000, 1_000);
        witness = RunningWitness.start(dir, TOKENS, new Limits(fast, fast, 256, 20_000));
        Reply first = witness.postAs(ALICE, SealBodies.user(7, 'a'));

        Reply further = witness.postAs(ALICE, SealBodies.user(8, 'b'));
        Reply contradiction = witness.postAs(ALICE, SealBodies.user(7, 'b'));
        Reply again = witness.postAs(ALICE, SealBodies.user(7, 'a'));

        assertThat(first.status()).isEqualTo(201);
        for (Reply refused : List.of(further, contradiction)) {
            assertThat(refused.status()).isEqualTo(507);
            assertThat(refused.json().getString("code")).isEqualTo("full");
        }
        assertThat(again.status()).isEqualTo(200);
        assertThat(witness.get("/api/v1/anchors/" + first.id()).json()).isEqualTo(first.json());
        assertThat(witness.get("/api/v1/health").status()).isEqualTo(503);
        assertThat(witness.get("/api/v1/health").json().getString("status")).isEqualTo("full");
        assertThat(witness.logged("\"kind\":\"anchor\"")).hasSize(1);
    }

    private static String idIn(String line) {
        Matcher id = Pattern.compile("\"id\":\"([A-Za-z0-9_-]+)\"").matcher(line);
        assertThat(id.find()).isTrue();
        return id.group(1);
    }
}
