package dev.cairn.relay.cli;

import static dev.cairn.relay.cli.SealedDirectory.failure;
import static dev.cairn.relay.cli.SealedDirectory.pin;
import static dev.cairn.relay.cli.SealedDirectory.response;
import static dev.cairn.relay.cli.SealedDirectory.witness;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.witness.SealedTip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cairn verify` on a log whose seals witnesses confirmed.
class VerifyWitnessesTest {

    @TempDir
    private Path dir;

    private SealedDirectory relay = new SealedDirectory(Path.of("absent"));

    @BeforeEach
    void sealTwice() throws IOException {
        relay = new SealedDirectory(dir);
        relay.records(4).seal().witnessed(2, "a", "b").records(3).seal();
    }

    @Test
    void aQuorumIsProvenByTheKeysThatTheReaderKnows() throws IOException {
        relay.witnessed(2, "a", "b", "c");

        CommandRun run = relay.verify("--witness-key", pin("a"), "--witness-key", pin("b"), "--quorum", "2");
        CommandRun json = relay.verify("--json", "--witness-key", pin("a"), "--witness-key", pin("b"));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .startsWith("INTACT")
                .contains("2 records: 1 confirmation signed with keys that only their replies name; "
                        + "4 confirmations signed with keys that you know")
                .containsPattern(
                        "witnessed +up to record 7, since 2026-07-01T08:30:01Z by their clocks: 2 witnesses \\(a, b\\), "
                                + "2 needed, signed with keys that you know")
                .doesNotContain("not proven");
        assertThat(json.out())
                .contains(
                        "\"witnessed\":[{\"records\":7,", "\"by\":\"pinned\",\"quorum\":2,\"witnesses\":[\"a\",\"b\"],")
                .contains("\"newest_seal\":{\"records\":7,\"confirmed\":3,\"quorum\":2,\"quorum_met\":true}");
    }

    @Test
    void keysThatOnlyTheRepliesNameAreSaidToBeSo() throws IOException {
        relay.witnessed(2, "a", "b");

        CommandRun run = relay.verify();

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .containsPattern("witnessed +up to record 7, .*signed with keys that only their replies name")
                .contains("who the witnesses are: their keys are not known");
    }

    @Test
    void keysAndQuorumComeFromAConfiguration() throws IOException {
        relay.witnessed(2, "a", "b");
        Path config = Files.writeString(dir.resolve("config.json"), """
                {"witness":{"quorum":3,"endpoints":[{"name":"a","url":"http://a/","auth_token_file":"/nowhere",\
                "public_key":"%s"}]}}""".formatted(
                        witness("a").publicKey().text()));

        CommandRun run = relay.verify("--config", config.toString());
        CommandRun one = relay.verify("--config", config.toString(), "--quorum", "1");
        CommandRun two = relay.verify("--config", config.toString(), "--quorum", "2");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("the newest seal: only 2 of 3 witnesses have confirmed it")
                .doesNotContain("witnessed");
        assertThat(one.exitCode()).isZero();
        assertThat(two.exitCode()).isEqualTo(1);
        assertThat(two.out())
                .startsWith("UNPROVEN  no seal of this log is confirmed by 2 witnesses, by the keys that you gave");
    }

    @Test
    void aQuorumThatIsNotMetIsNotProvenAndNoFault() throws IOException {
        relay.record(2, List.of(relay.confirmation("a"), failure("b")));

        CommandRun run = relay.verify();

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .containsPattern("witnessed +up to record 4,")
                .contains("the newest seal: only 1 of 2 witnesses have confirmed it", "1 try that failed");
    }

    @Test
    void oneWitnessUnderTwoNamesIsOne() throws IOException {
        relay.record(2, List.of(relay.confirmation("a"), relay.confirmation("alias", witness("a"), relay.sealedTip())));

        CommandRun run = relay.verify();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("witnesses.relay.jsonl line 2, byte ", "the quorum that it tells of is not in the replies")
                .containsPattern("expected +at most 1 of 2");
    }

    @Test
    void aRecordThatTakesAReplyWithAnotherTipForAConfirmationIsForged() throws IOException {
        SealedTip sealed = relay.sealedTip();
        relay.record(
                2, List.of(relay.confirmation("a"), relay.confirmation("liar", witness("liar"), relay.otherTip())));

        CommandRun run = relay.verify();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .startsWith("BROKEN  every link of the log holds, but not what witnesses are said to have confirmed")
                .contains("what was confirmed is another thing than what was sealed")
                .contains("tip_hash " + sealed.tip(), "another one in the reply of liar")
                .containsPattern("witnessed +up to record 4,");
    }

    @Test
    void aReplyThatNamesAnotherTipIsNoConfirmation() throws IOException {
        String lie = relay.receipt(witness("liar"), relay.otherTip());
        relay.record(2, List.of(relay.confirmation("a"), relay.judged("liar", 201, lie)));

        CommandRun unknown = relay.verify();
        CommandRun known = relay.verify("--witness-key", pin("liar"));
        CommandRun json = relay.verify("--witness-key", pin("liar"), "--json");

        assertThat(unknown.exitCode()).isZero();
        assertThat(unknown.out())
                .containsPattern(
                        "evidence +witnesses.relay.jsonl line 2, byte [0-9,]+: liar confirmed another tip_hash "
                                + "than was sealed: 7 records with tip "
                                + relay.otherTip().tip())
                .contains(
                        "the seal is of 7 records with tip " + relay.sealedTip().tip()
                                + "; signed with a key that only the reply names, "
                                + witness("liar").publicKey())
                .contains("only 1 of 2 witnesses have confirmed it");
        assertThat(known.exitCode()).isEqualTo(1);
        assertThat(known.out())
                .startsWith("BROKEN  every link of the log holds, but a witness that you know has signed something else"
                        + " than was sealed")
                .contains("signed with a key that you know")
                .containsPattern("witnessed +up to record 4,");
        assertThat(json.exitCode()).isEqualTo(1);
        assertThat(json.out())
                .contains("\"contradictions\":[{\"witness\":\"liar\",\"form\":\"confirms_another\",\"line\":2,")
                .contains("\"named_records\":7,\"named_tip\":\""
                        + relay.otherTip().tip() + "\",\"signed_by\":\""
                        + witness("liar").publicKey().text() + "\",\"proof\":true}");
    }

    @Test
    void aWitnessThatHoldsAnotherTipSaysSo() throws IOException {
        SealedTip before = new SealedTip(relay.otherTip().tip(), 7, "hmac-sha256:of-another-history", null);
        String body = "{\"status\":409,\"code\":\"contradiction\",\"anchored\":"
                + relay.receipt(witness("owner"), before) + "}";
        relay.record(1, List.of(relay.judged("owner", 409, body)));

        CommandRun unknown = relay.verify();
        CommandRun known = relay.verify("--witness-key", pin("owner"));

        assertThat(unknown.exitCode()).isZero();
        assertThat(unknown.out())
                .contains("owner refused the seal (HTTP 409), as it holds another one: 7 records with tip "
                        + before.tip());
        assertThat(known.exitCode()).isEqualTo(1);
        assertThat(known.out()).contains("it saw another history, or it lies and can be shown to");
    }

    @Test
    void aRefusalThatNobodySignedProvesNothing() throws IOException {
        String receipt = relay.receipt(witness("w"), relay.otherTip());
        relay.record(
                1,
                List.of(
                        relay.judged("w", 409, "{}"),
                        relay.judged("x", 409, "{\"anchored\":" + receipt.replace("an_1", "an_2") + "}")));

        CommandRun run = relay.verify("--witness-key", pin("w"));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .startsWith("INTACT")
                .contains("w refused the seal (HTTP 409), as it holds another one: something else, which it does not"
                        + " show")
                .contains("nobody signed that, so it proves nothing")
                .contains("that there is no other history: 2 answers of witnesses told of another tip");
    }

    @Test
    void aReceiptForSomeOtherSealContradictsNothing() throws IOException {
        SealedTip other = new SealedTip(relay.otherTip().tip(), 5, "hmac-sha256:somebody-else", null);
        relay.record(1, List.of(relay.judged("w", 201, relay.receipt(witness("w"), other))));

        CommandRun run = relay.verify("--witness-key", pin("w"));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("of some other seal, which contradicts nothing");
    }

    @Test
    void manyRepliesAgainstASealAreCountedAndNotAllTold() throws IOException {
        String lie = relay.receipt(witness("liar"), relay.otherTip());
        for (int i = 0; i < 300; i++) {
            relay.record(1, List.of(relay.judged("liar", 201, lie)));
        }

        CommandRun run = relay.verify();
        CommandRun known = relay.verify("--witness-key", pin("liar"));

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("and 251 more such replies (--json)").hasSizeLessThan(8_000);
        assertThat(known.exitCode()).isEqualTo(1);
    }

    @Test
    void aReceiptThatWasChangedIsNotSigned() throws IOException {
        relay.witnessed(2, "a", "b");
        relay.edit(relay.witnesses(), "anchor-b", "anchor-B");

        CommandRun run = relay.verify();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("line 1, byte 0: the receipt is not signed as it should be")
                .contains("also       line 2: ");
    }

    @Test
    void aReceiptByAForeignKeyIsNotOfThatWitness() throws IOException {
        relay.record(
                2, List.of(relay.confirmation("a"), relay.confirmation("b", witness("mallory"), relay.sealedTip())));

        CommandRun unknown = relay.verify();
        CommandRun known = relay.verify("--witness-key", pin("b"), "--json");

        assertThat(unknown.exitCode()).isZero();
        assertThat(known.exitCode()).isEqualTo(1);
        assertThat(known.out())
                .contains(
                        "\"kind\":\"key\",\"line\":2,",
                        "signed by " + witness("b").publicKey(),
                        "one signed by ");
    }

    @Test
    void aReplyWithoutAnythingToCheckIsOnlyAStatement() throws IOException {
        relay.record(1, List.of(response("plain", "accepted")))
                .records(1)
                .seal()
                .record(1, List.of(response("id", "{\"anchor_id\":\"7\"}")));

        CommandRun run = relay.verify("--quorum", "1");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("1 confirmation without anchor or signature")
                .contains("1 confirmation with an anchor, unsigned")
                .containsPattern("witnessed +up to record 4,")
                .contains("up to record 8: 1 witness (id), 1 needed, with an anchor, unsigned");
    }

    @Test
    void aSealThatWitnessesKnowAndTheFileDoesNotWasTakenOut() throws IOException {
        relay.witnessed(2, "a", "b");
        relay.keepLines(relay.seals(), 1);

        CommandRun run = relay.verify();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("line 2, byte ", "a witness confirmed a seal that is not in the seals file");
    }

    @Test
    void sealsThatWereTakenAwayAreMissed() throws IOException {
        Files.delete(relay.seals());

        CommandRun run = relay.verify();
        CommandRun json = relay.verify("--json");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .startsWith("BROKEN  every link of the log holds, but its seals were taken away: there is no "
                        + relay.seals())
                .doesNotContain("not sealed");
        assertThat(json.out()).startsWith("{\"ok\":false,\"error\":\"its seals were taken away");
    }

    @Test
    void aLineThatIsNoRecordIsAFaultAndATornEndIsNot() throws IOException {
        relay.witnessed(2, "a", "b");
        Files.writeString(relay.witnesses(), Files.readString(relay.witnesses()) + "{\"timestamp\"");
        CommandRun torn = relay.verify();
        Files.writeString(relay.witnesses(), Files.readString(relay.witnesses()) + "\n");
        CommandRun broken = relay.verify();

        assertThat(torn.exitCode()).isZero();
        assertThat(torn.out()).containsPattern("witnessed +up to record 7");
        assertThat(broken.exitCode()).isEqualTo(1);
        assertThat(broken.out()).contains("line 3, byte ", "it is no record of witnesses");
    }

    @Test
    void recordsOfManySealsAreReadInStep() throws IOException {
        for (int i = 0; i < 700; i++) {
            relay.records(1).seal();
            if (i % 7 != 0) {
                relay.record(1, List.of(response("w", "{\"anchor_id\":\"" + i + "\"}")));
            }
        }

        CommandRun run = relay.verify("--json");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("\"records\":601", "\"anchored\":600", "{\"records\":707,");
    }

    @Test
    void aWrongKeyOnTheCommandLineIsUsage() {
        CommandRun noPair = relay.verify("--witness-key", "uAAAA");
        CommandRun noKey = relay.verify("--witness-key", "a=uAAAA");

        assertThat(noPair.exitCode()).isEqualTo(2);
        assertThat(noPair.err()).contains("--witness-key: expected NAME=KEY");
        assertThat(noKey.exitCode()).isEqualTo(2);
        assertThat(noKey.err()).contains("--witness-key: a: ");
    }
}
