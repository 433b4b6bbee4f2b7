package dev.cairn.relay.receipts;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.receipt.KeyRotation;
import dev.cairn.protocol.receipt.LinkedReceipt;
import dev.cairn.protocol.receipt.key.KeyArchive;
import dev.cairn.protocol.receipt.key.SigningKeyFiles;
import dev.cairn.relay.bus.ReceiptsStatus;
import dev.cairn.relay.bus.ReceiptsStatus.Health;
import dev.cairn.relay.config.Receipts;
import dev.cairn.relay.receipts.key.KeySettings;
import dev.cairn.relay.receipts.key.KeySource;
import dev.cairn.relay.receipts.key.KeySources;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;

/// What the single writer works with once it is open: store, key, and the chains between them.
///
/// @param check of the ends that chains have in the store
record Working(Opened opened, KeySource keys, TailCheck check, Chains chains, StoreCounts counts) {

    /// Opens and checks everything, in the order that leaves nothing behind when something is refused.
    static Future<Working> open(Vertx vertx, WorkerExecutor disk, ReceiptsSetup setup) {
        Receipts config = setup.config();
        Receipts.Files files = config.files();
        Path publicKey = files.publicKey(setup.dataDir());
        KeySettings settings = keySettings(setup.dataDir(), config);
        var storeFiles = new StoreFiles(files.db(setup.dataDir()), config.door().readGroup());
        return disk.executeBlocking(() -> Opened.open(storeFiles))
                .compose(opened -> disk.executeBlocking(opened::keyHistory)
                        .compose(history -> KeySources.open(vertx, settings, history, new SecureRandom()))
                        .compose(keys -> disk.executeBlocking(() -> {
                                    var check = new TailCheck(opened.tails(), keys::publicKey, archived(publicKey));
                                    Chains chains = opened.chains(config.identity(), check, setup.now());
                                    return new Working(opened, keys, check, chains, opened.counts(chains));
                                })
                                .onFailure(_ -> keys.close()))
                        .onFailure(_ -> opened.close()));
    }

    /// Where the configuration says that the key is.
    static KeySettings keySettings(Path dataDir, Receipts config) {
        Path publicKey = config.files().publicKey(dataDir);
        String method = config.identity().verificationMethod();
        return config.transit().isPresent()
                ? new KeySettings.InTransit(config.transit().get(), publicKey, method)
                : new KeySettings.InFile(new SigningKeyFiles(config.files().key(dataDir), publicKey), method);
    }

    private static List<Ed25519PublicKey> archived(Path publicKey) throws IOException {
        return KeyArchive.beside(publicKey).stream()
                .map(KeyArchive.Archived::key)
                .toList();
    }

    /// Who tells this relay's receipts from others, also when the key is closed already.
    SealableReceipts.Owner owner(ReceiptsSetup setup) {
        Path publicKey = setup.config().files().publicKey(setup.dataDir());
        return tails -> {
            Ed25519PublicKey present = keys.publicKey(); // First: once rotated away, it is among the archived.
            return new TailCheck(tails, () -> present, archived(publicKey));
        };
    }

    /// The receipts of a chunk are durable.
    void settled(Chunk chunk) {
        for (LinkedReceipt receipt : chunk.linked()) {
            chains.settled(receipt);
        }
    }

    /// This key signs no more; what it signed stays good.
    void retired(Ed25519PublicKey key) {
        check.retired(key);
    }

    /// What is durable.
    ReceiptsStatus status(Health health) {
        return new ReceiptsStatus(
                health,
                chains.rootId(),
                counts.rootTip(),
                counts.tipHash(),
                counts.receipts(),
                KeyRotation.fingerprint(keys.publicKey()));
    }

    Future<Void> close() {
        opened.close();
        return keys.close();
    }
}
