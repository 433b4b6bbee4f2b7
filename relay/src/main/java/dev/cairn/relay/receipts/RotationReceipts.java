package dev.cairn.relay.receipts;

import dev.cairn.protocol.crypto.Ed25519Signature;
import dev.cairn.protocol.receipt.ChainPlace;
import dev.cairn.protocol.receipt.Composer;
import dev.cairn.protocol.receipt.KeyRotation;
import dev.cairn.protocol.receipt.LinkedReceipt;
import dev.cairn.protocol.receipt.key.AnchorLog;
import dev.cairn.relay.bus.SignedReceipt;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The receipts that record a change of the signing key, one in each chain that goes on (`specs/receipts.md` 6.5):
/// signed with the old key, told in the anchor log, then stored in one transaction.
final class RotationReceipts {

    private final List<LinkedReceipt> linked;

    private RotationReceipts(List<LinkedReceipt> linked) {
        this.linked = linked;
    }

    /// Links one for each of the places.
    static RotationReceipts link(Composer composer, KeyRotation rotation, List<ChainPlace> places, InstantSource wall) {
        return new RotationReceipts(places.stream()
                .map(place -> composer.rotation(rotation, wall.instant()).link(place))
                .toList());
    }

    List<LinkedReceipt> linked() {
        return linked;
    }

    List<String> chains() {
        return linked.stream().map(receipt -> receipt.place().chainId()).toList();
    }

    /// What the old key is to sign, in order.
    List<byte[]> messages() {
        return linked.stream().map(LinkedReceipt::signedBytes).toList();
    }

    List<SignedReceipt> signed(List<byte[]> signatures, String verificationMethod) {
        List<SignedReceipt> receipts = new ArrayList<>(linked.size());
        for (int i = 0; i < linked.size(); i++) {
            byte[] text = linked.get(i).text(Ed25519Signature.of(signatures.get(i)), verificationMethod);
            receipts.add(new SignedReceipt(linked.get(i), text));
        }
        return receipts;
    }

    /// Tells of them outside the store, where that is wanted. Blocking.
    ///
    /// @throws ReceiptsRefusedException if that fails: then there is to be no rotation
    static void anchor(Optional<Path> log, List<SignedReceipt> receipts, InstantSource wall) {
        if (log.isEmpty()) {
            return;
        }
        try {
            for (SignedReceipt receipt : receipts) {
                AnchorLog.at(log.get()).append(wall.instant(), receipt.text());
            }
        } catch (IOException e) {
            throw new ReceiptsRefusedException(
                    log.get(),
                    "cannot be written: " + e.getMessage(),
                    "Nothing was rotated. See to the file, and rotate again.",
                    e);
        }
    }
}
