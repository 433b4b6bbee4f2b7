package dev.cairn.witness;

import static dev.cairn.witness.Given.key;
import static dev.cairn.witness.Given.publisher;
import static dev.cairn.witness.Seals.line;
import static dev.cairn.witness.Seals.seal;
import static dev.cairn.witness.Seals.tip;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import dev.cairn.protocol.witness.AnchorRequest;
import dev.cairn.protocol.witness.Proof;
import dev.cairn.protocol.witness.WitnessRecord;
import dev.cairn.protocol.witness.WitnessRecord.Response;
import dev.cairn.witness.WitnessEvent.QuorumLost;
import dev.cairn.witness.WitnessEvent.QuorumOverdue;
import dev.cairn.witness.WitnessEvent.QuorumReached;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WitnessPublisherTest {

    private final Vertx vertx = Vertx.vertx();
    private final Recorder recorder = new Recorder();

    @AfterEach
    void stopAll() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void sendsTheDialectsBodyToEverybody() throws InterruptedException {
        WitnessServer one = WitnessServer.start(vertx, Behaviour.says(200, ""));
        WitnessServer two = WitnessServer.start(vertx, Behaviour.says(204, ""));

        publisher(vertx, recorder, 1, one.endpoint("one"), two.endpoint("two")).publish(line(7), tip(9));
        WitnessRecord record = recorder.nextRecord();

        String body =
                "{\"type\":\"patchwork-seal-anchor\",\"version\":1,\"seal\":" + line(7) + ",\"relay_chain_tip\":\""
                        + tip(9).hash() + "\",\"relay_event_count\":9,\"anchored_at\":\"2026-04-05T14:30:00.001Z\"}";
        assertThat(one.requests())
                .containsExactly(new WitnessServer.Request("POST", "/api/v1/anchor", null, "application/json", body));
        assertThat(two.requests()).isEqualTo(one.requests());
        assertThat(record.attempted()).isEqualTo(2);
        assertThat(record.timestamp()).isEqualTo("2026-04-05T14:30:00.001Z");
    }

    @Test
    void sendsTheTokenToItsWitnessAndTellsItToNobody() throws InterruptedException {
        WitnessServer one = WitnessServer.start(vertx, Behaviour.says(200, ""));
        WitnessServer two = WitnessServer.start(vertx, Behaviour.says(500, ""));
        URI url = URI.create(two.url("/a?key=s3cret").replace("//", "//me:s3cret@"));
        WitnessToken token = WitnessToken.of("s3cret");

        publisher(
                        vertx,
                        recorder,
                        1,
                        new WitnessEndpoint("one", URI.create(one.url("/")), token, Proof.STATUS, null),
                        new WitnessEndpoint("two", url, null, Proof.STATUS, null))
                .publish(line(1), tip(1));
        WitnessRecord record = recorder.nextRecord();

        assertThat(one.requests().getFirst().authorization()).isEqualTo("Bearer s3cret");
        assertThat(two.requests().getFirst().target()).isEqualTo("/a?key=s3cret");
        assertThat(two.requests().getFirst().authorization()).isEqualTo("Basic bWU6czNjcmV0");
        assertThat(record.responses()).extracting(Response::url).contains(two.url("/a"));
        assertThat(recorder.all() + record.text()).doesNotContain("s3cret");
        assertThat(new WitnessEndpoint("two", url, token, Proof.STATUS, null).toString())
                .doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void reachesAQuorumOfOneAndOfAll(int quorum) throws InterruptedException {
        WitnessEndpoint[] three = {good("one"), good("two"), good("three")};

        publisher(vertx, recorder, quorum, three).publish(line(1), tip(1));
        QuorumReached reached = recorder.next(QuorumReached.class);
        WitnessRecord record = recorder.nextRecord();

        assertThat(reached.seal()).isEqualTo(seal(1));
        assertThat(reached.confirmed()).isEqualTo(quorum);
        assertThat(record.isQuorumMet()).isTrue();
        assertThat(record.isFinal()).isTrue();
        assertThat(record.attempt()).isEqualTo(1);
        assertThat(record.succeeded()).isEqualTo(3);
        assertThat(recorder.all()).hasSize(2);
    }

    @Test
    void givesUpWhenEverybodyConfirmedAndTheQuorumIsStillLarger() throws InterruptedException {
        publisher(vertx, recorder, 3, good("one"), good("two")).publish(line(1), tip(1));
        WitnessRecord record = recorder.nextRecord();
        QuorumLost lost = recorder.next(QuorumLost.class);

        assertThat(record.isQuorumMet()).isFalse();
        assertThat(record.isFinal()).isTrue();
        assertThat(record.succeeded()).isEqualTo(2);
        assertThat(lost.confirmed()).isEqualTo(2);
    }

    @Test
    void asksThoseWhoFailedAgainUntilTheQuorumHolds() throws InterruptedException {
        WitnessServer good = WitnessServer.start(vertx, Behaviour.says(200, ""));
        WitnessServer late =
                WitnessServer.start(vertx, Behaviour.first(2, Behaviour.says(503, "later"), Behaviour.says(200, "")));

        publisher(vertx, recorder, 2, good.endpoint("good"), late.endpoint("late"))
                .publish(line(1), tip(1));
        List<WitnessRecord> records = List.of(recorder.nextRecord(), recorder.nextRecord(), recorder.nextRecord());

        assertThat(records).extracting(WitnessRecord::attempt).containsExactly(1, 2, 3);
        assertThat(records).extracting(WitnessRecord::attempted).containsExactly(2, 1, 1);
        assertThat(records).extracting(WitnessRecord::isFinal).containsExactly(false, false, true);
        assertThat(records).extracting(WitnessRecord::isQuorumMet).containsExactly(false, false, true);
        assertThat(good.requests()).hasSize(1);
        assertThat(late.requests()).hasSize(3).containsOnly(late.requests().getFirst());
        assertThat(recorder.all()).filteredOn(QuorumLost.class::isInstance).hasSize(1);
        assertThat(recorder.all()).filteredOn(QuorumReached.class::isInstance).hasSize(1);
    }

    @Test
    void countsOneWitnessOnceHoweverManyEndpointsItHas() throws InterruptedException {
        WitnessServer plain = WitnessServer.start(vertx, Behaviour.says(200, ""));
        WitnessServer signing = WitnessServer.start(vertx, Behaviour.signs(key(1)));
        WitnessServer sameKey = WitnessServer.start(vertx, Behaviour.signs(key(1)));
        WitnessEndpoint[] endpoints = {
            plain.endpoint("plain"),
            new WitnessEndpoint("same place", URI.create(plain.url("/api/v1/anchor?x")), null, Proof.STATUS, null),
            new WitnessEndpoint("plain", URI.create(plain.url("/other")), null, Proof.STATUS, null),
            signing.endpoint("signing"),
            sameKey.endpoint("same key")
        };

        publisher(vertx, recorder, 3, endpoints).publish(line(1), tip(1));
        WitnessRecord record = recorder.nextRecord();
        QuorumLost lost = recorder.next(QuorumLost.class);

        assertThat(record.succeeded()).isEqualTo(5);
        assertThat(record.isQuorumMet()).isFalse();
        assertThat(lost.confirmed()).isEqualTo(2);
    }

    @Test
    void countsWhoGivesWhatItMust() throws InterruptedException {
        WitnessServer signing = WitnessServer.start(vertx, Behaviour.signs(key(1)));
        WitnessServer anchoring = WitnessServer.start(vertx, Behaviour.anchors());
        WitnessServer silent = WitnessServer.start(vertx, Behaviour.says(200, ""));
        WitnessServer posing = WitnessServer.start(vertx, Behaviour.signs(key(2)));

        publisher(
                        vertx,
                        recorder,
                        3,
                        signing.endpoint("signing", Proof.SIGNATURE, key(1).publicKey()),
                        anchoring.endpoint("anchoring", Proof.ANCHOR, null),
                        silent.endpoint("silent", Proof.STATUS, null),
                        posing.endpoint("posing", Proof.SIGNATURE, key(3).publicKey()),
                        anchoring.endpoint("unsigned", Proof.SIGNATURE, key(4).publicKey()),
                        silent.endpoint("empty", Proof.ANCHOR, null))
                .publish(line(1), tip(1));
        WitnessRecord record = recorder.nextRecord();

        assertThat(record.isQuorumMet()).isTrue();
        assertThat(record.responses())
                .extracting(Response::name, Response::isOk, Response::proof, Response::error)
                .containsExactlyInAnyOrder(
                        tuple("signing", true, Proof.SIGNATURE, ""),
                        tuple("anchoring", true, Proof.ANCHOR, ""),
                        tuple("silent", true, Proof.STATUS, ""),
                        tuple("posing", false, null, "gave anchor, must give signature"),
                        tuple("unsigned", false, null, "gave anchor, must give signature"),
                        tuple("empty", false, null, "gave status, must give anchor"));
        assertThat(WitnessRecord.read(record.text()).text())
                .isEqualTo(record.text())
                .contains("\"anchor_id\":\"an_1\",\"witnessed_at\":\"2026-04-05T14:30:01.123Z\",\"receipt_hash\":");
    }

    @Test
    void aNewerSealTakesOver() throws InterruptedException {
        WitnessServer witness = WitnessServer.start(vertx, (request, body) -> {
            long count = AnchorRequest.read(body.getBytes()).seal().count();
            request.response().setStatusCode(count == 1 ? 500 : 200).end();
        });
        WitnessPublisher publisher = publisher(vertx, recorder, 1, witness.endpoint("one"));

        publisher.publish(line(1), tip(1));
        WitnessRecord missed = recorder.nextRecord();
        publisher.publish(line(2), tip(2));
        QuorumReached reached = recorder.next(QuorumReached.class);

        assertThat(missed.isFinal()).isFalse();
        assertThat(reached.seal()).isEqualTo(seal(2));
        List<WitnessRecord> records = recorder.all().stream()
                .filter(WitnessEvent.RoundFinished.class::isInstance)
                .map(event -> ((WitnessEvent.RoundFinished) event).record())
                .toList();
        assertThat(records.stream().filter(record -> record.isOf(seal(1))).filter(WitnessRecord::isFinal))
                .singleElement()
                .satisfies(last -> assertThat(last.isQuorumMet()).isFalse());
    }

    @Test
    void aNewerSealIsSentAtOnceAndWaitsOnlyWhereAnOlderOneIsUnderWay() throws InterruptedException {
        WitnessServer good = WitnessServer.start(vertx, Behaviour.says(200, ""));
        WitnessServer hanging =
                WitnessServer.start(vertx, Behaviour.first(1, Behaviour.hangs(), Behaviour.says(200, "")));
        WitnessPublisher publisher = publisher(vertx, recorder, 2, good.endpoint("good"), hanging.endpoint("hanging"));

        publisher.publish(line(1), tip(1));
        publisher.publish(line(2), tip(2));
        publisher.publish(line(3), tip(3));
        QuorumReached reached = recorder.next(QuorumReached.class);

        assertThat(reached.seal()).isEqualTo(seal(3));
        assertThat(counts(good)).contains(1L, 3L);
        assertThat(counts(hanging)).containsExactly(1L, 3L);
        assertThat(hanging.openMost()).isEqualTo(1);
        List<WitnessRecord> finals = List.of(lastOf(1), lastOf(2));
        assertThat(finals).extracting(WitnessRecord::isFinal).containsExactly(true, true);
        assertThat(finals).extracting(WitnessRecord::isQuorumMet).containsExactly(false, false);
    }

    @Test
    void goesOnAfterARestartWithWhatWasRecorded() throws Exception {
        WitnessServer one = WitnessServer.start(vertx, Behaviour.signs(key(1)));
        WitnessServer two =
                WitnessServer.start(vertx, Behaviour.first(1, Behaviour.says(500, ""), Behaviour.says(200, "")));
        WitnessEndpoint[] endpoints = {one.endpoint("one"), two.endpoint("two")};
        WitnessPublisher before =
                publisher(vertx, recorder, PublisherSettings.withQuorum(2, Duration.ofMinutes(5)), List.of(endpoints));
        before.publish(line(1), tip(1));
        WitnessRecord stored = WitnessRecord.read(recorder.nextRecord().text());
        before.close().await(10, TimeUnit.SECONDS);
        Recorder after = new Recorder();

        publisher(vertx, after, 2, endpoints).resume(line(1), tip(1), List.of(stored));
        QuorumReached reached = after.next(QuorumReached.class);
        WitnessRecord record = after.nextRecord();

        assertThat(reached.confirmed()).isEqualTo(2);
        assertThat(record.attempt()).isEqualTo(2);
        assertThat(record.attempted()).isEqualTo(1);
        assertThat(one.requests()).hasSize(1);
    }

    @Test
    void takesNoRecordsWordForAConfirmation() throws Exception {
        WitnessServer witness = WitnessServer.start(vertx, Behaviour.signs(key(1)));
        WitnessEndpoint endpoint = witness.endpoint("one", Proof.SIGNATURE, key(1).publicKey());
        String forged = new WitnessRecord(
                        "t",
                        seal(1).tip(),
                        1,
                        seal(1).signature(),
                        1,
                        true,
                        List.of(new Response(
                                "one", witness.url("/api/v1/anchor"), true, 201, "", null, Proof.SIGNATURE)),
                        1,
                        true)
                .text();

        publisher(vertx, recorder, 1, endpoint).resume(line(1), tip(1), List.of(WitnessRecord.read(forged)));
        recorder.next(QuorumReached.class);

        assertThat(witness.requests()).hasSize(1);
    }

    @Test
    void asksNobodyAgainForWhatIsConfirmed() throws InterruptedException {
        WitnessServer witness = WitnessServer.start(vertx, Behaviour.signs(key(1)));
        publisher(vertx, recorder, 1, witness.endpoint("one")).publish(line(1), tip(1));
        WitnessRecord stored = recorder.nextRecord();
        Recorder after = new Recorder();

        publisher(vertx, after, 1, witness.endpoint("one")).resume(line(1), tip(1), List.of(stored));
        after.next(QuorumReached.class);

        assertThat(witness.requests()).hasSize(1);
    }

    @Test
    void recordsWhatCameWhenItIsClosed() throws Exception {
        WitnessServer good = WitnessServer.start(vertx, Behaviour.says(200, ""));
        WitnessServer hanging = WitnessServer.start(vertx, Behaviour.hangs());
        PublisherSettings patient = withTryTimeout(2, Duration.ofMinutes(1));
        WitnessPublisher publisher =
                publisher(vertx, recorder, patient, List.of(good.endpoint("good"), hanging.endpoint("hanging")));
        publisher.publish(line(1), tip(1));
        Until.isTrue(() -> !good.requests().isEmpty() && good.openConnections() == 0);

        publisher.close().await(10, TimeUnit.SECONDS);
        WitnessRecord record = recorder.nextRecord();

        assertThat(record.responses()).extracting(Response::name).containsExactly("good");
        assertThat(record.isFinal()).isFalse();
        Until.isTrue(() -> hanging.openConnections() == 0);
        publisher.publish(line(2), tip(2));
        publisher.close().await(10, TimeUnit.SECONDS);
        assertThat(good.requests()).hasSize(1);
    }

    @Test
    void recordsTheOldestRoundBeforeItsEndWhenManyAreUnderWay() {
        int seals = 6;
        List<WitnessServer> witnesses = IntStream.rangeClosed(1, seals + 1)
                .mapToObj(number -> WitnessServer.start(
                        vertx, Behaviour.first(number - 1, Behaviour.says(200, ""), Behaviour.hangs())))
                .toList();
        List<WitnessEndpoint> endpoints = witnesses.stream()
                .map(witness -> witness.endpoint("hangs at " + (witnesses.indexOf(witness) + 1)))
                .toList();
        WitnessPublisher publisher = publisher(vertx, recorder, withTryTimeout(1, Duration.ofMinutes(1)), endpoints);

        for (int count = 1; count <= seals; count++) {
            publisher.publish(line(count), tip(count));
            int sent = count;
            Until.isTrue(() -> witnesses.subList(sent - 1, seals + 1).stream()
                    .allMatch(witness -> witness.requests().size() == sent));
        }

        assertThat(lastOf(1).attempted()).isEqualTo(seals);
        assertThat(lastOf(2).isFinal()).isTrue();
        assertThat(records(seals)).isEmpty();
    }

    @Test
    void tellsOnceThatAQuorumIsOverdue() throws InterruptedException {
        WitnessServer witness = WitnessServer.start(vertx, (request, body) -> {
            boolean isLast = AnchorRequest.read(body.getBytes()).seal().count() == 3;
            request.response().setStatusCode(isLast ? 200 : 500).end();
        });
        PublisherSettings settings = new PublisherSettings(
                1,
                Given.TRY,
                Duration.ofMillis(10),
                Duration.ofMillis(10),
                Duration.ofMillis(200),
                Duration.ofMillis(10),
                Duration.ofMillis(10),
                null);
        WitnessPublisher publisher = publisher(vertx, recorder, settings, List.of(witness.endpoint("one")));

        publisher.publish(line(1), tip(1));
        publisher.publish(line(2), tip(2));
        QuorumOverdue overdue = recorder.next(QuorumOverdue.class);
        recorder.nextRecord();
        publisher.publish(line(3), tip(3));
        recorder.next(QuorumReached.class);

        assertThat(overdue.seal()).isEqualTo(seal(1));
        assertThat(overdue.unmetFor()).isGreaterThanOrEqualTo(Duration.ofMillis(190));
        assertThat(recorder.all()).filteredOn(QuorumOverdue.class::isInstance).hasSize(1);
        assertThat(recorder.all()).filteredOn(QuorumLost.class::isInstance).hasSize(1);
    }

    @Test
    void leavesAWitnessAloneThatKeepsFailing() throws InterruptedException {
        WitnessServer good = WitnessServer.start(vertx, Behaviour.says(200, ""));
        WitnessServer bad = WitnessServer.start(vertx, Behaviour.says(500, ""));
        WitnessPublisher publisher = publisher(vertx, recorder, 1, good.endpoint("good"), bad.endpoint("bad"));

        for (int count = 1; count <= Circuit.FAILURES_MAX + 3; count++) {
            publisher.publish(line(count), tip(count));
            recorder.nextRecord();
        }

        assertThat(good.requests()).hasSize(Circuit.FAILURES_MAX + 3);
        assertThat(bad.requests()).hasSize(Circuit.FAILURES_MAX);
    }

    @Test
    void asksAWitnessThatKeepsFailingAllTheSameWhenTheQuorumNeedsIt() throws InterruptedException {
        WitnessServer bad = WitnessServer.start(
                vertx, Behaviour.first(Circuit.FAILURES_MAX + 2, Behaviour.says(500, ""), Behaviour.says(200, "")));

        publisher(vertx, recorder, 1, bad.endpoint("bad")).publish(line(1), tip(1));
        recorder.next(QuorumReached.class);

        assertThat(bad.requests()).hasSize(Circuit.FAILURES_MAX + 3);
    }

    @Test
    void refusesWhatIsNoSealAtOnce() {
        WitnessPublisher publisher = publisher(vertx, recorder, 1, good("one"));

        assertThatIllegalArgumentException().isThrownBy(() -> publisher.publish("{}", tip(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> publisher(vertx, recorder, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new WitnessEndpoint("one", URI.create("https://w.example/"), null, Proof.SIGNATURE, null));
    }

    private WitnessEndpoint good(String name) {
        return WitnessServer.start(vertx, Behaviour.says(200, "")).endpoint(name);
    }

    private WitnessRecord lastOf(long count) {
        Until.isTrue(() -> records(count).stream().anyMatch(WitnessRecord::isFinal));
        return records(count).getLast();
    }

    private List<WitnessRecord> records(long count) {
        return recorder.all().stream()
                .filter(WitnessEvent.RoundFinished.class::isInstance)
                .map(event -> ((WitnessEvent.RoundFinished) event).record())
                .filter(record -> record.isOf(seal(count)))
                .toList();
    }

    private static List<Long> counts(WitnessServer witness) {
        return witness.requests().stream()
                .map(request -> AnchorRequest.read(request.body().getBytes(UTF_8))
                        .seal()
                        .count())
                .toList();
    }

    private static PublisherSettings withTryTimeout(int quorum, Duration timeout) {
        PublisherSettings quick = Given.quick(quorum);
        return new PublisherSettings(
                quorum,
                timeout,
                quick.pauseMin(),
                quick.pauseMax(),
                quick.overdueAfter(),
                quick.circuitPauseMin(),
                quick.circuitPauseMax(),
                null);
    }
}
