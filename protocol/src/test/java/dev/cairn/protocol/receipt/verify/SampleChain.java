package dev.cairn.protocol.receipt.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.receipt.KeyRotation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/// A chain of genuine receipts for tests, which they then spoil.
final class SampleChain {

    static final String ID = "2026-06-15";
    static final Ed25519KeyPair KEY = key(1);

    private final List<String> receipts = new ArrayList<>();
    private Ed25519KeyPair key = KEY;
    private String previous = "null";
    private long sequence = 1;

    static Ed25519KeyPair key(int number) {
        byte[] seed = new byte[Ed25519KeyPair.SEED_LENGTH];
        Arrays.fill(seed, (byte) number);
        return Ed25519KeyPair.fromSeed(seed);
    }

    List<String> receipts() {
        return receipts;
    }

    SampleChain add() {
        return add(text -> text);
    }

    /// Adds a receipt that is edited before it is signed; it has to stay canonical.
    SampleChain add(UnaryOperator<String> edit) {
        String text = edit.apply("""
                {"@context":["https://www.w3.org/ns/credentials/v2","https://agentreceipts.ai/context/v2"],\
                "credentialSubject":{"action":{"id":"act_%d","risk_level":"low","timestamp":"2026-06-15T10:00:00Z",\
                "type":"filesystem.file.read"},"chain":{"chain_id":"%s","previous_receipt_hash":%s,"sequence":%d},\
                "outcome":{"status":"success"},"principal":{"id":"did:user:alice"}},"id":"urn:receipt:%d",\
                "issuanceDate":"2026-06-15T10:00:00Z","issuer":{"id":"did:agent:a"},\
                "type":["VerifiableCredential","AgentReceipt"],"version":"0.5.0"}""".formatted(sequence, ID, previous, sequence, sequence));
        byte[] bytes = text.getBytes(UTF_8);
        String proof = """
                ,"proof":{"type":"Ed25519Signature2020","created":"2026-06-15T10:00:00Z","proofPurpose":"assertionMethod",\
                "proofValue":"%s","verificationMethod":"did:agent:a#k1"}}""".formatted(key.sign(bytes));
        receipts.add(text.substring(0, text.length() - 1) + proof);
        previous = '"' + Hash.of(bytes, 0, bytes.length).text() + '"';
        sequence++;
        return this;
    }

    SampleChain end(String status) {
        return add(text -> text.replaceFirst(
                "(\"sequence\":[0-9]+)",
                "$1" + (status.isEmpty() ? "" : ",\"status\":\"" + status + "\"") + ",\"terminal\":true"));
    }

    /// Hands over to another key; what is added from here on is signed with it.
    SampleChain rotateTo(Ed25519KeyPair next) {
        rotateTo(next, text -> text);
        key = next;
        return this;
    }

    SampleChain rotateTo(Ed25519KeyPair next, UnaryOperator<String> edit) {
        String rotation = """
                "keyRotation":{"event_type":"key_rotated","new_algorithm":"ed25519","new_key_fingerprint":"%s",\
                "new_public_key":"%s","old_algorithm":"ed25519","old_key_fingerprint":"%s","signed_with":"old"},\
                "outcome\"""".formatted(
                        KeyRotation.fingerprint(next.publicKey()),
                        next.publicKey().text(),
                        KeyRotation.fingerprint(key.publicKey()));
        return add(text -> edit.apply(text.replace("\"outcome\"", rotation)));
    }

    SampleChain signWith(Ed25519KeyPair other) {
        key = other;
        return this;
    }

    SampleChain skipTo(long next) {
        sequence = next;
        return this;
    }

    ChainVerdict verdict() {
        return verdict(ID, receipts);
    }

    static ChainVerdict verdict(String id, List<String> receipts) {
        ChainVerifier verifier = new ChainVerifier(id, KEY.publicKey());
        ReceiptReader reader = new ReceiptReader();
        receipts.forEach(text -> verifier.next(reader.read(text.getBytes(UTF_8)), null));
        return verifier.verdict();
    }
}
