package dev.cairn.protocol.receipt.verify;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.receipt.KeyRotation;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The published key and the archived ones it took over from (`specs/receipts.md` 6.5).
///
/// An archive is a file that somebody put beside the published key. What makes its key trusted is a rotation receipt,
/// signed with it, that leads to the published key, be it over several keys: [#learn] collects those.
public final class TrustedKeys {

    /// A relay rotates a few times a year; a store that claims more keys than this is not believed them.
    private static final int KEYS_MAX = 1_000;

    private final Ed25519PublicKey published;
    private final List<Ed25519PublicKey> archives;
    private final Map<String, Ed25519PublicKey> known = new HashMap<>();
    private final Map<String, Set<String>> successors = new HashMap<>();

    public TrustedKeys(Ed25519PublicKey published, List<Ed25519PublicKey> archives) {
        this.published = published;
        this.archives = List.copyOf(archives);
        known.put(KeyRotation.fingerprint(published), published);
        archives.forEach(archive -> known.put(KeyRotation.fingerprint(archive), archive));
    }

    public Ed25519PublicKey published() {
        return published;
    }

    /// Whether somebody put this key here, and not a rotation alone.
    public boolean isGiven(String fingerprint) {
        return fingerprint.equals(KeyRotation.fingerprint(published))
                || archives.stream().anyMatch(archive -> fingerprint.equals(KeyRotation.fingerprint(archive)));
    }

    /// Takes in a rotation if a known key signed it; the rotations of a store are given in the order of
    /// insertion.
    public void learn(ReadReceipt receipt) {
        RecordedRotation rotation = receipt.rotation();
        Ed25519PublicKey old = rotation == null ? null : known.get(rotation.oldKeyFingerprint());
        if (rotation == null
                || old == null
                || known.size() >= KEYS_MAX
                || rotation.problemUnder(old) != null
                || !receipt.isSignedBy(old)) {
            return;
        }
        known.putIfAbsent(rotation.newKeyFingerprint(), rotation.newKey());
        successors
                .computeIfAbsent(rotation.oldKeyFingerprint(), _ -> new HashSet<>())
                .add(rotation.newKeyFingerprint());
    }

    /// The first of the published key and the archived ones that signed the first receipt of a chain; the
    /// published one if none did.
    public Ed25519PublicKey genesisOf(ReceiptReading first) {
        if (!(first instanceof ReadReceipt receipt) || receipt.isSignedBy(published)) {
            return published;
        }
        return archives.stream().filter(receipt::isSignedBy).findFirst().orElse(published);
    }

    /// Whether this is the published key, or rotations lead from it to that.
    public boolean leadsToPublished(Ed25519PublicKey key) {
        return leadsToPublished(KeyRotation.fingerprint(key), new HashSet<>());
    }

    private boolean leadsToPublished(String fingerprint, Set<String> seen) {
        return fingerprint.equals(KeyRotation.fingerprint(published))
                || (seen.add(fingerprint)
                        && successors.getOrDefault(fingerprint, Set.of()).stream()
                                .anyMatch(next -> leadsToPublished(next, seen)));
    }
}
