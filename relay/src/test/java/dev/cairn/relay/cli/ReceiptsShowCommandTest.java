package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiptsShowCommandTest {

    @TempDir
    private Path dir;

    @Test
    void aReceiptIsShownWithItsHash() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir)
                .from("{\"exe_path\":\"/usr/bin/node\",\"gid\":1000,\"pid\":4242,\"platform\":\"linux\",\"uid\":1000}")
                .chain("2026-06-15", 2);

        CommandRun run = store.run("show", "2");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out().lines())
                .startsWith(
                        "Receipt:    urn:receipt:2026-06-15:2",
                        "Chain:      2026-06-15",
                        "Sequence:   2",
                        "Time:       2026-06-15T10:00:00Z",
                        "Action:     filesystem.file.read")
                .contains(
                        "Peer:       {\"exe_path\":\"/usr/bin/node\",\"gid\":1000,\"pid\":4242,\"platform\":\"linux\",\"uid\":1000}")
                .doesNotContain("Tool:       ");
        assertThat(run.out()).containsPattern("Previous:   sha256:[0-9a-f]{64}\nHash:       sha256:[0-9a-f]{64}\n$");
    }

    @Test
    void theGoldenReceiptsHaveTheirHashes() throws Exception {
        JsonArray receipts = ReceiptsFixture.vectors("daemon-shape-golden.json")
                .getJsonObject("chains")
                .getJsonObject("root")
                .getJsonArray("receipts");
        ReceiptsFixture store = ReceiptsFixture.in(dir);
        store.insertAll(receipts);

        CommandRun first = store.run("show", "1");
        CommandRun last = store.run("show", "5");

        assertThat(first.out())
                .contains(
                        "Hash:       sha256:61f89be4ab8b9e30db7ed252104965ef1d424ca8728bdf203689d644083546e4",
                        "Tool:       read_file");
        assertThat(last.out()).contains("Ends:       interrupted");
    }

    @Test
    void aProgramGetsTheReceiptItself() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).chain("a", 1);

        CommandRun run = store.run("show", "1", "--json");

        assertThat(JsonObject.parse(run.out().strip()).text("id")).isEqualTo("urn:receipt:a:1");
        assertThat(run.out())
                .startsWith("{\n  \"@context\": [\n    \"https://www.w3.org/ns/credentials/v2\",\n")
                .contains("\n  \"credentialSubject\": {\n    \"action\": {\n      \"id\": ")
                .endsWith("\n}\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | {}",
                "[ ] | [ ]",
                "{\"a\":[1,-2.5e3,null],\"b\":{}} | {\"a\":[1,-2.5e3,null],\"b\":{}}",
                "\"{,:}\\\\\\\"[\" | \"{,:}\\\\\\\"[\"",
                "{\"a b\" : \" \\\" , \"} | {\"a b\":\" \\\" , \"}"
            })
    void indentingChangesNothingButWhiteSpaceOutsideStrings(String json, String same) {
        String indented = IndentedJson.of(json);

        assertThat(withoutWhiteSpaceOutsideStrings(indented)).isEqualTo(withoutWhiteSpaceOutsideStrings(same));
        assertThat(IndentedJson.of(indented)).isEqualTo(indented);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"a\":1 2}", "{\"a\" 1}", "[1,]", "tr ue", "1 2", "{}}", "[\"a\nb\"]", "[\t1"})
    void whatIsNoJsonIsPrintedAsItIs(String text) throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).chain("a", 1);
        store.execute("UPDATE receipts SET receipt_json = '" + text + "'");

        assertThat(IndentedJson.of(text)).isEqualTo(text);
        assertThat(store.run("show", "1", "--json").out()).isEqualTo(text + "\n");
    }

    @Test
    void whatIsNestedTooDeeplyIsPrintedAsItIs() {
        String deepest = "[".repeat(128) + "]".repeat(128);
        String deeper = "[" + deepest + "]";
        String hostile = "[".repeat(2 << 20);

        assertThat(IndentedJson.of(deepest)).hasLineCount(255);
        assertThat(IndentedJson.of(deeper)).isEqualTo(deeper);
        assertThat(IndentedJson.of(hostile)).isEqualTo(hostile);
    }

    @Test
    void indentationTakesNoMoreThanSoManyTimesTheTextItself() {
        String wide = "[".repeat(128) + "1,".repeat(100_000) + "1" + "]".repeat(128);

        assertThat(IndentedJson.of(wide)).hasSizeLessThan(20 * wide.length());
    }

    @Test
    void aDirectoryThatIsNamedCountsAndNotTheEnvironment() throws Exception {
        ReceiptsFixture.in(Files.createDirectory(dir.resolve("receipts"))).chain("a", 1);
        Map<String, String> elsewhere = Map.of("HOME", "/nonexistent", "AGENTRECEIPTS_CHAIN_ID", "b");

        CommandRun shown = CommandRun.within(elsewhere, "", "receipts", "show", "1", "--data", dir.toString());
        CommandRun event =
                CommandRun.within(elsewhere, "", "receipts", "verify-event", "--chain-head", "--data", dir.toString());

        assertThat(shown.exitCode()).as(shown.err()).isZero();
        assertThat(event.out()).contains("urn:receipt:a:1");
    }

    @Test
    void theChainIsAskedForOnlyIfThereAreSeveral() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir);
        CommandRun none = store.run("show", "1");
        store.chain("a", 1).chain("b", 2);

        CommandRun which = store.run("show", "2");
        CommandRun named = store.run("show", "2", "--chain-id", "b");
        CommandRun missing = store.run("show", "2", "--chain-id", "a");

        assertThat(none.exitCode()).isOne();
        assertThat(which.exitCode()).isEqualTo(2);
        assertThat(which.err()).contains("there is more than one chain: add --chain-id\n  a\n  b\n");
        assertThat(named.exitCode()).isZero();
        assertThat(missing.exitCode()).isOne();
        assertThat(missing.err()).contains("there is no receipt 2 in the chain a");
    }

    @Test
    void whatIsNoReceiptIsSaidToBeNone() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).chain("a", 1);
        store.execute("UPDATE receipts SET receipt_json = '{' || char(27)");

        CommandRun shown = store.run("show", "1");
        CommandRun json = store.run("show", "1", "--json");

        assertThat(shown.exitCode()).isOne();
        assertThat(shown.err()).contains("the receipt has no canonical form");
        assertThat(json.out()).isEqualTo("{\\x1b\n");
    }

    @Test
    void aReceiptThatItsDatabaseContradictsIsMarked() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).chain("a", 1);
        store.execute("UPDATE receipts SET receipt_hash = 'sha256:00'");

        assertThat(store.run("show", "1").out()).contains("the database says otherwise");
    }

    @Test
    void withoutASequenceItIsUsage() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).chain("a", 1);

        assertThat(store.run("show").exitCode()).isEqualTo(2);
        assertThat(store.run("show", "one").exitCode()).isEqualTo(2);
        assertThat(store.run("show", "one").err())
                .startsWith("cairn: expected the sequence of a receipt, a whole number, got one\n");
    }

    @Test
    void aChainThatIsNotThereIsAnsweredWithThoseThatAre() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).chain("a", 1).chain("b", 2);

        CommandRun shown = store.run("show", "1", "--chain-id", "nope");
        CommandRun verified = store.verify("--chain-id", "nope");

        assertThat(shown.exitCode()).isOne();
        assertThat(shown.err()).isEqualTo("cairn: there is no chain nope\nThe chains that there are:\n  a\n  b\n");
        assertThat(verified.out()).contains("Chain nope: NO RECEIPTS\nThe chains that there are:\n  a\n  b\n");
    }

    private static String withoutWhiteSpaceOutsideStrings(String json) {
        return Pattern.compile("(\"(?:[^\"\\\\]|\\\\.)*\")|\\s+").matcher(json).replaceAll("$1");
    }
}
