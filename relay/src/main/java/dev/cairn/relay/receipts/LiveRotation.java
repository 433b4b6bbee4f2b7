package dev.cairn.relay.receipts;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.cairn.protocol.audit.ReceiptsAnswer.KeyNotRotated;
import dev.cairn.protocol.audit.ReceiptsAnswer.KeyNotRotated.Obstacle;
import dev.cairn.protocol.audit.ReceiptsAnswer.KeyRotated;
import dev.cairn.protocol.audit.ReceiptsAnswer.ToRotate;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.receipt.Composer;
import dev.cairn.protocol.receipt.KeyRotation;
import dev.cairn.relay.bus.SignedReceipt;
import dev.cairn.relay.receipts.ReceiptStore.Outcome;
import dev.cairn.relay.receipts.ReceiptsHealth.Matter;
import dev.cairn.relay.receipts.key.KeySource;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Rotates the key of a relay that runs (`specs/receipts.md` 6.5, ours).
///
/// The next key is made while receipts come in. Then nothing more is linked until all that was is stored; the anchor
/// log and one transaction record the rotation, signed with the old key; the next key takes over, and what came
/// meanwhile goes on behind it. Up to the transaction every failure leaves things as they were. Behind it the next
/// key has to take over: nothing is signed until it has. A crash leaves what the next start settles.
///
/// The single writer's context owns it.
final class LiveRotation {

    private static final int DRAIN_SECONDS = 10;
    private static final int SIGN_SECONDS = 10;
    private static final long RETRY_MILLIS = 1_000;
    private static final int CHAINS_TOLD_MAX = 100;

    private static final Logger LOG = LoggerFactory.getLogger(LiveRotation.class);

    private final Vertx vertx;
    private final WorkerExecutor disk;
    private final ReceiptsSetup setup;
    private final Composer composer;
    private final ReceiptsHealth health;
    private final Consumer<Throwable> onFatal;
    private Future<?> recording = Future.succeededFuture();
    private boolean underWay;
    private boolean stopped;

    /// @param disk the thread on which the store is used
    LiveRotation(
            Vertx vertx,
            WorkerExecutor disk,
            ReceiptsSetup setup,
            Composer composer,
            ReceiptsHealth health,
            Consumer<Throwable> onFatal) {
        this.vertx = vertx;
        this.disk = disk;
        this.setup = setup;
        this.composer = composer;
        this.health = health;
        this.onFatal = onFatal;
    }

    /// Does it, one at a time; never fails.
    Future<ToRotate> rotate(Assembly line) {
        if (underWay) {
            return Future.succeededFuture(
                    new KeyNotRotated(Obstacle.TOO_OFTEN, "Not rotated: a rotation is under way"));
        }
        underWay = true;
        Promise<ToRotate> answer = Promise.promise();
        KeySource keys = line.working().keys();
        Ed25519PublicKey before = keys.publicKey();
        keys.prepareNext()
                .compose(next -> record(line, new KeyRotation(before, next), answer.future()))
                .recover(failure -> undo(line, failure))
                .onComplete(answer);
        return answer.future();
    }

    /// Nothing is begun any more; done when the chains can be ended, or, where [Assembly#isHeld], when they
    /// must not.
    Future<?> stop() {
        stopped = true;
        return recording;
    }

    /// @param end of all this
    private Future<ToRotate> record(Assembly line, KeyRotation rotation, Future<?> end) {
        if (stopped) {
            return Future.failedFuture("the relay is stopping");
        }
        recording = end;
        return line.hold()
                .timeout(DRAIN_SECONDS, SECONDS)
                .compose(_ -> store(line, rotation))
                .compose(receipts -> takeOver(line, rotation, receipts));
    }

    /// A receipt in every chain that goes on, those that are not remembered among them.
    private Future<RotationReceipts> store(Assembly line, KeyRotation rotation) {
        Working working = line.working();
        RotationReceipts receipts;
        try {
            List<String> agents = working.opened().agentChains(working.chains().rootId());
            receipts =
                    RotationReceipts.link(composer, rotation, working.chains().openPlaces(agents), setup.wall());
        } catch (UnusableChainException | SQLException e) {
            return Future.failedFuture(e);
        }
        return working.keys()
                .sign(receipts.messages())
                .timeout(SIGN_SECONDS, SECONDS)
                .map(signatures -> receipts.signed(signatures, working.keys().verificationMethod()))
                .compose(signed -> disk.executeBlocking(() -> anchorAndStore(working, signed))
                        .compose(outcome -> conclude(line, receipts, signed, outcome)));
    }

    private Outcome anchorAndStore(Working working, List<SignedReceipt> signed) {
        RotationReceipts.anchor(setup.config().files().anchorLog(), signed, setup.wall());
        return working.opened().store().append(signed);
    }

    private Future<RotationReceipts> conclude(
            Assembly line, RotationReceipts receipts, List<SignedReceipt> signed, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Stored _ -> {
                line.stored(signed);
                yield Future.succeededFuture(receipts);
            }
            case Outcome.Kept(String reason) -> Future.failedFuture("the store takes no receipt: " + reason);
        };
    }

    /// It is in the chains: there is no way back. Until the next key signs, nothing does.
    private Future<ToRotate> takeOver(Assembly line, KeyRotation rotation, RotationReceipts receipts) {
        Promise<ToRotate> answer = Promise.promise();
        adopt(line, rotation, receipts, answer);
        return answer.future();
    }

    private void adopt(Assembly line, KeyRotation rotation, RotationReceipts receipts, Promise<ToRotate> answer) {
        line.working()
                .keys()
                .adoptNext()
                .onComplete(
                        _ -> finish(line, rotation, receipts, answer),
                        failure -> adoptLater(line, rotation, receipts, answer, failure));
    }

    private void adoptLater(
            Assembly line,
            KeyRotation rotation,
            RotationReceipts receipts,
            Promise<ToRotate> answer,
            Throwable failure) {
        health.worksNot(Matter.ROTATE, failure);
        answer.tryComplete(new KeyNotRotated(
                Obstacle.FAILED,
                "The rotation is recorded, and nothing is signed until the next key can take over: "
                        + firstLine(failure)));
        vertx.setTimer(RETRY_MILLIS, _ -> adopt(line, rotation, receipts, answer));
    }

    private void finish(Assembly line, KeyRotation rotation, RotationReceipts receipts, Promise<ToRotate> answer) {
        Working working = line.working();
        if (!working.keys().publicKey().equals(rotation.newKey())) {
            onFatal.accept(new IllegalStateException("another key took over than the one that the chains name"));
            return;
        }
        working.retired(rotation.oldKey());
        underWay = false;
        health.works(Matter.ROTATE);
        line.release();
        String before = KeyRotation.fingerprint(rotation.oldKey());
        String now = KeyRotation.fingerprint(rotation.newKey());
        List<String> chains = receipts.chains();
        LOG.atWarn()
                .addKeyValue("before", before)
                .addKeyValue("key", now)
                .addKeyValue("chains", chains.size())
                .log("receipts are signed with another key");
        answer.tryComplete(new KeyRotated(
                before, now, chains.stream().limit(CHAINS_TOLD_MAX).toList(), chains.size()));
    }

    /// Nothing of it is in the chains, unless nobody knows that.
    private Future<ToRotate> undo(Assembly line, Throwable failure) {
        if (failure instanceof ReceiptStore.UnknownFateException) {
            onFatal.accept(failure);
            return Future.succeededFuture(notRotated(failure));
        }
        LOG.atWarn().addKeyValue("reason", failure.getMessage()).log("the receipts key was not rotated");
        return line.working()
                .keys()
                .discardNext()
                .onFailure(left -> LOG.atWarn()
                        .addKeyValue("reason", left.getMessage())
                        .log("the key that was made is left for the next start to delete"))
                .transform(_ -> {
                    underWay = false;
                    line.release();
                    return Future.succeededFuture(notRotated(failure));
                });
    }

    private static ToRotate notRotated(Throwable failure) {
        return new KeyNotRotated(Obstacle.FAILED, "Not rotated: " + firstLine(failure));
    }

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    }
}
