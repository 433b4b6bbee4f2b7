package dev.cairn.relay.cli;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.seal.ChainHead;
import dev.cairn.protocol.seal.ChainHeads;
import dev.cairn.protocol.seal.Keyring;
import dev.cairn.protocol.seal.Keys;
import dev.cairn.protocol.seal.Seal;
import dev.cairn.protocol.seal.SealChain;
import dev.cairn.protocol.seal.SealForm;
import dev.cairn.protocol.seal.SealLine;
import dev.cairn.protocol.seal.SealReader;
import dev.cairn.protocol.witness.Anchor;
import dev.cairn.protocol.witness.AnchorReceipt;
import dev.cairn.protocol.witness.SealedTip;
import dev.cairn.protocol.witness.WitnessRecord;
import dev.cairn.protocol.witness.WitnessRecord.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A data directory with receipts, seals of them and replies of witnesses, as a relay leaves it.
final class SealedReceipts {

    private final Path dataDir;
    private final ReceiptsFixture receipts;
    private final Map<String, Long> sealed = new HashMap<>();
    private SealChain chain = SealChain.START;
    private Instant now = Instant.parse("2026-06-15T10:00:00Z");
    private @Nullable Seal last;

    /// @param home of the user whose relay it is
    SealedReceipts(Path home) throws IOException, SQLException {
        dataDir = home.resolve(".local/share/cairn");
        receipts = ReceiptsFixture.in(Files.createDirectories(dataDir.resolve("receipts")));
    }

    ReceiptsFixture receipts() {
        return receipts;
    }

    Path seals() {
        return receipts.db().resolveSibling("receipts.seals.jsonl");
    }

    Path witnesses() {
        return receipts.db().resolveSibling("receipts.witnesses.jsonl");
    }

    Path keys() {
        return dataDir.resolve("keys/receipts-seal");
    }

    /// Seals the chains that have changed, a quarter of an hour later.
    SealedReceipts seal() throws IOException, SQLException {
        now = now.plusSeconds(900);
        List<ChainHead> heads = new ArrayList<>();
        long count = 0;
        try (Connection store = DriverManager.getConnection("jdbc:sqlite:" + receipts.db());
                ResultSet rows = store.createStatement()
                        .executeQuery(
                                "SELECT chain_id, max(sequence), receipt_hash, count(*) FROM receipts GROUP BY 1")) {
            while (rows.next()) {
                count += rows.getLong(4);
                if (!Objects.equals(sealed.put(rows.getString(1), rows.getLong(2)), rows.getLong(2))) {
                    heads.add(new ChainHead(rows.getString(1), rows.getLong(2), new Hash(rows.getString(3))));
                }
            }
        }
        var key = (Keys.Lookup.Found) Keyring.in(keys()).active();
        last = chain.next(ChainHeads.of(heads), count, now, key.key());
        chain = chain.after((SealLine.Read) new SealReader(SealForm.STORE).read(last.line()));
        append(seals(), last.line() + "\n");
        return this;
    }

    /// A round in which these witnesses confirmed the last seal, as it is recorded.
    SealedReceipts witnessed(int quorum, String... names) throws IOException {
        Seal seal = Objects.requireNonNull(last);
        SealedTip tip = SealedTip.ofSealLine(seal.publicLine());
        List<Response> responses = Arrays.stream(names)
                .map(name -> {
                    String at = now.plusSeconds(1).toString();
                    Anchor anchor = new Anchor("anchor-" + name, at, tip, tip.tip(), Set.of());
                    String receipt = AnchorReceipt.sign(anchor, SealedDirectory.witness(name))
                            .text();
                    return SealedDirectory.response(name, receipt);
                })
                .toList();
        WitnessRecord record = new WitnessRecord(
                now.toString(), tip.tip(), tip.count(), tip.signature(), quorum, true, responses, 1, true);
        append(witnesses(), record.text() + "\n");
        return this;
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
