package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.key.KeyArchive;
import dev.cairn.relay.receipts.read.ReceiptDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiptsVerifyCommandTest {

    @TempDir
    private Path dir;

    @Test
    void everyChainIsVerifiedUnlessOneIsNamed() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir)
                .chain("2026-06-15", 3)
                .chain("2026-06-15-2", 1)
                .chain("2026-06-15/agent/a1", 2);

        CommandRun all = store.verify();
        CommandRun one = store.verify("--chain-id", "2026-06-15-2");

        assertThat(all.err()).isEmpty();
        assertThat(all.exitCode()).isZero();
        assertThat(all.out()).startsWith("""
                        Chain 2026-06-15: VALID (3 receipts)
                        Chain 2026-06-15-2: VALID (1 receipt)
                        Chain 2026-06-15/agent/a1: VALID (2 receipts)

                        VALID  3 chains, 6 receipts in\s""");
        assertThat(one.exitCode()).isZero();
        assertThat(one.out()).startsWith("Chain 2026-06-15-2: VALID (1 receipt)\n\nVALID  1 chain, 1 receipt in ");
        assertThat(one.out()).containsPattern("left out +5 rows of what was not asked for");
        assertThat(all.out()).doesNotContain("left out");
    }

    @Test
    void nothingIsWrittenBesideAStoreThatNobodyWrites() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).chain("2026-06-15", 3);
        Set<Path> before = files();

        assertThat(store.verify().exitCode()).isZero();

        assertThat(files()).isEqualTo(before);
    }

    @Test
    void aWriterThatComesMeanwhileIsJoined() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).chain("2026-06-15", 3);

        Files.setLastModifiedTime(store.db(), FileTime.fromMillis(0)); // No writer is faster than the clock of files.
        try (ReceiptDatabase atRest = ReceiptDatabase.open(store.db())) {
            assertThat(atRest.count()).isEqualTo(3);
            store.chain("2026-06-16", 1);

            assertThat(atRest.count()).isEqualTo(4);
            store.chain("2026-06-17", 1);
            assertThat(atRest.count()).isEqualTo(5);
        }
    }

    private Set<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.collect(Collectors.toSet());
        }
    }

    @Test
    void whatIsWrongWithTheDatabaseIsSaidBeforeWhatIsWrongWithTheKey() throws Exception {
        Path other = Files.writeString(dir.resolve("passwd"), "root:x:0:0:root:/root:/bin/sh\n".repeat(100));

        CommandRun absent = CommandRun.of("receipts", "verify", "--db", "/nonexistent/r.db");
        CommandRun foreign = CommandRun.of("receipts", "verify", "--db", other.toString());

        assertThat(absent.err()).startsWith("cairn: cannot read /nonexistent/r.db: no such file");
        assertThat(foreign.err()).startsWith("cairn: cannot read " + other + ": it is no SQLite database");
        assertThat(foreign.exitCode()).isEqualTo(2);
    }

    @Test
    void noReceiptsAreAFailure() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir);

        CommandRun empty = store.verify();
        CommandRun unknown = store.chain("2026-06-15", 1).verify("--chain-id", "2026-06-16");
        CommandRun json = store.verify("--chain-id", "2026-06-16", "--json");

        assertThat(empty.exitCode()).isOne();
        assertThat(empty.out()).startsWith("NO RECEIPTS in " + store.db());
        assertThat(unknown.exitCode()).isOne();
        assertThat(unknown.out()).startsWith("Chain 2026-06-16: NO RECEIPTS\n");
        assertThat(json.exitCode()).isOne();
        assertThat(json.out()).startsWith("{\"chain_id\":\"2026-06-16\",\"status\":\"no_receipts\",\"verified\":false");
    }

    @Test
    void aChangedReceiptIsFoundAndNamed() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).chain("a", 3).chain("b", 1);
        store.execute(
                "UPDATE receipts SET receipt_json = replace(receipt_json, 'alice', 'mallory') WHERE sequence = 2");

        CommandRun run = store.verify();

        assertThat(run.exitCode()).isOne();
        assertThat(run.out()).startsWith("""
                Chain a: BROKEN at receipt 1
                  cause: the signature is not by the chain's key over this receipt
                  [1] urn:receipt:a:2 — BAD SIGNATURE
                  [2] urn:receipt:a:3 — BAD HASH LINK
                Chain b: VALID (1 receipt)

                NOT VALID  1 of 2 chains, 4 receipts in\s""");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id = 'urn:receipt:other'",
                "action_type = 'unknown'",
                "tool_name = 'Read'",
                "risk_level = 'high'",
                "status = 'failure'",
                "timestamp = '2026-06-15T10:00:01Z'",
                "issuer_id = 'did:agent:b'",
                "principal_id = 'did:user:bob'",
                "receipt_hash = 'sha256:00'",
                "previous_receipt_hash = NULL",
                "sequence = 7"
            })
    void aColumnThatContradictsItsReceiptIsFound(String change) throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).chain("a", 2);
        store.execute("UPDATE receipts SET " + change + " WHERE sequence = 2");

        CommandRun run = store.verify();

        assertThat(run.exitCode()).isOne();
        assertThat(run.out())
                .contains(
                        "BROKEN at receipt 1",
                        "cause: the column " + change.split(" ", 2)[0] + " says ",
                        "BAD COLUMNS");
    }

    @Test
    void rowsThatNoChainShowsAreFound() throws Exception {
        String loose = ReceiptsFixture.SCHEMA.replace(" NOT NULL", "").replace("UNIQUE INDEX", "INDEX");
        ReceiptsFixture store = ReceiptsFixture.in(dir, loose).chain("a", 2);
        store.execute("INSERT INTO receipts(id, chain_id, sequence) VALUES('x', NULL, 1)");
        store.execute("INSERT INTO receipts(id, chain_id, sequence) VALUES('y', x'00', 1)");
        store.execute("INSERT INTO receipts(id, chain_id, sequence) VALUES('z', 'a', 'three')");

        CommandRun run = store.verify();

        assertThat(run.exitCode()).isOne();
        assertThat(run.out())
                .contains(
                        "Chain a: VALID (2 receipts)",
                        "BROKEN: rows without a chain's id or a sequence: 3",
                        "NOT VALID");
    }

    @Test
    void aSecondRowOfOneSequenceIsFoundAlsoAtTheEdgeOfAPage() throws Exception {
        String loose = ReceiptsFixture.SCHEMA.replace("UNIQUE INDEX", "INDEX");
        ReceiptsFixture store = ReceiptsFixture.in(dir, loose).chain("a", 512);
        store.execute(
                "INSERT INTO receipts SELECT 'copy', chain_id, sequence, action_type, tool_name, risk_level, status,"
                        + " timestamp, issuer_id, principal_id, receipt_json, receipt_hash, previous_receipt_hash, created_at"
                        + " FROM receipts WHERE sequence = 512");

        CommandRun run = store.verify();

        assertThat(run.exitCode()).isOne();
        assertThat(run.out()).contains("BROKEN at receipt 512", "[512] urn:receipt:a:512 — BAD HASH LINK");
    }

    @Test
    void hostileRowsAreFaultsAndNothingElse() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir, ReceiptsFixture.SCHEMA.replace(" NOT NULL", ""));
        List<String> texts = List.of(
                "NULL",
                "17",
                "x'00ff'",
                "''",
                "'[]'",
                "zeroblob(3000000)",
                "CAST(zeroblob(20000000) AS TEXT)",
                "'{\"a\":' || replace(hex(zeroblob(100000)), '00', '[') || '}'");
        for (String text : texts) {
            store.execute(
                    "INSERT INTO receipts(id, chain_id, sequence, receipt_json) VALUES(NULL, 'a', 1 + (SELECT count(*) FROM"
                            + " receipts), " + text + ")");
        }

        CommandRun run = store.verify("--json");

        JsonObject chain = new JsonObject(run.out().lines().findFirst().orElseThrow());
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isOne();
        assertThat(chain.getLong("length")).isEqualTo(texts.size());
        assertThat(chain.getLong("faults")).isEqualTo(texts.size());
        assertThat(chain.getJsonArray("receipts").stream().map(fault -> ((JsonObject) fault).getString("cause")))
                .containsExactly(
                        "the receipt has no text",
                        "the receipt is no JSON object",
                        "the receipt has no canonical form: expected a value at byte 0",
                        "the receipt has no canonical form: unexpected end at byte 0",
                        "the receipt is no JSON object",
                        "the receipt is too long, with 3000000 bytes",
                        "the receipt is too long, with 20000000 bytes",
                        "the receipt has no canonical form: expected a value at byte 100005");
    }

    @Test
    void expectationsShowATruncatedChain() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).chain("a", 3);
        String head =
                new JsonObject(store.verify("--json").out().lines().findFirst().orElseThrow()).getString("head");

        CommandRun whole = store.verify("--chain-id", "a", "--expected-length", "3", "--expected-head", head);
        store.execute("DELETE FROM receipts WHERE sequence = 3");
        CommandRun cut = store.verify("--chain-id", "a", "--expected-length", "3", "--expected-head", head);
        CommandRun open = store.verify("--require-terminal");
        CommandRun unclear = store.verify("--expected-length", "3");

        assertThat(whole.exitCode()).isZero();
        assertThat(cut.exitCode()).isOne();
        assertThat(cut.out())
                .contains("Chain a: BROKEN (2 receipts)", "cause: expected 3 receipts, found 2", "to be " + head);
        assertThat(open.exitCode()).isOne();
        assertThat(open.out()).contains("cause: expected a receipt that ends the chain");
        assertThat(unclear.exitCode()).isEqualTo(2);
        assertThat(unclear.err()).contains("add --chain-id");
    }

    @Test
    void aRotatedChainBeginsWithTheArchivedKey() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).chain("a", 2);
        store.rotate("a", 3, ReceiptsFixture.key(2)).add("a", 4, "");
        store.publish(ReceiptsFixture.key(2));
        Path archive =
                KeyArchive.fileOf(store.publicKey(), ReceiptsFixture.key(1).publicKey());
        CommandRun without = store.verify();
        CommandRun asJson = store.verify("--json");
        store.archive(ReceiptsFixture.key(1));

        CommandRun with = store.verify();

        assertThat(without.exitCode()).isOne();
        assertThat(without.out())
                .contains("BAD SIGNATURE", "missing", "perhaps " + archive + ", a key that was rotated away");
        assertThat(asJson.out()).contains("\"missing_key\":\"" + archive);
        assertThat(with.out()).doesNotContain("missing");
        assertThat(with.out()).startsWith("Chain a: VALID (4 receipts)").contains(", 1 chain from an archived key on");
        assertThat(with.exitCode()).isZero();
    }

    @Test
    void aChainFromBeforeARotationVerifiesWhenTheStoreShowsTheRotation() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).chain("2026-06-15", 2);
        store.archive(ReceiptsFixture.key(1));
        store.publish(ReceiptsFixture.key(2));
        CommandRun before = store.verify();
        store.chain("2026-06-15-2", 0)
                .rotate("2026-06-15-2", 1, ReceiptsFixture.key(2))
                .add("2026-06-15-2", 2, "");

        CommandRun after = store.verify();

        assertThat(before.exitCode()).isOne();
        assertThat(before.out()).contains("from which no rotation in this store leads to the published one");
        assertThat(after.exitCode()).isZero();
        assertThat(after.out())
                .contains("Chain 2026-06-15: VALID (2 receipts)", "Chain 2026-06-15-2: VALID (2 receipts)");
    }

    @Test
    void theGoldenStoreVerifies() throws Exception {
        JsonObject golden = ReceiptsFixture.vectors("daemon-shape-golden.json");
        ReceiptsFixture store = ReceiptsFixture.in(dir);
        store.publish(golden.getJsonObject("keys").getString("publicKey"));
        store.insertAll(golden.getJsonObject("chains").getJsonObject("root").getJsonArray("receipts"));
        store.insertAll(golden.getJsonObject("chains").getJsonObject("agent").getJsonArray("receipts"));
        store.insertAll(
                ReceiptsFixture.vectors("cairn.json").getJsonObject("chain").getJsonArray("receipts"));

        CommandRun run = store.verify();

        assertThat(run.out()).startsWith("""
                        Chain 2026-06-15: VALID (5 receipts)
                        Chain 2026-06-15/agent/a1b2: VALID (2 receipts)
                        Chain 2026-07-01: VALID (2 receipts)
                        """).doesNotContain("note:");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void aStoreOfAnOlderProgramVerifies() throws Exception {
        String old = ReceiptsFixture.SCHEMA.replace(" tool_name TEXT NOT NULL DEFAULT '',", "");
        JsonObject v020 = ReceiptsFixture.vectors("v020_vectors.json");
        ReceiptsFixture store = ReceiptsFixture.in(dir);
        store.publish(v020.getJsonObject("keys").getString("publicKey"));
        store.insertAll(v020.getJsonObject("terminalChain").getJsonArray("receipts"));
        store.insert(v020.getJsonObject("parametersDisclosureReceipt")
                .getJsonObject("receipt")
                .encode());
        store.execute("ALTER TABLE receipts DROP COLUMN tool_name");

        CommandRun run = store.verify();

        assertThat(old).doesNotContain("tool_name");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("Chain chain_v020_test: VALID (3 receipts)", "Chain chain_pd_test: VALID (1 receipt)")
                .contains("note: 1 receipt would not pass the peer's own verifier");
    }

    @Test
    void whatIsMalformedIsBroken() throws Exception {
        JsonObject malformed = ReceiptsFixture.vectors("malformed_vectors.json");
        JsonArray chain = malformed.getJsonArray("chains").getJsonObject(0).getJsonArray("receipts");
        ReceiptsFixture store = ReceiptsFixture.in(dir);
        store.publish(malformed.getJsonObject("keys").getString("publicKey"));
        store.insertAll(chain);

        CommandRun run = store.verify();

        assertThat(run.exitCode()).isOne();
        assertThat(run.out()).startsWith("Chain chain_malformed_broken: BROKEN at receipt 1\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "no key"})
    void aMalformedKeyIsAUsageError(String pem) throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).chain("a", 1);
        store.publish(pem);

        CommandRun run = store.verify();

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains(store.publicKey() + ": holds no public key");
    }

    @Test
    void whatIsNoStoreIsAUsageErrorThatSaysWhy() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).chain("a", 1);
        String key = store.publicKey().toString();
        Path text = Files.writeString(dir.resolve("text.db"), "this is no database, however long it may be".repeat(50));
        Path empty = Files.writeString(dir.resolve("empty.db"), "");

        assertRefused(verify("", key), "it names no file");
        assertRefused(verify(":memory:", key), "it names no file");
        assertRefused(verify(dir.toString(), key), "it is no file");
        assertRefused(verify(dir.resolve("none.db").toString(), key), "no such file");
        assertRefused(verify(text.toString(), key), "it is no SQLite database");
        assertRefused(verify(empty.toString(), key), "there is no table receipts");
        assertRefused(verify(store.db().toString(), dir.resolve("none.pub").toString()), "cannot read the public key");
        assertThat(dir.resolve(":memory:")).doesNotExist();
    }

    @Test
    void aViewIsNoStore() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).chain("a", 1);
        store.execute("ALTER TABLE receipts RENAME TO elsewhere");
        store.execute("CREATE VIEW receipts AS SELECT * FROM elsewhere");

        assertRefused(store.verify(), "there is no table receipts");
    }

    @Test
    void aStoreOfAnyNameIsReadAndNotWritten() throws SQLException, IOException {
        Path odd = Files.createDirectory(dir.resolve("a?b=c #1%20 é"));
        ReceiptsFixture store =
                ReceiptsFixture.in(Files.createDirectory(dir.resolve("plain"))).chain("a", 1);
        Files.copy(store.db(), odd.resolve("receipts.db"));
        Files.copy(store.publicKey(), odd.resolve("signing.key.pub"));
        byte[] before = Files.readAllBytes(odd.resolve("receipts.db"));

        CommandRun run = CommandRun.of(
                "receipts", "verify", "--db", odd.resolve("receipts.db").toString());

        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(Files.readAllBytes(odd.resolve("receipts.db"))).isEqualTo(before);
    }

    @Test
    void theRelaysOwnReceiptsAreTheDefault() throws Exception {
        Path receipts = Files.createDirectory(dir.resolve("receipts"));
        ReceiptsFixture.in(receipts).chain("a", 1);

        CommandRun run = CommandRun.of("receipts", "verify", "--data", dir.toString());
        CommandRun none = CommandRun.of("receipts", "verify", "--data", receipts.toString());

        assertThat(run.exitCode()).isZero();
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err()).contains("there are no receipts ", "receipts/receipts.db");
    }

    @Test
    void theChainOfTheEnvironmentIsCheckedAloneAndThatIsSaidUnlessADirectoryIsNamed() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(Files.createDirectory(dir.resolve("receipts")));
        store.chain("a", 1).chain("b", 2);
        Map<String, String> one = Map.of("HOME", "/nonexistent", "AGENTRECEIPTS_CHAIN_ID", "b");
        String db = store.db().toString();

        CommandRun only = CommandRun.within(one, "", "receipts", "verify", "--db", db, "--expected-length", "2");
        CommandRun named = CommandRun.within(one, "", "receipts", "verify", "--db", db, "--chain-id", "a");
        CommandRun all = CommandRun.within(one, "", "receipts", "verify", "--data", dir.toString());

        assertThat(only.out()).startsWith("Chain b: VALID (2 receipts)").doesNotContain("Chain a");
        assertThat(only.err()).startsWith("Note: only the chain that AGENTRECEIPTS_CHAIN_ID names is checked");
        assertThat(named.out()).startsWith("Chain a: VALID (1 receipt)").doesNotContain("Chain b");
        assertThat(named.err()).isEmpty();
        assertThat(all.out()).contains("Chain a: VALID", "Chain b: VALID");
        assertThat(all.err()).isEmpty();
    }

    @Test
    void aCallWithoutAnEndIsAdviceBeforeTheVerdict() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).chain("a", 1);
        store.pending().add("a", 2, "");

        CommandRun run = store.verify();

        assertThat(run.out())
                .startsWith("Advisory: incomplete tool roundtrip: ")
                .contains("\nChain a: VALID (2 receipts)\n");
        assertThat(run.exitCode()).isZero();
    }

    private static CommandRun verify(String db, String key) {
        return CommandRun.of("receipts", "verify", "--db", db, "--public-key", key);
    }

    private static void assertRefused(CommandRun run, String reason) {
        assertThat(run.err()).contains(reason);
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
    }
}
