package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReceiptsVerifyEventCommandTest {

    private static final String PEER =
            "{\"exe_path\":\"/usr/bin/node\",\"gid\":1000,\"pid\":4242,\"platform\":\"linux\",\"uid\":1000}";

    @TempDir
    private Path dir;

    @Test
    void aReceiptOfAKnownProcessIsConfirmed() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).from(PEER).chain("a", 2);

        CommandRun run =
                store.run("verify-event", "--id", "urn:receipt:a:1", "--emitter-allowlist", "/bin/sh,/usr/bin/node");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("""
                urn:receipt:a:1  a 1: verified_provenance_confirmed
                  pass signature       by the chain's key
                  pass hash_linkage    all 2 receipts of the chain
                  pass peer_credential pid 4242, uid 1000, gid 1000
                  pass exe_path        /usr/bin/node
                  pass schema_version  0.5.0
                  pass sequence        in its place
                """);
    }

    @Test
    void aProgramGetsTheSixChecks() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).from(PEER).chain("a", 2);

        CommandRun run = store.run("verify-event", "--chain-head", "--json");

        JsonArray results = new JsonObject(run.out()).getJsonArray("results");
        JsonObject result = results.getJsonObject(0);
        assertThat(results).hasSize(1);
        assertThat(result.getString("receipt_id")).isEqualTo("urn:receipt:a:2");
        assertThat(result.getLong("sequence")).isEqualTo(2);
        assertThat(result.getString("verdict")).isEqualTo("verified_provenance_confirmed");
        assertThat(result.getJsonArray("checks").stream()
                        .map(check -> ((JsonObject) check).getString("name") + " "
                                + ((JsonObject) check).getString("status")))
                .containsExactly(
                        "signature pass",
                        "hash_linkage pass",
                        "peer_credential pass",
                        "exe_path n/a",
                        "schema_version pass",
                        "sequence pass");
    }

    @Test
    void whatNobodyAttestsIsItsOwnExitCode() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).chain("a", 1);

        CommandRun run = store.run("verify-event", "--chain-head");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out()).contains("verified_no_provenance_evidence", "n/a  peer_credential the receipt has none");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"pid":1,"platform":"linux"}                              | 1 | fail peer_credential without a user or a group
            {"gid":1,"pid":1,"platform":"darwin","uid":4294967296}    | 1 | fail peer_credential without a user or a group
            {"pid":1,"platform":"linux","uid":1}                      | 1 | fail peer_credential without a user or a group
            {"gid":1,"platform":"linux","uid":1}                      | 1 | fail peer_credential without a platform or a process id
            {"pid":1,"platform":"plan9"}                              | 3 | n/a  peer_credential of another platform: plan9
            {"gid":0,"pid":0,"platform":"darwin","uid":0}             | 0 | pass peer_credential pid 0, uid 0, gid 0
            """)
    void aCredentialIsWellFormedOrNone(String peer, int exitCode, String line) throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).from(peer).chain("a", 1);

        CommandRun run = store.run("verify-event", "--chain-head");

        assertThat(run.out()).contains(line);
        assertThat(run.exitCode()).isEqualTo(exitCode);
    }

    @Test
    void anUnexpectedExecutableIsAWarning() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).from(PEER).chain("a", 1);

        CommandRun run = store.run("verify-event", "--chain-head", "--emitter-allowlist", "/bin/sh");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("warn exe_path        not in the list: /usr/bin/node");
    }

    @Test
    void aGenuineReceiptOfABrokenChainFails() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).from(PEER).chain("a", 3);
        store.execute(
                "UPDATE receipts SET receipt_json = replace(receipt_json, 'alice', 'mallory') WHERE sequence = 2");

        CommandRun genuine = store.run("verify-event", "--id", "urn:receipt:a:1");
        CommandRun changed = store.run("verify-event", "--id", "urn:receipt:a:2");

        assertThat(genuine.exitCode()).isOne();
        assertThat(genuine.out())
                .contains("1: failed", "pass signature", "fail hash_linkage    the chain is broken at receipt 1");
        assertThat(changed.out()).contains("fail signature       the signature is not by the chain's key");
    }

    @Test
    void aWhileIsAllReceiptsSinceThen() throws Exception {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        ReceiptsFixture store =
                ReceiptsFixture.in(dir).from(PEER).at("2020-01-01T00:00:00Z").chain("old", 2);
        store.chain("mixed", 1).at(now).add("mixed", 2, "").chain("new", 1);

        CommandRun recent = store.run("verify-event", "--since", "1h", "--json");
        CommandRun ofOne = store.run("verify-event", "--since", "1h", "--chain-id", "new", "--json");
        CommandRun none = store.run("verify-event", "--since", "1h", "--chain-id", "old");

        assertThat(new JsonObject(recent.out())
                        .getJsonArray("results").stream().map(result -> ((JsonObject) result).getString("receipt_id")))
                .containsExactly("urn:receipt:mixed:2", "urn:receipt:new:1");
        assertThat(new JsonObject(ofOne.out()).getJsonArray("results")).hasSize(1);
        assertThat(none.exitCode()).isOne();
        assertThat(none.out()).isEqualTo("no receipts found\n");
    }

    @Test
    void theHeadIsThatOfTheNewestRootChain() throws Exception {
        ReceiptsFixture store =
                ReceiptsFixture.in(dir).from(PEER).chain("a", 1).chain("b", 2).chain("b/agent/x", 3);

        assertThat(store.run("verify-event", "--chain-head").out()).startsWith("urn:receipt:b:2 ");
        assertThat(store.run("verify-event", "--chain-head", "--chain-id", "a").out())
                .startsWith("urn:receipt:a:1 ");
    }

    @Test
    void exactlyOneQuestionIsAsked() throws Exception {
        ReceiptsFixture store = ReceiptsFixture.in(dir).chain("a", 1);

        assertThat(store.run("verify-event").exitCode()).isEqualTo(2);
        assertThat(store.run("verify-event", "--chain-head", "--id", "x").exitCode())
                .isEqualTo(2);
        assertThat(store.run("verify-event", "--id", "x").exitCode()).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "h", "-1h", "1d", "1h ", "1.h", "99999999999h"})
    void aLengthOfTimeThatIsNoneIsUsage(String length) throws Exception {
        CommandRun run = ReceiptsFixture.in(dir).run("verify-event", "--since", length);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("--since: expected a length of time");
    }

    @Test
    void aLengthOfTimeHasParts() {
        assertThat(GoDuration.parse("--since", "1h30m")).isEqualTo(Duration.ofMinutes(90));
        assertThat(GoDuration.parse("--since", "1.5s200ms3us")).isEqualTo(Duration.ofNanos(1_700_003_000));
    }
}
