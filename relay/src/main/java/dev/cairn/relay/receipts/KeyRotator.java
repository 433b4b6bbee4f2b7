package dev.cairn.relay.receipts;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.receipt.ChainIds;
import dev.cairn.protocol.receipt.ChainPlace;
import dev.cairn.protocol.receipt.Composer;
import dev.cairn.protocol.receipt.KeyRotation;
import dev.cairn.protocol.receipt.RandomUuids;
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

/// Rotates the key of a store that no relay is using (`specs/receipts.md` 6.5, ours): whoever calls holds the relay's
/// lock.
///
/// The next key is durable first, then the anchor log tells of the rotation, then one transaction puts a
/// receipt that is signed with the old key at the end of every chain that goes on, and only then the next
/// key takes over. A crash before the transaction leaves everything as it was, one behind it is finished by
/// the next start.
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
    /// @throws ReceiptsRefusedException if the store must not be used as it is, or a relay uses it; nothing was
    ///     changed then
    /// @throws KeySourceException if the key cannot be used; nothing was changed then
    public Rotated rotate() {
        StoreFiles files = new StoreFiles(db, config.door().readGroup());
        try (StoreLock _ = files.lock()) {
            return rotate(files);
        }
    }

    private Rotated rotate(StoreFiles files) {
        Opened opened = Opened.open(files);
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
        List<ChainPlace> places = places(opened, keys);
        Ed25519PublicKey next = await(keys.prepareNext());
        RotationReceipts receipts;
        List<SignedReceipt> signed;
        try {
            Composer composer = new Composer(Rules.of(config), new RandomUuids(new SecureRandom()));
            receipts = RotationReceipts.link(composer, new KeyRotation(before, next), places, wall);
            signed = receipts.signed(await(keys.sign(receipts.messages())), keys.verificationMethod());
            RotationReceipts.anchor(anchorLog, signed, wall);
        } catch (RuntimeException e) {
            await(keys.discardNext());
            throw e;
        }
        switch (opened.store().append(signed)) { // Should nobody know what became of it, the next start finds out.
            case Outcome.Stored _ -> await(keys.adoptNext());
            case Outcome.Kept(String reason) -> {
                await(keys.discardNext());
                throw new ReceiptsRefusedException(
                        db, "takes no receipt: " + reason, "See to the disk, and rotate again.");
            }
        }
        return new Rotated(before, next, receipts.chains());
    }

    /// At the end of each chain under the current root that has not ended; where there is none, of the root
    /// chain that comes next.
    private List<ChainPlace> places(Opened opened, KeySource keys) {
        try {
            TailCheck check = new TailCheck(opened.tails(), keys::publicKey, archived());
            String newest = opened.tails().newestRoot();
            String rootId =
                    config.identity().chainId().orElse(newest == null ? ChainIds.ofDay(wall.instant()) : newest);
            while (true) {
                List<ChainPlace> open = openPlaces(opened, check, rootId);
                if (!open.isEmpty()) {
                    return open;
                }
                if (opened.tails().of(rootId) == null) {
                    return List.of(new ChainPlace(rootId, 1, null, null));
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

    private static List<ChainPlace> openPlaces(Opened opened, TailCheck check, String rootId) throws SQLException {
        List<String> ids = new ArrayList<>(opened.agentChains(rootId));
        ids.addFirst(rootId);
        List<ChainPlace> open = new ArrayList<>();
        for (String id : ids) {
            ChainTip tip = check.tip(id);
            if (tip != null && !tip.isTerminal()) {
                open.add(new ChainPlace(id, tip.sequence() + 1, tip.hash(), null));
            }
        }
        return open;
    }

    private List<Ed25519PublicKey> archived() throws IOException {
        return KeyArchive.beside(config.files().publicKey(dataDir)).stream()
                .map(KeyArchive.Archived::key)
                .toList();
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(PATIENCE_SECONDS, SECONDS);
        } catch (TimeoutException e) {
            throw new KeySourceException(KeySourceException.Hope.TRANSIENT, "the key did not answer in time", e);
        }
    }
}
