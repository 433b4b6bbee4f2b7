package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.relay.receipts.key.KeySourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ReceiptsStartTest {

    private static final String CHAIN = "{\"chain_id\":\"c\"}";

    @TempDir
    private Path dir;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE receipts SET receipt_json = replace(receipt_json, 'success', 'pending') WHERE chain_id = 'c-2'",
                "UPDATE receipts SET receipt_hash = 'sha256:00' WHERE chain_id = 'c-2'",
                "UPDATE receipts SET sequence = sequence + 1 WHERE chain_id = 'c-2' AND sequence = 3",
                "UPDATE receipts SET receipt_json = '[]' WHERE chain_id = 'c-2'",
                "UPDATE receipts SET id = 'x' WHERE chain_id = 'c-2' AND sequence = 3"
            })
    void aChainWhoseEndWasChangedIsNotContinued(String change) throws Exception {
        storeOpenChain();
        execute(change);

        assertThatThrownBy(() -> RunningReceipts.in(dir, "{\"chain_id\":\"c-2\"}"))
                .isInstanceOf(ReceiptsRefusedException.class)
                .hasMessageContaining("chain c-2")
                .hasMessageContaining("cairn receipts verify");
    }

    @Test
    void aChainThatWasSignedWithAnotherKeyIsNotContinued() throws Exception {
        storeOpenChain();
        Path receipts = dir.resolve("receipts");
        Path other = dir.resolve("other");
        RunningReceipts.in(other, CHAIN).close();
        for (String name : new String[] {"signing.key", "signing.key.pub"}) {
            Files.delete(receipts.resolve(name));
            Files.move(other.resolve("receipts").resolve(name), receipts.resolve(name));
        }

        assertThatThrownBy(() -> RunningReceipts.in(dir, "{\"chain_id\":\"c-2\"}"))
                .isInstanceOf(ReceiptsRefusedException.class)
                .hasMessageContaining("not signed with this relay's key");
    }

    @Test
    void aStoreWithoutItsKeyIsNotContinued() throws Exception {
        storeOpenChain();
        Files.delete(dir.resolve("receipts/signing.key"));

        assertThatThrownBy(() -> RunningReceipts.in(dir, CHAIN)).isInstanceOf(KeySourceException.class);
    }

    @Test
    void aLinkInPlaceOfTheStoreIsRefusedAndWhatItLeadsToIsLeftAlone() throws Exception {
        Path target = Files.writeString(dir.resolve("target"), "untouched");
        Files.createDirectory(
                dir.resolve("receipts"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
        Files.createSymbolicLink(dir.resolve("receipts/receipts.db"), target);

        assertThatThrownBy(() -> RunningReceipts.in(dir, CHAIN)).isInstanceOf(ReceiptsRefusedException.class);

        assertThat(target).hasContent("untouched");
    }

    @Test
    void aStoreThatOthersMayReadIsTightened() throws Exception {
        storeOpenChain();
        Path db = dir.resolve("receipts/receipts.db");
        Files.setPosixFilePermissions(db, PosixFilePermissions.fromString("rw-r--r--"));

        RunningReceipts.in(dir, CHAIN).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(db)))
                .isEqualTo("rw-r-----");
    }

    @Test
    void aStoreOfAnOlderPeerGetsItsMissingColumn() throws Exception {
        storeOpenChain();
        execute("ALTER TABLE receipts DROP COLUMN tool_name");

        try (RunningReceipts relay = RunningReceipts.in(dir, "{\"chain_id\":\"c-2\"}");
                Emitter emitter = relay.connect()) {
            emitter.emit("named");
            relay.stored.await(8);

            assertThat(relay.stored.texts("SELECT tool_name FROM receipts WHERE tool_name <> ''"))
                    .containsExactly("named");
        }
    }

    @Test
    void aRootChainIsLeftForTheNextOneWhenASubAgentsChainHasEnded() throws Exception {
        storeOpenChain();
        execute("DELETE FROM receipts WHERE chain_id = 'c' AND sequence = 2"); // Its own end is gone.

        try (RunningReceipts relay = RunningReceipts.in(dir, CHAIN);
                Emitter emitter = relay.connect()) {
            emitter.emit("later");
            relay.stored.await(7);

            assertThat(relay.stored.of("c")).hasSize(1);
        }
    }

    /// Chain `c`, which has ended and so has that of its sub-agent, and `c-2`, which a kill left open.
    private void storeOpenChain() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir, CHAIN);
                Emitter emitter = relay.connect()) {
            emitter.emit("one");
            emitter.send(Emitter.frame("two", ",\"agent_id\":\"a\""));
            relay.stored.await(2);
        }
        try (RunningReceipts relay = RunningReceipts.in(dir, "{\"chain_id\":\"c-2\"}");
                Emitter emitter = relay.connect()) {
            emitter.emit("one");
            emitter.emit("two");
            emitter.emit("three");
            relay.stored.await(7);
        }
        execute("DELETE FROM receipts WHERE chain_id = 'c-2' AND sequence = 4"); // As a kill would have left it.
    }

    private void execute(String sql) throws SQLException, IOException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("receipts/receipts.db"));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
