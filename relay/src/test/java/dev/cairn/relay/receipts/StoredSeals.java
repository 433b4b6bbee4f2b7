package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.seal.ChainHead;
import dev.cairn.protocol.seal.Keyring;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealForm;
import dev.cairn.protocol.seal.SealLine;
import dev.cairn.protocol.seal.SealListener;
import dev.cairn.protocol.seal.SealReader;
import dev.cairn.protocol.seal.SealReport;
import dev.cairn.protocol.seal.StoreRows;
import dev.cairn.protocol.seal.StoreSealLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The seals of a store, read and verified by somebody who has the relay's files and nothing else.
public final class StoredSeals {

    private final Path dir;

    /// @param dataDir the relay's
    public StoredSeals(Path dataDir) {
        dir = dataDir;
    }

    public Path file() {
        return dir.resolve("receipts/receipts.seals.jsonl");
    }

    public List<Seal> seals() throws IOException {
        if (!Files.exists(file())) {
            return List.of();
        }
        SealReader reader = new SealReader(SealForm.STORE);
        return Files.readAllLines(file()).stream()
                .map(reader::read)
                .filter(SealLine.Read.class::isInstance)
                .map(line -> ((SealLine.Read) line).seal())
                .toList();
    }

    public static List<ChainHead> heads(Seal seal) {
        return Objects.requireNonNull(seal.heads()).all();
    }

    /// How many receipts are proven.
    public static long proven(SealReport report) {
        return Objects.requireNonNull(report.proven()).payload().count();
    }

    /// Verifies all seals against the rows, and fails if anything is wrong.
    public SealReport verifySound() throws IOException, SQLException {
        SealReport report = verify();
        assertThat(report.faults()).isEmpty();
        assertThat(report.signed()).isEqualTo(report.lines() - report.torn());
        assertThat(report.compared()).isEqualTo(report.signed());
        return report;
    }

    public SealReport verify() throws IOException, SQLException {
        String url = "jdbc:sqlite:file:" + dir.resolve("receipts/receipts.db") + "?mode=ro";
        try (Connection connection = DriverManager.getConnection(url);
                StoreSealLog log = StoreSealLog.open(file(), Keyring.in(dir.resolve("keys/receipts-seal")))) {
            return log.verify(new Rows(connection), SealListener.NONE);
        }
    }

    /// Changes the store behind the relay's back.
    public void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("receipts/receipts.db"));
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private record Rows(Connection connection) implements StoreRows {

        @Override
        public @Nullable Row find(ChainHead head) throws IOException {
            String sql = "SELECT rowid, receipt_hash FROM receipts WHERE chain_id = ? AND sequence = ?";
            try (PreparedStatement find = connection.prepareStatement(sql)) {
                find.setString(1, head.chainId());
                find.setLong(2, head.sequence());
                ResultSet row = find.executeQuery();
                return row.next() ? new Row(row.getLong(1), row.getString(2)) : null;
            } catch (SQLException e) {
                throw new IOException(e);
            }
        }

        @Override
        public long count(long after, long upTo) throws IOException {
            String sql = "SELECT count(*) FROM receipts WHERE rowid > ? AND rowid <= ?";
            try (PreparedStatement count = connection.prepareStatement(sql)) {
                count.setLong(1, after);
                count.setLong(2, upTo);
                return count.executeQuery().getLong(1);
            } catch (SQLException e) {
                throw new IOException(e);
            }
        }
    }
}
