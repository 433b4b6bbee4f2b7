package dev.cairn.protocol.receipt;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.json.ByteBuilder;
import dev.cairn.protocol.json.CanonicalJson;
import dev.cairn.protocol.json.JsonTape;
import dev.cairn.protocol.receipt.FrameReading.Accepted;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Frames, peers and keys of the vectors.
final class TestReceipts {

    private TestReceipts() {}

    static Frame frame(String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return ((Accepted) new FrameReader().read(bytes, 0, bytes.length)).frame();
    }

    static ReceiptPeer peer(VectorFile peer) {
        String exePath = peer.text("exe_path");
        return new ReceiptPeer(
                peer.text("platform"),
                (int) peer.at("pid").number(),
                peer.at("uid").number(),
                peer.at("gid").number(),
                exePath.isEmpty() ? null : exePath);
    }

    /// Gives the ids of these receipts, of each its own and its action's.
    static UuidSource idsOf(VectorFile... receipts) {
        Queue<String> ids = new ArrayDeque<>();
        for (VectorFile receipt : receipts) {
            VectorFile action = receipt.at("credentialSubject").at("action");
            ids.add(receipt.text("id").substring("urn:receipt:".length()));
            ids.add(action.text("id").substring("act_".length()));
        }
        return ids::remove;
    }

    static String canonical(VectorFile value) {
        return canonical(value.json());
    }

    static String canonical(String json) {
        byte[] text = json.getBytes(UTF_8);
        JsonTape tape = new JsonTape();
        tape.parse(text, 0, text.length);
        ByteBuilder out = new ByteBuilder(text.length);
        new CanonicalJson(CanonicalJson.Dialect.RECEIPTS).write(tape, 0, out);
        return out.toString();
    }

    static Ed25519PublicKey publicKey(String pem) {
        return Ed25519PublicKey.of(lastBytes(pem));
    }

    /// The published test key; the test that needs its private half is skipped where that is absent.
    static Ed25519KeyPair testKey() throws IOException {
        VectorFile keys = VectorFile.parse(Files.readString(VectorFile.thirdParty("receipts/go_vectors.json")))
                .at("keys");
        return Ed25519KeyPair.fromSeed(lastBytes(keys.text("privateKey")));
    }

    private static byte[] lastBytes(String pem) {
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
        return Arrays.copyOfRange(der, der.length - 32, der.length);
    }

    /// The chain part of a receipt as a place.
    static ChainPlace placeOf(VectorFile receipt) {
        VectorFile subject = receipt.at("credentialSubject");
        VectorFile chain = subject.at("chain");
        return new ChainPlace(
                chain.text("chain_id"),
                chain.at("sequence").number(),
                (String) chain.at("previous_receipt_hash").value(),
                subject.has("delegation") ? delegation(subject.at("delegation")) : null);
    }

    private static @Nullable Delegation delegation(VectorFile delegation) {
        return new Delegation(
                delegation.text("parent_chain_id"),
                delegation.text("parent_receipt_id"),
                delegation.at("delegator").text("id"));
    }
}
