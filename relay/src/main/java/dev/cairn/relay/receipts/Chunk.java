package dev.cairn.relay.receipts;

import dev.cairn.protocol.crypto.Ed25519Signature;
import dev.cairn.protocol.receipt.LinkedReceipt;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.SignedReceipt;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/// Receipts that are signed together and stored in one transaction, and who waits for them.
final class Chunk {

    private final List<LinkedReceipt> linked = new ArrayList<>();
    private final List<Promise<AppendReply>> waiting = new ArrayList<>();
    private List<SignedReceipt> signed = List.of();
    private long bytes;

    void add(LinkedReceipt receipt) {
        linked.add(receipt);
        bytes += receipt.signedBytes().length;
    }

    LostReceipts addTo(LostReceipts left) {
        LostReceipts all = left;
        for (LinkedReceipt receipt : linked) {
            if (!receipt.isTerminator()) {
                all = all.with(receipt.drops());
            }
        }
        return all;
    }

    /// Somebody waits for a receipt in this chunk, or for one before.
    void answerLater(Promise<AppendReply> reply) {
        waiting.add(reply);
    }

    int size() {
        return linked.size();
    }

    /// Bytes of its receipts, about.
    long bytes() {
        return bytes;
    }

    boolean isSigned() {
        return !signed.isEmpty();
    }

    List<LinkedReceipt> linked() {
        return linked;
    }

    /// What is to be signed, in order.
    List<byte[]> messages() {
        return linked.stream().map(LinkedReceipt::signedBytes).toList();
    }

    /// Takes the signatures of [#messages].
    void sign(List<byte[]> signatures, String verificationMethod) {
        if (signatures.size() != linked.size()) {
            throw new IllegalStateException(signatures.size() + " signatures for " + linked.size() + " receipts");
        }
        List<SignedReceipt> all = new ArrayList<>(linked.size());
        for (int i = 0; i < linked.size(); i++) {
            Ed25519Signature signature = Ed25519Signature.of(signatures.get(i));
            all.add(new SignedReceipt(linked.get(i), linked.get(i).text(signature, verificationMethod)));
        }
        signed = all;
    }

    List<SignedReceipt> signed() {
        return signed;
    }

    void answer(AppendReply reply) {
        waiting.forEach(promise -> promise.complete(reply));
    }
}
