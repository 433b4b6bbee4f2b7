package dev.cairn.protocol.receipt.verify;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReceiptReaderTest {

    private final ReceiptReader reader = new ReceiptReader();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                                                  | has no canonical form: unexpected end
            []                                                                  | is no JSON object
            {}                                                                  | has no credentialSubject.chain
            {"credentialSubject":null}                                          | has no credentialSubject.chain
            {"a":1,"a":2}                                                       | has no canonical form: duplicate member
            {"proof":{"proofValue":"u","proofValue":"u"}}                       | has no canonical form: duplicate member
            {"a":1e400}                                                         | has no canonical form: number beyond double range
            {"a":"\\ud800"}                                                     | has no canonical form: unpaired surrogate
            {"credentialSubject":[]}                                            | has a member of another type: credentialSubject is no object
            {"id":1,"credentialSubject":{"chain":{}}}                           | has a member of another type: id is no string
            {"credentialSubject":{"chain":{}}}                                  | has a member of another type: sequence is no number
            {"credentialSubject":{"chain":{"sequence":1.5}}}                    | has a member of another type: sequence is no integer up to 2^53
            {"credentialSubject":{"chain":{"sequence":1e300}}}                  | has a member of another type: sequence is no integer up to 2^53
            {"credentialSubject":{"chain":{"sequence":1,"terminal":"yes"}}}     | has a member of another type: terminal is neither true nor false
            """)
    void whatIsNoReceiptIsSaidToBeNone(String text, String problem) {
        ReceiptReading reading = reader.read(text.getBytes(UTF_8));

        assertThat(reading).isInstanceOf(UnreadableReceipt.class);
        assertThat(((UnreadableReceipt) reading).problem()).startsWith(problem);
    }

    @Test
    void nestingHasALimit() {
        String deep = "{\"a\":" + "[".repeat(200) + "]".repeat(200) + "}";

        assertThat(reader.read(deep.getBytes(UTF_8)))
                .isEqualTo(new UnreadableReceipt("is nested deeper than 128 levels"));
    }

    @Test
    void whatIsSignedDependsOnNoSpellingAndNoOrder() {
        String spelled = """
                {"proof":{}, "b" : 1.0, "credentialSubject":{"chain":{"sequence":1}},"a":"\\u003c\\u00e9"}""";

        ReadReceipt receipt = (ReadReceipt) reader.read(spelled.getBytes(UTF_8));

        assertThat(new String(receipt.signedBytes(), UTF_8))
                .isEqualTo("{\"a\":\"<é\",\"b\":1,\"credentialSubject\":{\"chain\":{\"sequence\":1}}}");
        assertThat(receipt.proofProblem()).isEqualTo("the proof's type is not Ed25519Signature2020");
    }

    @Test
    void aReaderGoesOnBehindWhatItRefused() {
        byte[] good = new SampleChain().add().receipts().getFirst().getBytes(UTF_8);

        reader.read("{\"a\":{\"b\":1,\"b\":2}}".getBytes(UTF_8));
        ReceiptReading reading = reader.read(good);

        assertThat(reading).isInstanceOf(ReadReceipt.class);
        assertThat(((ReadReceipt) reading).isSignedBy(SampleChain.KEY.publicKey()))
                .isTrue();
        assertThat(((ReadReceipt) reading).isSignedBy(SampleChain.key(2).publicKey()))
                .isFalse();
    }

    @Test
    void aShortcutsYesCountsAndItsNoIsAskedAgain() {
        byte[] good = new SampleChain().add().receipts().getFirst().getBytes(UTF_8);
        ReadReceipt sure = (ReadReceipt) reader.read(good);
        ReadReceipt unsure = (ReadReceipt) reader.read(good);

        assertThat(sure.isSignedBy(SampleChain.key(2).publicKey(), (_, _, _) -> true))
                .isTrue();
        assertThat(unsure.isSignedBy(SampleChain.KEY.publicKey(), (_, _, _) -> false))
                .isTrue();
        assertThat(unsure.isSignedBy(SampleChain.key(2).publicKey(), (_, _, _) -> false))
                .isFalse();
    }
}
