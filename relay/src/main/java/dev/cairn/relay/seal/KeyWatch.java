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

/// The relay's keyrings: looks at their files now and then, and keeps what it found in memory for everybody
/// else (`specs/audit-relay.md` 5.2).
///
/// What it publishes may be read by anyone at any time. Its own methods block, and belong to one thread at a time.
public final class KeyWatch {

    /// Where the ring that seals the relay's chain is, in the data directory.
    public static final Path RING = Path.of("keys", "seal");

    /// The ring that seals the chains of users, where the configuration allows that.
    static final Path USERS_RING = Path.of("keys", "user-seals");

    private final Keyring ring;
    private final @Nullable Keyring usersRing;
    private final KnownKey knownFile;
    private final Latest<Keys> keys = new Latest<>(Keys.NONE);
    private final Latest<Keys> usersKeys = new Latest<>(Keys.NONE);
    private @Nullable String known;

    private KeyWatch(Path dataDir, boolean forUsers) {
        ring = Keyring.in(dataDir.resolve(RING));
        usersRing = forUsers ? Keyring.in(dataDir.resolve(USERS_RING)) : null;
        knownFile = new KnownKey(dataDir);
    }

    /// The rings of a relay that starts. One that cannot be used keeps nobody from starting: see [#trouble].
    ///
    /// @param seals whose newest says by which key, where nothing else does
    public static KeyWatch start(RelayConfig config, RecoveredSeals seals) throws IOException {
        boolean forUsers = config.sign().sealPayloads() == SealPayloads.ALLOW;
        KeyWatch watch = new KeyWatch(config.dataDir(), forUsers);
        watch.known = watch.knownFile.read();
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
        if (!(keys.get().active() instanceof Lookup.Found(var key)) || key.id().equals(known)) {
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
        knownFile.write(id);
    }
}
