package dev.cairn.relay.receipts;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.crypto.Ed25519Signature;
import dev.cairn.protocol.receipt.ChainIds;
import dev.cairn.protocol.receipt.ChainPlace;
import dev.cairn.protocol.receipt.Composer;
import dev.cairn.protocol.receipt.KeyRotation;
import dev.cairn.protocol.receipt.LinkedReceipt;
import dev.cairn.protocol.receipt.RandomUuids;
import dev.cairn.protocol.receipt.key.AnchorLog;
import dev.cairn.protocol.receipt.key.KeyArchive;
import dev.cairn.relay.bus.SignedReceipt;
import dev.cairn.relay.config.Receipts;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.receipts.ReceiptStore.Outcome;
import dev.cairn.relay.receipts.key.KeySource;
import dev.cairn.relay.receipts.key.KeySourceException;
import dev.cairn.relay.receipts.key.KeySources;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Rotates the key of a store that no relay is using (`specs/receipts.md` 6.5, ours): whoever calls holds the relay's
/// lock.
///
/// The next key is durable first, then the anchor log tells of the rotation, then one transaction puts a receipt that
/// is
/// signed with the old key at the end of every chain that goes on, and only then the next key takes over. A crash
/// before
/// the transaction leaves everything as it was, one behind it is finished by the next start.
public final class KeyRotator {

    private static final long PATIENCE_SECONDS = 60;

    private final Vertx vertx;
    private final Path dataDir;
    private final Receipts config;
    private final Optional<Path> anchorLog;
    private final InstantSource wall;
    private final Path db;

    /// What was done.
    ///
    /// @param chains in which the rotation is recorded
    public record Rotated(Ed25519PublicKey before, Ed25519PublicKey now, List<String> chains) {}

    /// Where a receipt of the rotation goes; the first of a chain without a tip.
    private record End(String chainId, @Nullable ChainTip tip) {

        ChainPlace next() {
            return tip == null
                    ? new ChainPlace(chainId, 1, null, null)
                    : new ChainPlace(chainId, tip.sequence() + 1, tip.hash(), null);
        }
    }

    /// @param anchorLog where the rotation is told besides
    public KeyRotator(Vertx vertx, RelayConfig config, Optional<Path> anchorLog, InstantSource wall) {
        this.vertx = vertx;
        this.dataDir = config.dataDir();
        this.config = config.receipts();
        this.anchorLog = anchorLog;
        this.wall = wall;
        this.db = this.config.files().db(dataDir);
    }

    /// Does it. Blocking; not for an event loop.
    ///
    /// @throws ReceiptsRefusedException if the store must not be used as it is; nothing was changed then
    /// @throws KeySourceException if the key cannot be used; nothing was changed then
    public Rotated rotate() {
        Opened opened = Opened.open(new StoreFiles(db, config.door().readGroup()));
        try {
            KeySource keys = await(KeySources.open(
                    vertx, Working.keySettings(dataDir, config), opened.keyHistory(), new SecureRandom()));
            try {
                return rotate(opened, keys);
            } finally {
                await(keys.close());
            }
        } finally {
            opened.close();
        }
    }

    private Rotated rotate(Opened opened, KeySource keys) {
        Ed25519PublicKey before = keys.publicKey();
        List<End> ends = ends(opened, keys);
        Ed25519PublicKey next = await(keys.prepareNext());
        List<SignedReceipt> receipts;
        try {
            receipts = sign(ends, keys, new KeyRotation(before, next));
            anchor(receipts);
        } catch (RuntimeException e) {
            await(keys.discardNext());
            throw e;
        }
        switch (opened.store().append(receipts)) { // Should nobody know what became of it, the next start finds out.
            case Outcome.Stored _ -> await(keys.adoptNext());
            case Outcome.Kept(String reason) -> {
                await(keys.discardNext());
                throw new ReceiptsRefusedException(
                        db, "takes no receipt: " + reason, "See to the disk, and rotate again.");
            }
        }
        return new Rotated(before, next, ends.stream().map(End::chainId).toList());
    }

    /// The chains under the current root that have not ended; where there is none, the root chain that comes
    /// next.
    private List<End> ends(Opened opened, KeySource keys) {
        try {
            TailCheck check = new TailCheck(opened.tails(), keys::publicKey, archived());
            String newest = opened.tails().newestRoot();
            String rootId =
                    config.identity().chainId().orElse(newest == null ? ChainIds.ofDay(wall.instant()) : newest);
            while (true) {
                List<End> open = openEnds(opened, check, rootId);
                if (!open.isEmpty()) {
                    return open;
                }
                if (opened.tails().of(rootId) == null) {
                    return List.of(new End(rootId, null));
                }
                rootId = ChainIds.next(rootId);
            }
        } catch (UnusableChainException e) {
            throw new ReceiptsRefusedException(
                    db,
                    e.getMessage() + ". Nothing is appended behind it.",
                    "Find out who changed it: cairn receipts verify",
                    e);
        } catch (SQLException | IOException e) {
            throw new ReceiptsRefusedException(db, "cannot be read: " + e.getMessage(), "Check file and disk.", e);
        }
    }

    private static List<End> openEnds(Opened opened, TailCheck check, String rootId) throws SQLException {
        List<String> ids = new ArrayList<>(opened.agentChains(rootId));
        ids.addFirst(rootId);
        List<End> open = new ArrayList<>();
        for (String id : ids) {
            ChainTip tip = check.tip(id);
            if (tip != null && !tip.isTerminal()) {
                open.add(new End(id, tip));
            }
        }
        return open;
    }

    private List<Ed25519PublicKey> archived() throws IOException {
        return KeyArchive.beside(config.files().publicKey(dataDir)).stream()
                .map(KeyArchive.Archived::key)
                .toList();
    }

    private List<SignedReceipt> sign(List<End> ends, KeySource keys, KeyRotation rotation) {
        Composer composer = new Composer(Rules.of(config), new RandomUuids(new SecureRandom()));
        List<LinkedReceipt> linked = ends.stream()
                .map(end -> composer.rotation(rotation, wall.instant()).link(end.next()))
                .toList();
        List<byte[]> signatures =
                await(keys.sign(linked.stream().map(LinkedReceipt::signedBytes).toList()));
        List<SignedReceipt> receipts = new ArrayList<>(linked.size());
        for (int i = 0; i < linked.size(); i++) {
            byte[] text = linked.get(i).text(Ed25519Signature.of(signatures.get(i)), keys.verificationMethod());
            receipts.add(new SignedReceipt(linked.get(i), text));
        }
        return receipts;
    }

    private void anchor(List<SignedReceipt> receipts) {
        if (anchorLog.isEmpty()) {
            return;
        }
        try {
            for (SignedReceipt receipt : receipts) {
                AnchorLog.at(anchorLog.get()).append(wall.instant(), receipt.text());
            }
        } catch (IOException e) {
            throw new ReceiptsRefusedException(
                    anchorLog.get(),
                    "cannot be written: " + e.getMessage(),
                    "Nothing was rotated. See to the file, and rotate again.",
                    e);
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(PATIENCE_SECONDS, SECONDS);
        } catch (TimeoutException e) {
            throw new KeySourceException(KeySourceException.Hope.TRANSIENT, "the key did not answer in time", e);
        }
    }
}
