package dev.cairn.protocol.receipt.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChainVerifierTest {

    @Test
    void aGenuineChainIsValid() {
        ChainVerdict verdict = new SampleChain().add().add().add().verdict();

        assertThat(verdict.isValid()).isTrue();
        assertThat(verdict.length()).isEqualTo(3);
        assertThat(verdict.end()).isEqualTo(ChainEnd.UNKNOWN);
        assertThat(verdict.notes()).isEqualTo(new ChainNotes(0, null, 0, false, 0, 0));
    }

    @Test
    void noReceiptsAreNotValid() {
        assertThat(new SampleChain().verdict().isValid()).isFalse();
    }

    @Test
    void aChangedReceiptBreaksItsSignatureAndTheLinkOfTheNext() {
        SampleChain chain = new SampleChain().add().add().add();
        chain.receipts().set(1, chain.receipts().get(1).replace("file.read", "file.edit"));

        ChainVerdict verdict = chain.verdict();

        assertThat(faults(chain)).containsExactly(null, FaultKind.BAD_SIGNATURE, FaultKind.BAD_HASH_LINK);
        assertThat(verdict.isValid()).isFalse();
        assertThat(verdict.firstFault())
                .isEqualTo(new ReceiptFault(
                        1,
                        "urn:receipt:2",
                        FaultKind.BAD_SIGNATURE,
                        "the signature is not by the chain's key over this receipt"));
    }

    @Test
    void aReceiptThatIsMissingBreaksTheLink() {
        SampleChain chain = new SampleChain().add().add().add();
        chain.receipts().remove(1);

        assertThat(faults(chain)).containsExactly(null, FaultKind.BAD_HASH_LINK);
    }

    @Test
    void aBeginningThatIsMissingBreaksTheFirstLink() {
        SampleChain chain = new SampleChain().add().add();
        chain.receipts().removeFirst();

        assertThat(faults(chain)).containsExactly(FaultKind.BAD_HASH_LINK);
    }

    @Test
    void aSignedGapOrALaterBeginningIsABadSequence() {
        assertThat(faults(new SampleChain().add().skipTo(3).add())).containsExactly(null, FaultKind.BAD_SEQUENCE);
        assertThat(faults(new SampleChain().skipTo(2).add())).containsExactly(FaultKind.BAD_SEQUENCE);
    }

    @Test
    void aReceiptOfAnotherChainIsFound() {
        SampleChain chain = new SampleChain().add().add(text -> text.replace(SampleChain.ID, "2026-06-16"));

        assertThat(faults(chain)).containsExactly(null, FaultKind.BAD_CHAIN_ID);
        assertThat(faults("2026-06-16", chain.receipts()).getFirst()).isEqualTo(FaultKind.BAD_CHAIN_ID);
    }

    @Test
    void nothingMayFollowWhatEndsAChain() {
        assertThat(faults(new SampleChain().add().end("interrupted").add()))
                .containsExactly(null, null, FaultKind.AFTER_TERMINAL);
    }

    @Test
    void whatOtherToolsNameIsNamedInTheirWords() {
        SampleChain mixed = new SampleChain().add().add(text -> text.replace(SampleChain.ID, "2026-06-16"));
        SampleChain longer = new SampleChain().add().end("interrupted").add();
        SampleChain rotated = new SampleChain();
        rotated.rotateTo(
                SampleChain.key(2), text -> text.replace("\"signed_with\":\"old\"", "\"signed_with\":\"new\""));

        assertThat(cause(mixed))
                .isEqualTo("chain_id mismatch at index 1: expected \"" + SampleChain.ID + "\", got \"2026-06-16\"");
        assertThat(cause(longer))
                .isEqualTo("receipt after terminal: receipt at index 2 follows a terminal receipt at index 1");
        assertThat(cause(rotated)).startsWith("key rotation invalid at index 0: ");
    }

    private static String cause(SampleChain chain) {
        return Objects.requireNonNull(chain.verdict().firstFault()).cause();
    }

    @Test
    void theEndIsWhatTheLastReceiptSays() {
        assertThat(new SampleChain().end("interrupted").verdict().end()).isEqualTo(ChainEnd.INTERRUPTED);
        assertThat(new SampleChain().end("complete").verdict().end()).isEqualTo(ChainEnd.COMPLETE);
        assertThat(new SampleChain().end("").verdict().end()).isEqualTo(ChainEnd.COMPLETE);
        assertThat(faults(new SampleChain().end("over"))).containsExactly(FaultKind.ILLEGAL_STATUS);
        assertThat(faults(new SampleChain()
                        .add(text -> text.replace("\"sequence\":1", "\"sequence\":1,\"status\":\"complete\""))))
                .containsExactly(FaultKind.ILLEGAL_STATUS);
    }

    @Test
    void aRotationHandsOverFromTheNextReceiptOn() {
        SampleChain chain = new SampleChain()
                .add()
                .rotateTo(SampleChain.key(2))
                .add()
                .rotateTo(SampleChain.key(3))
                .add();

        ChainVerdict verdict = chain.verdict();

        assertThat(verdict.firstFault()).isNull();
        assertThat(verdict.lastKey()).isEqualTo(SampleChain.key(3).publicKey());
    }

    @Test
    void theOldKeySignsNoMoreAfterARotation() {
        SampleChain chain = new SampleChain()
                .add()
                .rotateTo(SampleChain.key(2))
                .signWith(SampleChain.KEY)
                .add();

        assertThat(faults(chain)).containsExactly(null, null, FaultKind.BAD_SIGNATURE);
    }

    @Test
    void aForgedRotationHandsOverNothing() {
        SampleChain chain = new SampleChain()
                .add()
                .signWith(SampleChain.key(2))
                .rotateTo(SampleChain.key(2))
                .add();

        assertThat(faults(chain)).containsExactly(null, FaultKind.BAD_SIGNATURE, FaultKind.BAD_SIGNATURE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "key_rotated > key_revoked",
                "\"new_algorithm\":\"ed25519\" > \"new_algorithm\":\"rsa\"",
                "\"signed_with\":\"old\" > \"signed_with\":\"new\"",
                "\"old_key_fingerprint\":\"sha256: > \"old_key_fingerprint\":\"sha256:0",
                "\"new_key_fingerprint\":\"sha256: > \"new_key_fingerprint\":\"sha256:0",
                "\"new_public_key\":\"u > \"new_public_key\":\"z"
            })
    void aRotationThatIsNotWellFormedIsFoundAndHandsOverNothing(String edit) {
        String[] words = edit.split(" > ", 2);
        SampleChain chain = new SampleChain();
        chain.rotateTo(SampleChain.key(2), text -> text.replace(words[0], words[1]))
                .add();

        assertThat(faults(chain)).containsExactly(FaultKind.BAD_ROTATION, null);
    }

    @Test
    void aKeyOfSmallOrderIsNotRotatedTo() {
        String small = "uAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        SampleChain chain = new SampleChain();
        chain.rotateTo(
                SampleChain.key(2),
                text -> text.replaceFirst("\"new_public_key\":\"[^\"]+\"", "\"new_public_key\":\"" + small + "\""));

        assertThat(faults(chain)).containsExactly(FaultKind.BAD_ROTATION);
    }

    @Test
    void whatTheStoreSaysOtherwiseIsAFault() {
        ChainVerifier verifier = new ChainVerifier(SampleChain.ID, SampleChain.KEY.publicKey());
        String text = new SampleChain().add().receipts().getFirst();

        ReceiptFault fault = verifier.next(new ReceiptReader().read(text.getBytes(UTF_8)), "the column says otherwise");

        assertThat(fault)
                .isEqualTo(new ReceiptFault(0, "urn:receipt:1", FaultKind.BAD_COLUMNS, "the column says otherwise"));
        assertThat(verifier.verdict().isValid()).isFalse();
    }

    @Test
    void anUnreadableReceiptSpoilsTheLinkOfTheNextOnly() {
        SampleChain chain = new SampleChain().add().add().add().add();
        chain.receipts().set(1, "{\"credentialSubject\":");

        assertThat(faults(chain)).containsExactly(null, FaultKind.UNREADABLE, FaultKind.BAD_HASH_LINK, null);
    }

    @Test
    void aSignatureInASecondSpellingIsNone() {
        SampleChain chain = new SampleChain().add();
        String receipt = chain.receipts().getFirst();
        int last = receipt.indexOf("\",\"verificationMethod") - 1; // Two bits of this character belong to no byte.
        char other = (char) (receipt.charAt(last) + 1);
        chain.receipts().set(0, receipt.substring(0, last) + other + receipt.substring(last + 1));

        assertThat(faults(chain)).containsExactly(FaultKind.BAD_SIGNATURE);
    }

    @Test
    void adviceIsGivenAndBreaksNothing() {
        ChainVerdict verdict = new SampleChain()
                .add(text -> text.replace("\"risk_level\"", "\"idempotency_key\":\"7\",\"risk_level\""))
                .add(text -> text.replace("\"risk_level\"", "\"idempotency_key\":\"7\",\"risk_level\""))
                .add(text -> text.replace("filesystem.file.read", "system.pty.open"))
                .add(text -> text.replace("\"success\"", "\"pending\""))
                .add(text ->
                        text.replace("\"outcome\"", "\"note\":1,\"outcome\"").replace("\"success\"", "\"pending\""))
                .verdict();

        assertThat(verdict.isValid()).isTrue();
        assertThat(verdict.notes())
                .isEqualTo(new ChainNotes(1, "[4] credentialSubject.note is not modelled", 1, true, 1, 0));
    }

    @Test
    void expectationsFromElsewhereShowWhatIsTakenAway() {
        ChainVerdict verdict = new SampleChain().add().add().verdict();

        assertThat(new ChainExpectations(2L, verdict.head(), false).missedBy(verdict))
                .isEmpty();
        assertThat(ChainExpectations.NONE.missedBy(verdict)).isEmpty();
        assertThat(new ChainExpectations(3L, "sha256:00", true).missedBy(verdict))
                .containsExactly(
                        "expected 3 receipts, found 2",
                        "expected the last receipt's hash to be sha256:00, found " + verdict.head(),
                        "expected a receipt that ends the chain");
    }

    private static List<@Nullable FaultKind> faults(SampleChain chain) {
        return faults(SampleChain.ID, chain.receipts());
    }

    private static List<@Nullable FaultKind> faults(String id, List<String> receipts) {
        ChainVerifier verifier = new ChainVerifier(id, SampleChain.KEY.publicKey());
        ReceiptReader reader = new ReceiptReader();
        List<@Nullable FaultKind> kinds = new ArrayList<>();
        for (String text : receipts) {
            ReceiptFault fault = verifier.next(reader.read(text.getBytes(UTF_8)), null);
            kinds.add(fault == null ? null : fault.kind());
        }
        return kinds;
    }
}
