package dev.cairn.relay.receipts;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.receipt.KeyRotation;
import dev.cairn.protocol.receipt.key.KeyArchive;
import dev.cairn.protocol.receipt.key.PublicKeyFile;
import dev.cairn.protocol.receipt.verify.ChainVerdict;
import dev.cairn.protocol.receipt.verify.ChainVerifier;
import dev.cairn.protocol.receipt.verify.ReceiptReader;
import dev.cairn.relay.Relay;
import dev.cairn.relay.receipts.KeyRotator.Rotated;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRotatorTest {

    private static final String CHAIN = "{\"chain_id\":\"c\"}";

    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path dir;

    @AfterEach
    void close() throws TimeoutException {
        vertx.close().await(20, SECONDS);
    }

    @Test
    void afterANormalStopTheNextRootChainBeginsWithTheRotation() throws Exception {
        emit(List.of(Emitter.frame("one")));
        Ed25519PublicKey old = published();

        Rotated rotated = rotate();
        emit(List.of(Emitter.frame("two")));

        StoredReceipts stored = new StoredReceipts(dir);
        assertThat(rotated.chains()).containsExactly("c-2");
        assertThat(rotated.before()).isEqualTo(old);
        assertThat(published()).isEqualTo(rotated.now());
        assertThat(stored.chains()).containsExactly("c", "c-2");
        assertThat(types(stored, "c-2"))
                .containsExactly("agent.key.rotate", "sdk.two", "agent_receipts.chain_interrupted");
        assertValid("c", old);
        assertValid("c-2", old);
    }

    @Test
    void everyChainThatGoesOnGetsAReceiptOfItsOwn() throws Exception {
        emit(List.of(
                Emitter.frame("root"),
                Emitter.frame("a", ",\"agent_id\":\"a\""),
                Emitter.frame("b", ",\"agent_id\":\"b\"")));
        reopen("c", "c/agent/b"); // As after a kill; the chain of a has ended.
        Ed25519PublicKey old = published();

        Rotated rotated = rotate();

        StoredReceipts stored = new StoredReceipts(dir);
        JsonObject receipt = stored.of("c").getLast();
        assertThat(rotated.chains()).containsExactly("c", "c/agent/b");
        assertThat(types(stored, "c/agent/a")).doesNotContain("agent.key.rotate");
        assertThat(subject(receipt).getJsonObject("keyRotation").getString("new_key_fingerprint"))
                .isEqualTo(KeyRotation.fingerprint(rotated.now()));
        assertThat(receipt.getJsonObject("issuer").fieldNames()).containsExactly("id");
        for (String chain : stored.chains()) {
            assertValid(chain, old);
        }
    }

    @Test
    void rotatesAgainAndAgain() throws Exception {
        emit(List.of(Emitter.frame("one")));
        reopen("c");
        Ed25519PublicKey first = published();

        Rotated second = rotate();
        Rotated third = rotate();

        assertThat(third.before()).isEqualTo(second.now());
        assertThat(KeyArchive.beside(publicKey()))
                .extracting(KeyArchive.Archived::key)
                .containsExactlyInAnyOrder(first, second.now());
        assertValid("c", first);
    }

    @Test
    void anAnchorLogThatCannotBeWrittenChangesNothing() throws Exception {
        emit(List.of(Emitter.frame("one")));
        Ed25519PublicKey old = published();
        long before = new StoredReceipts(dir).count();
        Path link = Files.createSymbolicLink(dir.resolve("anchor"), dir.resolve("elsewhere"));

        assertThatThrownBy(() -> rotator(Optional.of(link)).rotate())
                .isInstanceOf(ReceiptsRefusedException.class)
                .hasMessageContaining("Nothing was rotated");

        assertThat(new StoredReceipts(dir).count()).isEqualTo(before);
        assertThat(published()).isEqualTo(old);
        assertThat(dir.resolve("receipts")).isDirectoryNotContaining("glob:**{next,rotated}*");
        assertThat(dir.resolve("elsewhere")).doesNotExist();
    }

    @Test
    void theAnchorLogTellsOfEveryReceiptAsItIsStored() throws Exception {
        emit(List.of(Emitter.frame("root"), Emitter.frame("a", ",\"agent_id\":\"a\"")));
        reopen("c", "c/agent/a");
        Path log = dir.resolve("anchor.ndjson");

        rotator(Optional.of(log)).rotate();

        StoredReceipts stored = new StoredReceipts(dir);
        assertThat(Files.readAllLines(log))
                .map(line -> new JsonObject(line).getJsonObject("payload"))
                .containsExactly(
                        stored.of("c").getLast(), stored.of("c/agent/a").getLast());
    }

    @Test
    void anEndThatWasChangedIsNotBuiltUpon() throws Exception {
        emit(List.of(Emitter.frame("one")));
        reopen("c");
        Ed25519PublicKey old = published();
        execute("UPDATE receipts SET receipt_json = replace(receipt_json, 'sdk.one', 'sdk.two')");

        assertThatThrownBy(this::rotate)
                .isInstanceOf(ReceiptsRefusedException.class)
                .hasMessageContaining("Nothing is appended behind it");
        assertThat(published()).isEqualTo(old);
    }

    @Test
    void aStartFinishesWhatACrashAfterTheTransactionLeft() throws Exception {
        emit(List.of(Emitter.frame("one")));
        Path key = dir.resolve("receipts/signing.key");
        byte[] oldKey = Files.readAllBytes(key);
        byte[] oldHalf = Files.readAllBytes(publicKey());
        Rotated rotated = rotate();
        Files.move(key, key.resolveSibling("signing.key.next")); // Back to just before the last steps.
        write(key, oldKey);
        Files.write(publicKey(), oldHalf);

        emit(List.of(Emitter.frame("two")));

        assertThat(published()).isEqualTo(rotated.now());
        assertThat(key.resolveSibling("signing.key.next")).doesNotExist();
        assertValid("c-2", rotated.before());
    }

    private Rotated rotate() {
        return rotator(Optional.empty()).rotate();
    }

    private KeyRotator rotator(Optional<Path> anchorLog) {
        return new KeyRotator(vertx, RunningReceipts.config(dir, CHAIN), anchorLog, InstantSource.fixed(Instant.EPOCH));
    }

    /// A relay's whole life.
    private void emit(List<String> frames) throws Exception {
        Relay relay = Relay.start(RunningReceipts.config(dir, CHAIN), failure -> {
                    throw new AssertionError(failure);
                })
                .await(20, SECONDS);
        try (Emitter emitter = new Emitter(relay.doors().sockets().getFirst())) {
            StoredReceipts stored = new StoredReceipts(dir);
            long before = stored.count();
            for (String frame : frames) {
                emitter.send(frame);
            }
            stored.await(before + frames.size());
        } finally {
            relay.stop().await(20, SECONDS);
        }
    }

    /// Takes the receipts off with which a normal stop has ended these chains.
    private void reopen(String... chains) throws SQLException {
        for (String chain : chains) {
            execute("DELETE FROM receipts WHERE action_type = 'agent_receipts.chain_interrupted' AND chain_id = '"
                    + chain + "'");
        }
    }

    private void execute(String sql) throws SQLException {
        String url = "jdbc:sqlite:" + dir.resolve("receipts/receipts.db");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate(sql)).isPositive();
        }
    }

    private void assertValid(String chain, Ed25519PublicKey genesis) throws SQLException {
        ChainVerifier verifier = new ChainVerifier(chain, genesis);
        ReceiptReader reader = new ReceiptReader();
        String sql = "SELECT receipt_json FROM receipts WHERE chain_id = ? ORDER BY sequence";
        for (String text : new StoredReceipts(dir).texts(sql, chain)) {
            verifier.next(reader.read(text.getBytes(StandardCharsets.UTF_8)), null);
        }
        ChainVerdict verdict = verifier.verdict();
        assertThat(verdict.isValid()).as(verdict.toString()).isTrue();
    }

    private static List<String> types(StoredReceipts stored, String chain) throws SQLException {
        return stored.of(chain).stream()
                .map(receipt -> subject(receipt).getJsonObject("action").getString("type"))
                .toList();
    }

    private static JsonObject subject(JsonObject receipt) {
        return receipt.getJsonObject("credentialSubject");
    }

    private Path publicKey() {
        return dir.resolve("receipts/signing.key.pub");
    }

    private Ed25519PublicKey published() throws IOException {
        return PublicKeyFile.read(publicKey());
    }

    private static void write(Path key, byte[] content) throws IOException {
        Files.write(key, content);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    }
}
