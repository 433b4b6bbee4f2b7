package dev.cairn.witness;

import static dev.cairn.witness.Given.key;
import static dev.cairn.witness.Seals.seal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.cairn.protocol.witness.AnchorRequest;
import dev.cairn.protocol.witness.PublishedAnchor;
import dev.cairn.witness.UserWitnesses.Check;
import dev.cairn.witness.UserWitnesses.Publication;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserWitnessesTest {

    private static final AnchorRequest.UserSeal REQUEST = AnchorRequest.ofUserSeal(seal(7), Given.NOW);

    private final Vertx vertx = Vertx.vertx();
    private final UserWitnesses witnesses = new UserWitnesses(vertx, Given.TRY, null);

    @AfterEach
    void stopAll() throws Exception {
        witnesses.close();
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void publishesASealAndKeepsTheAnchor() {
        WitnessServer witness = WitnessServer.start(vertx, Behaviour.signs(key(1)));
        URI url = URI.create(witness.url("/api/v1/anchor"));

        Publication publication = witnesses.publish(REQUEST, url, WitnessToken.of("s3cret"));

        assertThat(publication).isInstanceOfSatisfying(Publication.Published.class, published -> {
            assertThat(published.anchor().seal()).isEqualTo(seal(7));
            assertThat(published.anchor().anchorId()).isEqualTo("an_7");
            assertThat(published.anchor().witnessUrl()).isEqualTo(url.toString());
        });
        assertThat(witness.requests())
                .containsExactly(new WitnessServer.Request(
                        "POST", "/api/v1/anchor", "Bearer s3cret", "application/json", REQUEST.text()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "500|{\"anchor_id\":\"a\"}|HTTP 500",
                "302|{\"anchor_id\":\"a\"}|HTTP 302",
                "200|{}|the reply's anchor_id is missing or no text",
                "200|garbage|the reply is no JSON object",
                "200|{\"anchor_id\":\"a\",\"witnessed_at\":\"2026-04-05\"}|the reply's witnessed_at is no time in UTC",
                "200|{\"anchor_id\":\"a\",\"chained_events\":8}|the reply names another chained_events"
            })
    void keepsNothingOfABadReply(int status, String reply, String reason) {
        WitnessServer witness = WitnessServer.start(vertx, Behaviour.says(status, reply));

        Publication publication = witnesses.publish(REQUEST, URI.create(witness.url("/a?b")), null);

        assertThat(publication).isInstanceOfSatisfying(Publication.NotPublished.class, failed -> {
            assertThat(failed.reason()).isEqualTo(reason);
            assertThat(failed.witness().text()).isEqualTo(witness.url("/a"));
        });
    }

    @Test
    void doesNotWaitForAWitnessThatHangs() {
        WitnessServer witness = WitnessServer.start(vertx, Behaviour.hangs());

        Publication publication = witnesses.publish(REQUEST, URI.create(witness.url("/")), null);

        assertThat(publication)
                .isInstanceOfSatisfying(
                        Publication.NotPublished.class,
                        failed -> assertThat(failed.reason()).isEqualTo("timed out after 2000 ms"));
    }

    @Test
    void asksForTheAnchorBelowTheUrlThatItWasPublishedTo() {
        WitnessServer witness = WitnessServer.start(vertx, Behaviour.says(200, reply("a/1", seal(7).count())));

        Check check = witnesses.verify(anchor(witness.url("/api/v1/anchor//"), "a/1"));

        assertThat(check).isInstanceOf(Check.Confirmed.class);
        assertThat(witness.requests())
                .extracting(WitnessServer.Request::method, WitnessServer.Request::target)
                .containsExactly(tuple("GET", "/api/v1/anchor/anchors/a/1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "404|{\"anchor_id\":\"a\"}|HTTP 404",
                "201|{\"anchor_id\":\"a\"}|HTTP 201",
                "200|{\"anchor_id\":\"b\"}|the reply names another anchor_id",
                "200|garbage|the reply names another anchor_id",
                "200|{\"anchor_id\":\"a\",\"tip_hash\":\"sha256:00\"}|the reply names another tip_hash",
                "200|{\"anchor_id\":\"a\",\"chained_events\":8}|the reply names another chained_events",
                "200|{\"anchor_id\":\"a\",\"seal_signature\":\"s\"}|the reply names another seal_signature"
            })
    void confirmsOnlyTheSameAnchorOfTheSameSeal(int status, String reply, String reason) {
        WitnessServer witness = WitnessServer.start(vertx, Behaviour.says(status, reply));

        Check check = witnesses.verify(anchor(witness.url("/"), "a"));

        assertThat(check).isEqualTo(new Check.NotConfirmed(anchor(witness.url("/"), "a"), reason));
    }

    @Test
    void anAnchorOfNothingInParticularConfirmsNothing() {
        WitnessServer witness = WitnessServer.start(vertx, Behaviour.says(200, "{\"anchor_id\":\"a\"}"));

        Check check = witnesses.verify(anchor(witness.url("/"), "a"));

        assertThat(check).isInstanceOf(Check.Unbound.class);
        assertThat(UserWitnesses.countDistinct(List.of(check))).isZero();
    }

    @Test
    void countsWitnessesAndNotRecords() {
        WitnessServer one = WitnessServer.start(vertx, Behaviour.says(200, reply("a", 7)));
        WitnessServer two = WitnessServer.start(vertx, Behaviour.says(200, reply("a", 7)));
        List<Check> checks = List.of(
                witnesses.verify(anchor(one.url("/x"), "a")),
                witnesses.verify(anchor(one.url("/x/"), "a")),
                witnesses.verify(anchor(two.url("/x"), "a")),
                witnesses.verify(anchor(two.url("/x"), "b")));

        assertThat(UserWitnesses.countDistinct(checks)).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"a b", "a#b", "aé", "'a\r\nX: y'", "a{b"})
    void anIdThatNoUrlCanHoldIsNotAskedFor(String id) {
        WitnessServer witness = WitnessServer.start(vertx, Behaviour.says(200, reply("a", 7)));

        Check check = witnesses.verify(anchor(witness.url("/"), id));

        assertThat(check).isInstanceOf(Check.NotConfirmed.class);
        assertThat(witness.requests()).isEmpty();
    }

    private static PublishedAnchor anchor(String url, String id) {
        return new PublishedAnchor(seal(7), "2026-04-05T14:30:00.001Z", url, id, null);
    }

    private static String reply(String id, long count) {
        return "{\"anchor_id\":\"" + id + "\",\"tip_hash\":\"" + seal(7).tip() + "\",\"chained_events\":" + count
                + ",\"seal_signature\":\"" + seal(7).signature() + "\"}";
    }
}
