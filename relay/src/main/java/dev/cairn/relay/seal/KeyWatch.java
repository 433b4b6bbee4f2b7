package dev.cairn.relay.seal;

import dev.cairn.protocol.audit.HeartbeatNote.KeyRotated;
import dev.cairn.protocol.seal.Keyring;
import dev.cairn.protocol.seal.Keys;
import dev.cairn.protocol.seal.Keys.Lookup;
import dev.cairn.relay.bus.Latest;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.config.Sign.SealPayloads;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A store's keyring, and for the audit chain that of its users: looks at their files now and then, and
/// keeps what it found in memory for everybody else (`specs/audit-relay.md` 5.2).
///
/// What it publishes may be read by anyone at any time. Its own methods block, and belong to one thread at a time.
public final class KeyWatch {

    /// Where the ring that seals the relay's chain is, in the data directory.
    public static final Path RING = Path.of("keys", "seal");

    /// The ring that seals the relay's receipts (`specs/receipts.md` 6.7).
    public static final Path RECEIPTS_RING = Path.of("keys", "receipts-seal");

    /// The ring that seals the chains of users, where the configuration allows that.
    static final Path USERS_RING = Path.of("keys", "user-seals");

    private final Keyring ring;
    private final @Nullable Keyring usersRing;
    private final @Nullable KnownKey knownFile;
    private final Latest<Keys> keys = new Latest<>(Keys.NONE);
    private final Latest<Keys> usersKeys = new Latest<>(Keys.NONE);
    private @Nullable String known;

    private KeyWatch(Path ring, @Nullable Path usersRing, @Nullable KnownKey knownFile) {
        this.ring = Keyring.in(ring);
        this.usersRing = usersRing == null ? null : Keyring.in(usersRing);
        this.knownFile = knownFile;
    }

    /// The ring for the seals of receipts. Which key made a seal, the seal says; no chain is told of rotations.
    static KeyWatch ofReceipts(Path dataDir) {
        KeyWatch watch = new KeyWatch(dataDir.resolve(RECEIPTS_RING), null, null);
        watch.look();
        return watch;
    }

    /// The rings of a relay that starts. One that cannot be used keeps nobody from starting: see [#trouble].
    ///
    /// @param seals whose newest says by which key, where nothing else does
    public static KeyWatch start(RelayConfig config, RecoveredSeals seals) throws IOException {
        boolean forUsers = config.sign().sealPayloads() == SealPayloads.ALLOW;
        Path dataDir = config.dataDir();
        KnownKey file = new KnownKey(dataDir);
        KeyWatch watch = new KeyWatch(dataDir.resolve(RING), forUsers ? dataDir.resolve(USERS_RING) : null, file);
        watch.known = file.read();
        if (watch.known == null && seals.last() != null) {
            watch.known = seals.last().keyId();
        }
        watch.look();
        return watch;
    }

    /// The keys of the relay's own ring.
    Latest<Keys> keys() {
        return keys;
    }

    /// The keys for the seals of users.
    Latest<Keys> usersKeys() {
        return usersKeys;
    }

    /// Looks at the files again.
    void look() {
        keys.set(KeySnapshot.of(ring));
        if (usersRing != null) {
            usersKeys.set(KeySnapshot.of(usersRing));
        }
    }

    /// Why nothing can be signed now; empty if it can.
    String trouble() {
        return switch (keys.get().active()) {
            case Lookup.Found _ -> "";
            case Lookup.Unknown _ -> "there is no key";
            case Lookup.Unusable unusable -> unusable.reason().publicText();
        };
    }

    /// The rotation that the chain has yet to be told of. The first key of all is none.
    Optional<KeyRotated> rotation() throws IOException {
        if (knownFile == null
                || !(keys.get().active() instanceof Lookup.Found(var key))
                || key.id().equals(known)) {
            return Optional.empty();
        }
        if (known == null) {
            noted(key.id());
            return Optional.empty();
        }
        return Optional.of(new KeyRotated(known, key.id()));
    }

    /// The chain knows that this key is the active one.
    void noted(String id) throws IOException {
        known = id;
        if (knownFile != null) {
            knownFile.write(id);
        }
    }
}
