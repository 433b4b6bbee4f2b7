package dev.cairn.relay.receipts;

import com.sun.security.auth.module.UnixSystem;
import dev.cairn.protocol.audit.ClientText;
import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.audit.ReceiptsAnswer.KeyNotRotated;
import dev.cairn.protocol.audit.ReceiptsAnswer.KeyNotRotated.Obstacle;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/// Who may have the key of receipts rotated, and how often: the relay's own user and the superuser, a few times at
/// once, then one in ten minutes: each leaves a key in the archive. Tells the security log of it, of refusals as often.
final class RotationDemands {

    static final KeyNotRotated STOPPING = new KeyNotRotated(Obstacle.STOPPING, "Not rotated: the relay is stopping");

    static final KeyNotRotated NOT_OPEN = new KeyNotRotated(
            Obstacle.FAILED, "Not rotated: the receipts are not open; cairn status says what they wait for");

    private static final KeyNotRotated NOT_ALLOWED =
            new KeyNotRotated(Obstacle.NOT_ALLOWED, "Not rotated: only the relay's own user may ask for it");
    private static final KeyNotRotated TOO_OFTEN =
            new KeyNotRotated(Obstacle.TOO_OFTEN, "Not rotated: asked too often; wait ten minutes");

    private static final long SUPERUSER = 0;

    private static final Logger LOG = LoggerFactory.getLogger(RotationDemands.class);

    /// Lets a few through at once, and one in each period in the long run.
    private static final class Pace {

        private static final long PERIOD_MILLIS = 600_000;
        private static final int AT_ONCE = 5;

        private long spreadUntil = Long.MIN_VALUE;

        boolean admits(long now) {
            long until = Math.max(now, spreadUntil);
            if (until - now > PERIOD_MILLIS * (AT_ONCE - 1)) {
                return false;
            }
            spreadUntil = until + PERIOD_MILLIS;
            return true;
        }
    }

    private final long ourUid = new UnixSystem().getUid();
    private final Pace rotations = new Pace();
    private final Pace refusals = new Pace();

    /// Why `peer` gets no rotation now.
    ///
    /// @param now of a clock that does not jump, in milliseconds
    Optional<KeyNotRotated> refusal(Peer peer, long now) {
        if (peer.uid() != SUPERUSER && peer.uid() != ourUid) {
            tellRefused(peer, now, "a rotation of the receipts key was refused: not the relay's own user");
            return Optional.of(NOT_ALLOWED);
        }
        if (!rotations.admits(now)) {
            tellRefused(peer, now, "a rotation of the receipts key was refused: asked too often");
            return Optional.of(TOO_OFTEN);
        }
        by(LOG.atWarn(), peer).log("a rotation of the receipts key is asked for");
        return Optional.empty();
    }

    private void tellRefused(Peer peer, long now, String message) {
        if (refusals.admits(now)) {
            by(LOG.atWarn(), peer).log(message);
        }
    }

    private static LoggingEventBuilder by(LoggingEventBuilder log, Peer peer) {
        LoggingEventBuilder told = log.addKeyValue("uid", peer.uid()).addKeyValue("pid", peer.pid());
        return peer.exe().isEmpty() ? told : told.addKeyValue("exe", ClientText.show(peer.exe()));
    }
}
