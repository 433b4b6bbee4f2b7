package dev.cairn.loadtest;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/// What a store that inserts one row per transaction can do at best on this machine: takes frames and
/// commits a row of a receipt's size for each, in the same table with the same indices, synced.
///
/// No parsing, no signature, no chain. A process of its own, so that its CPU time can be told.
public final class ReceiptBaseline {

    private static final int BACKLOG = 1024;
    private static final int RECEIPT_BYTES = 1_300;
    private static final String HASH = "sha256:" + "c41a".repeat(16);

    private static final String[] SCHEMA = {
        "PRAGMA journal_mode=WAL",
        "PRAGMA synchronous=FULL",
        "PRAGMA busy_timeout=5000",
        """
        CREATE TABLE receipts (id TEXT PRIMARY KEY, chain_id TEXT NOT NULL, sequence INTEGER NOT NULL,
          action_type TEXT NOT NULL, tool_name TEXT NOT NULL DEFAULT '', risk_level TEXT NOT NULL, status TEXT NOT NULL,
          timestamp TEXT NOT NULL, issuer_id TEXT NOT NULL, principal_id TEXT, receipt_json TEXT NOT NULL,
          receipt_hash TEXT NOT NULL, previous_receipt_hash TEXT, created_at TEXT DEFAULT CURRENT_TIMESTAMP)""",
        "CREATE UNIQUE INDEX idx_receipts_chain ON receipts(chain_id, sequence)",
        "CREATE INDEX idx_receipts_action ON receipts(action_type)",
        "CREATE INDEX idx_receipts_risk ON receipts(risk_level)",
        "CREATE INDEX idx_receipts_timestamp ON receipts(timestamp)",
    };

    private final PreparedStatement insert;
    private long sequence;

    private ReceiptBaseline(PreparedStatement insert) {
        this.insert = insert;
    }

    /// Serves until standard input ends, which it does when the load generator has gone.
    ///
    /// @param args the socket's path and the database's
    public static void main(String[] args) throws IOException, SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + args[1]);
                ServerSocketChannel door = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            try (Statement schema = connection.createStatement()) {
                for (String statement : SCHEMA) {
                    schema.execute(statement);
                }
            }
            ReceiptBaseline baseline = new ReceiptBaseline(prepare(connection));
            door.bind(UnixDomainSocketAddress.of(args[0]), BACKLOG);
            System.out.println(BaselineProcess.READY);
            Thread.ofPlatform().daemon().start(ReceiptBaseline::endWithParent);
            while (true) {
                SocketChannel channel = door.accept();
                Thread.ofPlatform().daemon().start(() -> baseline.serve(channel));
            }
        }
    }

    private static PreparedStatement prepare(Connection connection) throws SQLException {
        PreparedStatement insert = connection.prepareStatement("""
                INSERT INTO receipts (id, chain_id, sequence, action_type, tool_name, risk_level, status, timestamp, issuer_id,
                  principal_id, receipt_json, receipt_hash, previous_receipt_hash)
                VALUES (?, '2026-06-15', ?, 'mcp.shop.edit_file', 'edit_file', 'medium', 'success', '2026-06-15T10:00:00Z',
                  'did:agent-receipts-daemon:local', 'did:user:dev', ?, ?, ?)""");
        insert.setString(3, "{\"receipt\":\"" + "x".repeat(RECEIPT_BYTES - 14) + "\"}");
        insert.setString(4, HASH);
        insert.setString(5, HASH);
        return insert;
    }

    private static void endWithParent() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            System.err.println("standard input failed: " + e.getMessage());
        }
        System.exit(0);
    }

    private void serve(SocketChannel channel) {
        try (channel;
                DataInputStream frames = new DataInputStream(Channels.newInputStream(channel))) {
            while (true) {
                frames.readNBytes(frames.readInt());
                insert();
            }
        } catch (EOFException _) {
            // The emitter has gone.
        } catch (IOException | SQLException e) {
            System.err.println("the baseline cannot go on: " + e.getMessage());
            System.exit(1);
        }
    }

    private synchronized void insert() throws SQLException {
        insert.setString(1, "urn:receipt:" + UUID.randomUUID());
        insert.setLong(2, ++sequence);
        insert.executeUpdate();
    }
}
