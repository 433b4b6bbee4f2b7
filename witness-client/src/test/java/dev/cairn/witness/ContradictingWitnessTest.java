package dev.cairn.witness;

import static dev.cairn.witness.Given.key;
import static dev.cairn.witness.Given.publisher;
import static dev.cairn.witness.Seals.line;
import static dev.cairn.witness.Seals.seal;
import static dev.cairn.witness.Seals.tip;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.witness.Contradiction.Form;
import dev.cairn.protocol.witness.Proof;
import dev.cairn.protocol.witness.SealedTip;
import dev.cairn.protocol.witness.WitnessRecord;
import dev.cairn.protocol.witness.WitnessReply;
import dev.cairn.witness.WitnessEvent.QuorumLost;
import dev.cairn.witness.WitnessEvent.QuorumReached;
import dev.cairn.witness.WitnessEvent.SealContradicted;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a witness says against a seal is told at once, kept, and not asked for again.
class ContradictingWitnessTest {

    private final Vertx vertx = Vertx.vertx();
    private final Recorder recorder = new Recorder();

    @AfterEach
    void stopAll() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void whoSignsAnotherTipForTheSealIsCaughtByItsOwnSignature() throws InterruptedException {
        WitnessServer liar =
                WitnessServer.start(vertx, Behaviour.signs(key(1), ContradictingWitnessTest::withOtherTip));
        WitnessServer slow =
                WitnessServer.start(vertx, Behaviour.first(2, Behaviour.says(503, ""), Behaviour.says(200, "")));

        publisher(vertx, recorder, 1, liar.endpoint("liar", Proof.STATUS, key(1).publicKey()), slow.endpoint("slow"))
                .publish(line(1), tip(1));
        SealContradicted told = recorder.next(SealContradicted.class);
        WitnessRecord record = recorder.nextRecord();
        recorder.next(QuorumReached.class);

        assertThat(told.seal()).isEqualTo(seal(1));
        assertThat(told.witness().name()).isEqualTo("liar");
        assertThat(told.what().form()).isEqualTo(Form.CONFIRMS_ANOTHER);
        assertThat(told.what().isAgainst(seal(1))).isTrue();
        assertThat(told.what().signer()).isEqualTo(key(1).publicKey());
        assertThat(told.isByKnownKey()).isTrue();
        WitnessReply kept = Objects.requireNonNull(record.responses().stream()
                .filter(response -> response.name().equals("liar"))
                .findFirst()
                .orElseThrow()
                .reply());
        assertThat(kept.signer()).contains(key(1).publicKey());
        assertThat(slow.requests()).hasSize(3);
        assertThat(liar.requests()).hasSize(1);
        assertThat(recorder.all())
                .filteredOn(SealContradicted.class::isInstance)
                .hasSize(1);
    }

    @Test
    void whoHoldsAnotherTipIsNotAskedForTheSameSealAgainButForTheNextOne() throws InterruptedException {
        WitnessServer owner = WitnessServer.start(
                vertx,
                Behaviour.first(
                        1, Behaviour.holds(key(1), ContradictingWitnessTest::withOtherTip), Behaviour.says(201, "")));
        WitnessPublisher publisher = publisher(vertx, recorder, 1, owner.endpoint("owner"));

        publisher.publish(line(1), tip(1));
        SealContradicted told = recorder.next(SealContradicted.class);
        WitnessRecord record = recorder.nextRecord();
        recorder.next(QuorumLost.class);
        publisher.publish(line(2), tip(2));
        QuorumReached reached = recorder.next(QuorumReached.class);

        assertThat(told.what().form()).isEqualTo(Form.HOLDS_ANOTHER);
        assertThat(told.what().named())
                .satisfies(named -> assertThat(Objects.requireNonNull(named).isSameAs(withOtherTip(seal(1))))
                        .isTrue());
        assertThat(told.what().signer()).isEqualTo(key(1).publicKey());
        assertThat(told.isByKnownKey()).isFalse();
        assertThat(record.isFinal()).isTrue();
        assertThat(record.responses().getFirst().error()).isEqualTo("HTTP 409: shows another seal");
        assertThat(reached.seal()).isEqualTo(seal(2));
        assertThat(owner.requests()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "<html>", "{\"anchored\":5}", "{\"anchored\":{\"tip_hash\":\"x\"}}"})
    void aRefusalThatShowsNothingProvesNothing(String body) throws InterruptedException {
        WitnessServer refusing = WitnessServer.start(vertx, Behaviour.says(409, body));

        publisher(vertx, recorder, 1, refusing.endpoint("w")).publish(line(1), tip(1));
        SealContradicted told = recorder.next(SealContradicted.class);

        assertThat(told.what().isSigned()).isFalse();
        assertThat(told.what().isAgainst(seal(1))).isFalse();
        assertThat(recorder.nextRecord().responses().getFirst().error()).isEqualTo("HTTP 409");
    }

    @Test
    void aRefusalThatShowsTheSealItselfProvesNothing() throws InterruptedException {
        WitnessServer odd = WitnessServer.start(vertx, Behaviour.holds(key(1), seal -> seal));

        publisher(vertx, recorder, 1, odd.endpoint("w")).publish(line(1), tip(1));

        assertThat(recorder.next(SealContradicted.class).what().isSigned()).isFalse();
    }

    @Test
    void whatWasSaidIsToldAgainAfterARestartAndNobodyIsAsked() throws InterruptedException {
        WitnessServer owner =
                WitnessServer.start(vertx, Behaviour.holds(key(1), ContradictingWitnessTest::withOtherTip));
        publisher(vertx, recorder, 1, owner.endpoint("owner")).publish(line(1), tip(1));
        WitnessRecord stored = WitnessRecord.read(recorder.nextRecord().text());
        Recorder after = new Recorder();

        publisher(vertx, after, 1, owner.endpoint("owner")).resume(line(1), tip(1), List.of(stored));
        SealContradicted told = after.next(SealContradicted.class);
        after.next(QuorumLost.class);

        assertThat(told.what().signer()).isEqualTo(key(1).publicKey());
        assertThat(owner.requests()).hasSize(1);
        assertThat(after.all()).noneMatch(WitnessEvent.RoundFinished.class::isInstance);
    }

    private static SealedTip withOtherTip(SealedTip seal) {
        return new SealedTip(seal(99).tip(), seal.count(), seal.signature(), seal.keyId());
    }
}
