package dev.cairn.protocol.receipt.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Known answers of every writer and version that there is.
class ReceiptVectorsTest {

    private final ReceiptReader reader = new ReceiptReader();

    @ParameterizedTest
    @ValueSource(strings = {"go", "py", "ts"})
    void aReceiptOfEachLibraryVerifies(String library) throws IOException {
        VectorFile vectors = vectors(library + "_vectors.json");

        ReadReceipt receipt = read(vectors.at("signing").at("signed"));

        assertThat(receipt.hash()).isEqualTo(vectors.at("hashing").text("receiptExpected"));
        assertThat(receipt.isSignedBy(key(vectors))).isTrue();
        assertThat(receipt.unmodelled()).isNull();
    }

    @Test
    void theChainThatEndsInVersion020Verifies() throws IOException {
        VectorFile vectors = vectors("v020_vectors.json");

        ChainVerdict verdict =
                verdict(vectors.at("terminalChain").at("receipts").items(), key(vectors));

        assertThat(verdict.firstFault()).isNull();
        assertThat(verdict.isValid()).isTrue();
        assertThat(verdict.length()).isEqualTo(3);
        assertThat(verdict.end()).isEqualTo(ChainEnd.COMPLETE);
        assertThat(verdict.notes().unmodelled()).isZero();
    }

    @Test
    void aFlatDisclosureVerifiesAndIsNotedAsLostOnThePeer() throws IOException {
        VectorFile vectors = vectors("v020_vectors.json");
        VectorFile vector = vectors.at("parametersDisclosureReceipt");

        ReadReceipt receipt = read(vector.at("receipt"));

        assertThat(receipt.hash()).isEqualTo(vector.text("expectedReceiptHash"));
        assertThat(receipt.isSignedBy(key(vectors))).isTrue();
        assertThat(receipt.unmodelled())
                .isEqualTo("credentialSubject.action.parameters_disclosure.command is not modelled");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "parametersDisclosureEnvelopeReceipt",
                "peerCredentialEmitterMetadataReceipt",
                "peerCredentialRootReceipt"
            })
    void theReceiptsOfVersion030Verify(String name) throws IOException {
        VectorFile vectors = vectors("v030_vectors.json");

        ReadReceipt receipt = read(vectors.at(name).at("receipt"));

        assertThat(receipt.hash()).isEqualTo(vectors.at(name).text("expectedReceiptHash"));
        assertThat(receipt.isSignedBy(key(vectors))).isTrue();
        assertThat(receipt.unmodelled()).isNull();
    }

    @Test
    void whatIsMalformedIsRejectedAndSaysWhy() throws IOException {
        VectorFile vectors = vectors("malformed_vectors.json");

        List<String> causes = vectors.at("receipts").items().stream()
                .map(vector -> verdict(List.of(vector.at("receipt")), key(vectors)))
                .map(verdict -> verdict.firstFault() == null
                        ? "accepted"
                        : verdict.firstFault().cause())
                .toList();

        assertThat(causes)
                .containsExactly(
                        "signature compute failed at index 0: the proof's type is not Ed25519Signature2020",
                        "the signature is not by the chain's key over this receipt",
                        "signature compute failed at index 0: proofValue: expected u and 86 characters of base64url");
    }

    @Test
    void aChainWithAMissingLinkIsBrokenThere() throws IOException {
        VectorFile vectors = vectors("malformed_vectors.json");
        VectorFile chain = vectors.at("chains").items().getFirst();

        ChainVerdict verdict = verdict(chain.at("receipts").items(), key(vectors));

        assertThat(verdict.faults()).isOne();
        assertThat(verdict.firstFault())
                .extracting(ReceiptFault::index, ReceiptFault::kind)
                .containsExactly(1L, FaultKind.BAD_SIGNATURE); // It was signed with the link.
    }

    @Test
    void theRotationEventHandsOverToTheNewKey() throws IOException {
        String text = Files.readString(VectorFile.thirdParty("receipts/rotation-event-receipt.json"));
        Ed25519PublicKey old = Ed25519PublicKey.of(
                HexFormat.of().parseHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));

        ChainVerdict verdict = verdict(List.of(VectorFile.parse(text)), old);

        assertThat(verdict.firstFault()).isNull();
        assertThat(verdict.isValid()).isTrue();
        assertThat(HexFormat.of().formatHex(verdict.lastKey().toBytes()))
                .isEqualTo("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
    }

    @ParameterizedTest
    @ValueSource(strings = {"root", "agent"})
    void theChainsOfTheDaemonVerify(String name) throws IOException {
        VectorFile vectors = vectors("daemon-shape-golden.json");
        VectorFile chain = vectors.at("chains").at(name);

        ChainVerdict verdict = verdict(chain.at("receipts").items(), key(vectors));

        assertThat(verdict.firstFault()).isNull();
        assertThat(verdict.end()).isEqualTo(ChainEnd.INTERRUPTED);
        assertThat(verdict.head())
                .isEqualTo(chain.at("hashes").items().getLast().text());
        assertThat(verdict.notes().firstUnmodelled()).isNull();
    }

    @Test
    void ourOwnChainVerifies() throws IOException {
        VectorFile chain = vectors("cairn.json").at("chain");

        ChainVerdict verdict = verdict(chain.at("receipts").items(), testKey());

        assertThat(verdict.firstFault()).isNull();
        assertThat(verdict.notes().firstUnmodelled()).isNull();
        assertThat(new String(read(chain.at("receipts").items().getFirst()).signedBytes(), UTF_8))
                .isEqualTo(
                        chain.at("canonical_signing_input").items().getFirst().text());
    }

    @Test
    void whatThePeerWouldLoseIsFoundAndVerifiesAllTheSame() throws IOException {
        for (VectorFile vector : vectors("cairn.json").at("whitelist").items()) {
            ReadReceipt receipt = read(vector.at("receipt"));

            assertThat(receipt.unmodelled() == null)
                    .as(vector + ": " + receipt.unmodelled())
                    .isEqualTo(vector.at("survives_struct_round_trip").flag());
            assertThat(receipt.isSignedBy(testKey())).as(vector.toString()).isTrue();
        }
    }

    @Test
    void hashesAreThoseOfTheOtherLibraries() throws IOException {
        VectorFile vectors = vectors("canonicalization_vectors.json");
        String baseline = vectors.at("receipt_hash_vectors").items().getFirst().text("expectedHash");
        int compared = 0;

        for (VectorFile vector : vectors.at("receipt_hash_vectors").items()) {
            // What is marked so is input for a writer, which drops the nulls; nobody stores it.
            if (vector.has("expectedHash") && !vector.has("preNormalizationInput")) {
                String expected = vector.text("expectedHash");
                assertThat(read(vector.at("receipt")).hash())
                        .as(vector.toString())
                        .isEqualTo(expected.startsWith("SAME_AS") ? baseline : expected);
                compared++;
            }
        }

        assertThat(compared).isEqualTo(6);
    }

    private ChainVerdict verdict(List<VectorFile> receipts, Ed25519PublicKey key) {
        String chain = receipts.getFirst().at("credentialSubject").at("chain").text("chain_id");
        ChainVerifier verifier = new ChainVerifier(chain, key);
        receipts.forEach(receipt -> verifier.next(reader.read(receipt.json().getBytes(UTF_8)), null));
        return verifier.verdict();
    }

    private ReadReceipt read(VectorFile receipt) {
        ReceiptReading reading = reader.read(receipt.json().getBytes(UTF_8));
        assertThat(reading).as(reading.toString()).isInstanceOf(ReadReceipt.class);
        return (ReadReceipt) reading;
    }

    private static VectorFile vectors(String name) throws IOException {
        return VectorFile.parse(Files.readString(VectorFile.thirdParty("receipts/" + name)));
    }

    private static Ed25519PublicKey testKey() throws IOException {
        return key(vectors("go_vectors.json"));
    }

    private static Ed25519PublicKey key(VectorFile vectors) {
        String pem = vectors.at("keys").text("publicKey").replaceAll("-----[A-Z ]+-----|\\s", "");
        byte[] der = Base64.getDecoder().decode(pem);
        return Ed25519PublicKey.of(Arrays.copyOfRange(der, der.length - Ed25519PublicKey.LENGTH, der.length));
    }
}
