package dev.cairn.relay.seal;

import dev.cairn.protocol.audit.HeartbeatNote.KeyRotated;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.Bus;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.BusMessage.Note;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the chain of each rotation of the keys, once (`specs/audit-relay.md` 4.2). Belongs to whoever owns the
/// [KeyWatch].
final class Rotations {

    private static final Logger LOG = LoggerFactory.getLogger(Rotations.class);

    private final Bus bus;
    private final KeyWatch keys;
    private boolean telling;

    Rotations(Bus bus, KeyWatch keys) {
        this.bus = bus;
        this.keys = keys;
    }

    /// Tells what the last look at the keys found. A chain that refuses, as its disk is full, say, is told at a
    /// later call.
    void tell() {
        if (telling) {
            return;
        }
        try {
            keys.rotation().ifPresent(this::tell);
        } catch (IOException e) {
            complain(e);
        }
    }

    private void tell(KeyRotated rotation) {
        telling = true;
        bus.ask(Address.NOTE_AUDIT, new Note(rotation)).onComplete(reply -> {
            telling = false;
            if (reply.succeeded() && reply.result() instanceof Appended) {
                told(rotation);
            }
        });
    }

    private void told(KeyRotated rotation) {
        LOG.atInfo()
                .addKeyValue("old_key_id", rotation.oldKeyId())
                .addKeyValue("key_id", rotation.newKeyId())
                .log("the keys were rotated; the chain says so");
        try {
            keys.noted(rotation.newKeyId());
        } catch (IOException e) {
            complain(e);
        }
    }

    private static void complain(IOException cause) {
        LOG.atWarn().addKeyValue("reason", cause.getMessage()).log("the active key's id cannot be kept");
    }
}
