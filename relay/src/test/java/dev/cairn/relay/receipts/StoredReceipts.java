package dev.cairn.relay.receipts;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.receipt.key.PublicKeyFile;
import dev.cairn.protocol.receipt.verify.ChainVerdict;
import dev.cairn.protocol.receipt.verify.ChainVerifier;
import dev.cairn.protocol.receipt.verify.ReceiptReader;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// What another program sees of a store while the relay runs or not: a connection of its own that only reads.
public final class StoredReceipts {

    private static final long PATIENCE_SECONDS = 30;

    private final Path dir;

    /// @param dataDir the relay's
    public StoredReceipts(Path dataDir) {
        this(dataDir, "receipts");
    }

    /// @param name of the directory of the database
    StoredReceipts(Path parent, String name) {
        this.dir = parent.resolve(name);
    }

    /// The ids of all chains, in the order in which they began.
    public List<String> chains() throws SQLException {
        return texts("SELECT chain_id FROM receipts GROUP BY chain_id ORDER BY min(rowid)");
    }

    /// All receipts of a chain in order.
    public List<JsonObject> of(String chainId) throws SQLException {
        return texts("SELECT receipt_json FROM receipts WHERE chain_id = ? ORDER BY sequence", chainId).stream()
                .map(JsonObject::new)
                .toList();
    }

    /// All receipts in the order in which they were stored.
    public List<JsonObject> all() throws SQLException {
        return texts("SELECT receipt_json FROM receipts ORDER BY rowid").stream()
                .map(JsonObject::new)
                .toList();
    }

    /// Waits until there are so many receipts, and returns how many there are.
    public long await(long count) throws SQLException {
        long end = System.nanoTime() + SECONDS.toNanos(PATIENCE_SECONDS);
        long found = count();
        while (found < count) {
            if (System.nanoTime() > end) {
                throw new AssertionError("there are " + found + " receipts, not " + count);
            }
            LockSupport.parkNanos(5_000_000);
            found = count();
        }
        return found;
    }

    public long count() throws SQLException {
        return Long.parseLong(texts("SELECT count(*) FROM receipts").getFirst());
    }

    /// What the verifier says of a chain with the published key.
    public ChainVerdict verify(String chainId) throws SQLException, IOException {
        Ed25519PublicKey key = PublicKeyFile.read(dir.resolve("signing.key.pub"));
        ChainVerifier verifier = new ChainVerifier(chainId, key);
        ReceiptReader reader = new ReceiptReader();
        for (String text : texts("SELECT receipt_json FROM receipts WHERE chain_id = ? ORDER BY sequence", chainId)) {
            verifier.next(reader.read(text.getBytes(StandardCharsets.UTF_8)), null);
        }
        return verifier.verdict();
    }

    public List<String> texts(String sql, String... parameters) throws SQLException {
        List<String> texts = new ArrayList<>();
        String url = "jdbc:sqlite:file:" + dir.resolve("receipts.db") + "?mode=ro";
        try (Connection connection = DriverManager.getConnection(url);
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    texts.add(rows.getString(1));
                }
            }
        }
        return texts;
    }
}
