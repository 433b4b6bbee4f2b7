package dev.cairn.relay.cli;

import static dev.cairn.relay.cli.SealedDirectory.pin;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cairn receipts verify` on a store that was sealed.
class ReceiptsVerifySealsTest {

    private static final String ROOT = "2026-06-15";
    private static final String AGENT = "2026-06-15/agent/a1";

    @TempDir
    private Path home;

    private @Nullable SealedReceipts store;

    @BeforeEach
    void sealTwice() throws Exception {
        store = new SealedReceipts(home);
        store.receipts().chain(AGENT, 2);
        store.seal();
        store.receipts().chain(ROOT, 3);
        store.seal();
    }

    @Test
    void whatIsSealedIsProvenByWhomAndSinceWhen() {
        CommandRun run = verify();

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("VALID  2 chains, 5 receipts")
                .containsPattern(
                        "seals +\\S+/receipts.seals.jsonl, 2 seals: 2 signed by their keys, 2 as the store has it")
                .containsPattern("sealed +up to receipt 5, at 2026-06-15T10:30:00.000Z by key [0-9a-f]{16}")
                .contains("whether receipts were taken away that came after the newest seal, nothing shows")
                .contains("witnesses: none has confirmed anything");
    }

    @Test
    void newestReceiptsThatWereTakenAwayBehindASealAreMissed() throws Exception {
        store().receipts().execute("DELETE FROM receipts WHERE chain_id = ? AND sequence = 3", ROOT);

        CommandRun run = verify();
        JsonObject json = end(verify("--json"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("Chain 2026-06-15: VALID (2 receipts)")
                .contains("NOT VALID  every chain holds, but the store is not what was sealed: the store lacks receipts"
                        + " that were sealed: they were taken away; 2 chains, 4 receipts")
                .containsPattern("first +receipts.seals.jsonl line 2, byte [0-9,]+")
                .containsPattern("expected +receipt 3 of chain 2026-06-15, sha256:")
                .containsPattern("found +no such receipt")
                .containsPattern("sealed +up to receipt 2,"); // What the seal before it says still holds.
        assertThat(json.getBoolean("ok")).isFalse();
        assertThat(json.getInteger("exit_code")).isEqualTo(1);
        assertThat(json.getJsonObject("seals")
                        .getJsonArray("faults")
                        .getJsonObject(0)
                        .getString("kind"))
                .isEqualTo("no_record");
        assertThat(json.getJsonObject("proven").getJsonObject("signed").getInteger("records"))
                .isEqualTo(2);
    }

    @Test
    void aChainThatWasTakenAwayAsAWholeIsMissed() throws Exception {
        store().receipts().execute("DELETE FROM receipts WHERE chain_id = ?", AGENT);

        CommandRun run = verify();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("every chain holds, but").contains("receipt 2 of chain 2026-06-15/agent/a1");
    }

    @Test
    void allReceiptsThatWereTakenAwayAreMissed() throws Exception {
        store().receipts().execute("DELETE FROM receipts");

        CommandRun run = verify();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("NO RECEIPTS").containsPattern("found +no such receipt");
    }

    @Test
    void anotherHistoryThatTheSignerMadeIsSeen() throws Exception {
        store().receipts().execute("DELETE FROM receipts WHERE chain_id = ?", ROOT);
        store().receipts().at("2026-06-15T09:00:00Z").chain(ROOT, 3);

        CommandRun run = verify();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("Chain 2026-06-15: VALID (3 receipts)")
                .contains("the store's receipt is another than the one that was sealed");
    }

    @Test
    void receiptsThatWerePutInBetweenAreSeen() throws Exception {
        store().receipts().chain("2026-06-14", 1);
        store().receipts().execute("UPDATE receipts SET rowid = -1 WHERE chain_id = '2026-06-14'");

        CommandRun run = verify();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("receipts were taken away or put in between those that were sealed")
                .containsPattern("expected +2 receipts since the seal before it")
                .containsPattern("found +3 receipts");
    }

    @Test
    void whatNoSealCoversYetIsSaidAndNoFailure() throws Exception {
        store().receipts().chain("2026-06-16", 2);

        CommandRun run = verify();

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .containsPattern("sealed +up to receipt 5,")
                .contains("2 receipts at the end: no seal that was checked covers them yet");
    }

    @Test
    void aForgedSealIsSeen() throws Exception {
        List<String> lines = Files.readAllLines(store().seals());
        replaceSeals(lines.getFirst(), lines.get(1).replace("10:30:00", "10:29:00"));

        CommandRun run = verify();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("the store is not what was sealed: the seal was changed: its key did not sign this")
                .containsPattern("sealed +up to receipt 2,");
    }

    @Test
    void aChangedHeadIsSeen() throws Exception {
        List<String> lines = Files.readAllLines(store().seals());
        replaceSeals(lines.getFirst(), lines.get(1).replace("\"sequence\":3", "\"sequence\":2"));

        CommandRun run = verify();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("this one does not follow the one before it");
    }

    @Test
    void aSealThatWasTakenOutIsSeen() throws Exception {
        replaceSeals(Files.readAllLines(store().seals()).get(1));

        CommandRun run = verify();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("seals were removed, added or moved").doesNotContainPattern("sealed +up to");
    }

    @Test
    void aLineThatIsTooLongIsAFaultAndTheRestIsReadOn() throws Exception {
        String longest = "{\"heads\":\"" + "x".repeat(1024 * 1024) + "\"}";
        List<String> lines = Files.readAllLines(store().seals());
        replaceSeals(lines.getFirst(), longest, lines.get(1));

        CommandRun run = verify();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("a line of at most 1048576 bytes").contains("3 seals");
    }

    @Test
    void withoutKeysTheSealsAreComparedWithTheStoreOnly() throws Exception {
        Path elsewhere = Files.createDirectory(home.resolve("elsewhere"));

        CommandRun run = verify("--keys", elsewhere.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("2 seals: 0 signed by their keys, 2 as the store has it")
                .containsPattern("sealed +up to receipt 5, at \\S+, by a key that was not checked")
                .containsPattern("seals by key [0-9a-f]{16} are not checked against it");
    }

    @Test
    void aCopyIsVerifiedWithTheSealsBesideItAndKeysThatAreNamed() throws Exception {
        Path copy = Files.createDirectory(home.resolve("copy"));
        for (Path file : List.of(store().receipts().db(), store().receipts().publicKey(), store().seals())) {
            Files.copy(file, copy.resolve(Objects.requireNonNull(file.getFileName())));
        }

        CommandRun run = CommandRun.of(
                "receipts",
                "verify",
                "--db",
                copy.resolve("receipts.db").toString(),
                "--keys",
                store().keys().toString());

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).containsPattern("sealed +up to receipt 5, at \\S+ by key");
    }

    @Test
    void witnessesConfirmTheSealsAndAQuorumCanBeDemanded() throws Exception {
        store().witnessed(2, "a", "b");

        CommandRun run = verify("--witness-key", pin("a"), "--witness-key", pin("b"), "--quorum", "2");
        CommandRun tooMany = verify("--quorum", "3");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .containsPattern("witnessed +up to receipt 5, since 2026-06-15T10:30:01Z by their clocks: 2 witnesses"
                        + " \\(a, b\\), 2 needed, signed with keys that you know")
                .doesNotContain("not proven");
        assertThat(tooMany.exitCode()).isEqualTo(1);
        assertThat(tooMany.out()).contains("UNPROVEN  no seal of this store is confirmed by 3 witnesses; 2 chains");
    }

    @Test
    void repliesOfWitnessesShowThatSealsWereTakenAway() throws Exception {
        store().witnessed(2, "a", "b");
        Files.delete(store().seals());

        CommandRun run = verify();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("its seals were taken away");
    }

    @Test
    void aBrokenChainIsNotProvenByItsSeals() throws Exception {
        store().witnessed(2, "a", "b");
        store().receipts()
                .execute("UPDATE receipts SET receipt_json = replace(receipt_json, 'alice', 'mallory')"
                        + " WHERE chain_id = '2026-06-15' AND sequence = 2");

        CommandRun run = verify();

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("NOT VALID  1 of 2 chains")
                .doesNotContainPattern("sealed +up to")
                .doesNotContainPattern("witnessed +up to");
    }

    @Test
    void anUnfinishedLastLineIsNoFault() throws Exception {
        Files.writeString(store().seals(), "{\"sealed_at\":\"2026", StandardOpenOption.APPEND);

        JsonObject json = end(verify("--json"));

        assertThat(json.getBoolean("ok")).isTrue();
        assertThat(json.getJsonObject("seals").getInteger("unterminated_bytes")).isEqualTo(18);
    }

    @Test
    void aStoreWithoutSealsIsVerifiedAsBefore() throws Exception {
        Files.delete(store().seals());

        CommandRun run = verify();

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .doesNotContain("seals ")
                .contains("whether newer receipts were taken away, it cannot show");
    }

    private CommandRun verify(String... options) {
        List<String> args = new ArrayList<>(List.of("receipts", "verify"));
        args.addAll(List.of(options));
        return CommandRun.atHome(home, args.toArray(String[]::new));
    }

    private void replaceSeals(String... lines) throws IOException {
        Files.writeString(store().seals(), String.join("\n", lines) + "\n");
    }

    private SealedReceipts store() {
        return Objects.requireNonNull(store);
    }

    private static JsonObject end(CommandRun run) {
        return new JsonObject(run.out().lines().reduce((_, last) -> last).orElseThrow());
    }
}
