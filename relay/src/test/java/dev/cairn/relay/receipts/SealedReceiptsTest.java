package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.cairn.protocol.seal.ChainHead;
import dev.cairn.protocol.seal.ChainHeads;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealReport;
import dev.cairn.protocol.witness.SealedTip;
import dev.cairn.protocol.witness.WitnessRecord;
import dev.cairn.relay.seal.SealsRefusedException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A relay seals its receipts and knows them again.
@Timeout(120)
class SealedReceiptsTest {

    private static final String CONFIG = "{\"receipts\":{\"chain_id\":\"c\"}}";
    private static final String UNSEALED = "{\"auto_seal\":{\"enabled\":false},\"receipts\":{\"chain_id\":\"c\"}}";

    @TempDir
    private Path dir;

    private StoredSeals sealed;

    @BeforeEach
    void nameFiles() {
        sealed = new StoredSeals(dir);
    }

    @Test
    void anOrderlyStopSealsAllReceiptsThoseThatEndTheChainsToo() throws Exception {
        run(CONFIG, 3, "a1");

        Seal seal = sealed.seals().getLast();
        assertThat(seal.payload().count()).isEqualTo(count()).isEqualTo(6);
        assertThat(StoredSeals.heads(seal))
                .extracting(ChainHead::chainId, ChainHead::sequence)
                .containsExactly(tuple("c", 4L), tuple("c/agent/a1", 2L));
        SealReport report = sealed.verifySound();
        assertThat(report.proven()).isEqualTo(seal);
    }

    @Test
    void aRestartGoesOnAndNamesOnlyTheChainsThatHaveChanged() throws Exception {
        run(CONFIG, 2, "a1");
        Seal before = sealed.seals().getLast();

        run(CONFIG, 1, "a2");

        Seal after = sealed.seals().getLast();
        assertThat(StoredSeals.heads(after)).extracting(ChainHead::chainId).containsExactly("c-2", "c-2/agent/a2");
        assertThat(after.payload().tip())
                .isEqualTo(ChainHeads.of(StoredSeals.heads(after))
                        .tipAfter(before.payload().tip()));
        assertThat(StoredSeals.proven(sealed.verifySound())).isEqualTo(count());
    }

    @Test
    void nothingIsSealedAgainWhenNoChainHasChanged() throws Exception {
        run(CONFIG, 2, "a1");
        List<Seal> before = sealed.seals();

        try (RunningReceipts relay = RunningReceipts.sealed(dir, CONFIG)) {
            assertThat(relay.fatal).isNotDone();
        }

        assertThat(sealed.seals()).isEqualTo(before).hasSize(1);
    }

    @Test
    void whatAnEarlierRelayLeftUnsealedIsSealedAtTheStart() throws Exception {
        run(UNSEALED, 3, "a1");
        assertThat(sealed.seals()).isEmpty();

        try (RunningReceipts relay = RunningReceipts.sealed(dir, CONFIG)) {
            awaitSeals(1);

            assertThat(sealed.seals().getFirst().payload().count()).isEqualTo(relay.stored.count());
        }
        sealed.verifySound();
    }

    @Test
    void moreChainsThanASealNamesAreSealedBySeveral() throws Exception {
        int chains = ChangedChains.CHAINS_MAX + 20;
        try (RunningReceipts relay = RunningReceipts.sealed(dir, CONFIG);
                Emitter emitter = relay.connect()) {
            for (int i = 0; i < chains; i++) {
                emitter.send(Emitter.frame("tool", ",\"agent_id\":\"a" + i + "\""));
            }
            relay.stored.await(chains);

            awaitSeals(2);
        }

        assertThat(sealed.seals())
                .allSatisfy(
                        seal -> assertThat(StoredSeals.heads(seal)).hasSizeLessThanOrEqualTo(ChangedChains.CHAINS_MAX));
        assertThat(StoredSeals.proven(sealed.verifySound())).isEqualTo(count());
    }

    @Test
    void sealsAndTheirKeyAreForTheRightEyes() throws Exception {
        run(CONFIG, 1, "a1");

        assertThat(mode(sealed.file())).isEqualTo("rw-r-----");
        assertThat(mode(dir.resolve("keys/receipts-seal"))).isEqualTo("rwx------");
        assertThat(mode(dir.resolve("keys/receipts-seal/ACTIVE"))).isEqualTo("rw-------");
        assertThat(Files.readString(dir.resolve("keys/receipts-seal/ACTIVE")))
                .isNotEqualTo(Files.readString(dir.resolve("keys/seal/ACTIVE")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM receipts WHERE chain_id = 'c' AND sequence = (SELECT max(sequence) FROM receipts WHERE chain_id = 'c')",
                "DELETE FROM receipts WHERE chain_id = 'c' AND sequence = 1",
                "DELETE FROM receipts",
                "UPDATE receipts SET receipt_hash = 'sha256:00' WHERE chain_id = 'c/agent/a1'",
            })
    void aStoreThatIsNotTheOneThatWasSealedIsRefusedAndLeftAsItIs(String change) throws Exception {
        run(CONFIG, 3, "a1");
        sealed.execute(change);
        long left = count();

        assertThatThrownBy(() -> RunningReceipts.sealed(dir, CONFIG))
                .isInstanceOf(ReceiptsRefusedException.class)
                .hasMessageContaining("receipts.db: these are not the receipts that were sealed: expected ")
                .hasMessageContaining("cairn receipts verify");

        assertThat(count()).isEqualTo(left);
    }

    @Test
    void receiptsAndSealsThatWereSetBackTogetherAreRefusedAsWitnessesHaveHeardOfMore() throws Exception {
        run(CONFIG, 1, "a1");
        Path store = dir.resolve("receipts/receipts.db");
        Path copy = Files.copy(store, dir.resolve("copy.db"));
        List<String> before = Files.readAllLines(sealed.file());
        run(CONFIG, 1, "a2");
        SealedTip newest =
                SealedTip.ofSealLine(Files.readAllLines(sealed.file()).getLast());
        WitnessRecord record = new WitnessRecord(
                "2026-04-05T14:30:00.000Z",
                newest.tip(),
                newest.count(),
                newest.signature(),
                1,
                false,
                List.of(),
                1,
                false);
        Path witnesses = Files.write(dir.resolve("receipts/receipts.witnesses.jsonl"), record.toBytes());
        Files.setPosixFilePermissions(witnesses, PosixFilePermissions.fromString("rw-r-----"));
        Files.copy(copy, store, StandardCopyOption.REPLACE_EXISTING);
        Files.write(sealed.file(), before);

        assertThatThrownBy(() -> RunningReceipts.sealed(dir, CONFIG))
                .isInstanceOf(SealsRefusedException.class)
                .hasMessageContaining("receipts.seals.jsonl: expected a seal of 8 over sha256:")
                .hasMessageContaining(", as receipts.witnesses.jsonl tells, found none behind one of 4.")
                .hasMessageContaining("move receipts.witnesses.jsonl aside");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE receipts SET receipt_json = replace(receipt_json, 'did:', 'dud:') WHERE chain_id = 'c/agent/a1'",
                "UPDATE receipts SET receipt_json = replace(receipt_json, '\"proofValue\":\"u', '\"proofValue\":\"uA')"
                        + " WHERE chain_id = 'c/agent/a1'",
            })
    void whatSomebodyWroteIntoTheStoreWhileNoRelayRanIsNotSealed(String change) throws Exception {
        run(UNSEALED, 1, "a1");
        sealed.execute(change);
        assertThat(sealed.verify().lines()).isZero();

        try (RunningReceipts relay = RunningReceipts.sealed(dir, CONFIG);
                Emitter emitter = relay.connect()) {
            emitter.emit("tool");
            relay.stored.await(5);

            assertThat(reasonToBeDown(relay)).isEqualTo("the receipts cannot be sealed; the relay's log says why");
        }
        assertThat(sealed.seals()).isEmpty();
    }

    /// What anybody hears.
    private static String reasonToBeDown(RunningReceipts relay) throws Exception {
        URI ready = Objects.requireNonNull(relay.relay().doors().http()).resolve("/readyz");
        long end = System.nanoTime() + 30_000_000_000L;
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (true) {
                String body = client.send(HttpRequest.newBuilder(ready).build(), BodyHandlers.ofString())
                        .body();
                JsonArray down = new JsonObject(body).getJsonArray("down");
                if (down != null && !down.isEmpty()) {
                    return down.getJsonObject(0).getString("reason");
                }
                assertThat(System.nanoTime()).as(body).isLessThan(end);
                LockSupport.parkNanos(5_000_000);
            }
        }
    }

    @Test
    void aStoreThatIsGoneIsNotBegunAnewBesideItsSeals() throws Exception {
        run(CONFIG, 3, "a1");
        Files.delete(dir.resolve("receipts/receipts.db"));

        assertThatThrownBy(() -> RunningReceipts.sealed(dir, CONFIG))
                .isInstanceOf(ReceiptsRefusedException.class)
                .hasMessageContaining("expected 6, found none");
    }

    @Test
    void aTornLastSealIsLeftOutAndSaidSo() throws Exception {
        run(CONFIG, 1, "a1");
        Files.writeString(sealed.file(), "{\"sealed_at\":\"2026", StandardOpenOption.APPEND);

        run(CONFIG, 1, "a2");

        SealReport report = sealed.verifySound();
        assertThat(report.torn()).isOne();
        assertThat(sealed.seals()).hasSize(2);
    }

    @Test
    void sealsThatEndWithSomethingElseAreRefused() throws Exception {
        run(CONFIG, 1, "a1");
        Files.writeString(sealed.file(), "{\"sealed_at\":\"2026\"}\n", StandardOpenOption.APPEND);

        assertThatThrownBy(() -> RunningReceipts.sealed(dir, CONFIG))
                .hasMessageContaining("receipts.seals.jsonl: it does not end with a seal");
    }

    @Test
    void sealsWhoseNewestOneWasChangedAreRefusedThoughItCannotBeRead() throws Exception {
        run(CONFIG, 1, "a1");
        Files.writeString(sealed.file(), Files.readString(sealed.file()).replaceFirst("]}\n$", "]#\n"));

        assertThatThrownBy(() -> RunningReceipts.sealed(dir, CONFIG))
                .hasMessageContaining("receipts.seals.jsonl: it does not end with a seal");
    }

    @Test
    void aSecondNameOfTheSealsFileIsRefused() throws Exception {
        run(CONFIG, 1, "a1");
        Files.createLink(dir.resolve("other"), sealed.file());

        assertThatThrownBy(() -> RunningReceipts.sealed(dir, CONFIG)).hasMessageContaining("hard links");
    }

    private void run(String config, int frames, String agent) throws Exception {
        try (RunningReceipts relay = RunningReceipts.sealed(dir, config);
                Emitter emitter = relay.connect()) {
            long before = relay.stored.count();
            for (int i = 0; i < frames; i++) {
                emitter.emit("tool-" + i);
            }
            emitter.send(Emitter.frame("tool", ",\"agent_id\":\"" + agent + "\""));
            relay.stored.await(before + frames + 1);
        }
    }

    private long count() throws Exception {
        return new StoredReceipts(dir).count();
    }

    private void awaitSeals(int count) throws Exception {
        long end = System.nanoTime() + 30_000_000_000L;
        while (sealed.seals().size() < count) {
            assertThat(System.nanoTime()).as("no seal came").isLessThan(end);
            LockSupport.parkNanos(5_000_000);
        }
    }

    private static String mode(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
