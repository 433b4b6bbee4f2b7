package dev.cairn.relay;

import dev.cairn.relay.config.Receipts;
import dev.cairn.relay.config.Receipts.Door.Need;
import dev.cairn.relay.ingress.SocketRefusedException;
import dev.cairn.relay.ingress.UnixSocketDoor;
import dev.cairn.relay.ingress.UnixSocketDoor.Speech;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The socket on which emitters of the receipts dialect find a relay by themselves (`specs/receipts.md` 1.1, 10).
final class EmitterSocket {

    private static final int MODE = 0660;
    private static final String USUAL_GROUP = "agentreceipts";

    private static final Logger LOG = LoggerFactory.getLogger(EmitterSocket.class);

    private EmitterSocket() {}

    /// Prepares it, if there is to be one. One that nobody asked for is opened when it is free, and missed
    /// with a word otherwise.
    static Optional<UnixSocketDoor> prepare(Receipts.Door door) {
        if (door.socket().isEmpty()) {
            return Optional.empty();
        }
        Path path = door.socket().get();
        try {
            return Optional.of(prepare(path, door.socketGroup()));
        } catch (SocketRefusedException e) {
            if (door.need() != Need.WELCOME) {
                throw e;
            }
            LOG.atWarn()
                    .addKeyValue("reason", String.valueOf(e.getMessage()))
                    .log("emitters of receipts do not find this relay by themselves");
            return Optional.empty();
        }
    }

    private static UnixSocketDoor prepare(Path path, Optional<String> group) {
        return group.isPresent()
                ? UnixSocketDoor.prepare(path, Speech.FRAMES, MODE, group)
                : UnixSocketDoor.prepareForUsual(path, Speech.FRAMES, MODE, USUAL_GROUP);
    }
}
