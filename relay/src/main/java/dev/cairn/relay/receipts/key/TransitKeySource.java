package dev.cairn.relay.receipts.key;

import static java.util.Objects.requireNonNull;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.receipt.key.KeyArchive;
import dev.cairn.protocol.receipt.key.PublicKeyFile;
import dev.cairn.relay.receipts.key.KeySourceException.Hope;
import dev.cairn.relay.receipts.key.TransitReply.Generations;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// The key in a Transit engine of OpenBao or Vault (`transit/sign/<key>`, type `ed25519`): it never is on this host.
///
/// A generation of the key is always asked for by its number, so that a rotation over there changes nothing here before
/// the chains know of it. What comes back is verified before it gets into a chain: it comes from another host.
final class TransitKeySource implements KeySource {

    private static final String THREADS = "receipt-transit";

    /// Requests under way at once, each with a connection of its own.
    private static final int REQUESTS_MAX = 4;

    /// Most messages, and their bytes, in one request; a server takes 32 MiB by default.
    private static final int BATCH_MAX = 512;

    private static final long BATCH_BYTES_MAX = 4 << 20;

    private final KeySettings.InTransit settings;
    private final TransitClient client;
    private final WorkerExecutor threads;

    // Only the single writer changes them, while it asks for no signature.
    private volatile Generation active;
    private volatile @Nullable Generation next;

    private record Generation(int version, Ed25519PublicKey key) {}

    private TransitKeySource(
            KeySettings.InTransit settings, TransitClient client, WorkerExecutor threads, Generation active) {
        this.settings = settings;
        this.client = client;
        this.threads = threads;
        this.active = active;
    }

    /// Finds out which generation of the key is in use, and publishes it.
    static Future<KeySource> open(Vertx vertx, KeySettings.InTransit settings, KeyHistory history) {
        WorkerExecutor threads = vertx.createSharedWorkerExecutor(THREADS, REQUESTS_MAX);
        return threads.executeBlocking(() -> open(settings, history, threads), false)
                .map(source -> requireNonNull(source))
                .recover(failure -> threads.close().transform(_ -> Future.failedFuture(failure)));
    }

    private static KeySource open(KeySettings.InTransit settings, KeyHistory history, WorkerExecutor threads) {
        TransitClient client = TransitClient.open(settings.transit());
        try {
            Generation active = inUse(settings.publicKey(), history, client.generations());
            publish(settings.publicKey(), history, active.key());
            return new TransitKeySource(settings, client, threads, active);
        } catch (IOException e) {
            client.close();
            throw refusal(e);
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }

    @Override
    public Ed25519PublicKey publicKey() {
        return active.key();
    }

    @Override
    public String verificationMethod() {
        return settings.verificationMethod();
    }

    @Override
    public Future<List<byte[]>> sign(List<byte[]> messages) {
        return blocking(() -> signAll(messages));
    }

    @Override
    public Future<Ed25519PublicKey> prepareNext() {
        return blocking(() -> {
            client.rotate();
            Generations generations = client.generations();
            if (generations.latest() == active.version()) {
                throw new KeySourceException(Hope.NONE, "the Transit engine rotated the key and has no new version");
            }
            KeyArchive.add(settings.publicKey(), active.key());
            Generation made = new Generation(generations.latest(), generations.latestKey());
            next = made;
            return made.key();
        });
    }

    @Override
    public Future<Void> adoptNext() {
        Generation adopted = next;
        if (adopted == null) {
            return Future.failedFuture(new KeySourceException(Hope.NONE, "there is no next key to adopt"));
        }
        return blocking(() -> {
                    PublicKeyFile.replaceArchived(settings.publicKey(), adopted.key());
                    active = adopted;
                    next = null;
                    return adopted;
                })
                .mapEmpty();
    }

    /// The generation stays in the engine, and is never used.
    @Override
    public Future<Void> discardNext() {
        next = null;
        return blocking(() -> {
                    KeyArchive.remove(settings.publicKey(), active.key());
                    return active;
                })
                .mapEmpty();
    }

    @Override
    public Future<Void> close() {
        return threads.close().eventually(() -> {
            client.close();
            return Future.succeededFuture();
        });
    }

    private List<byte[]> signAll(List<byte[]> messages) {
        Generation signing = active;
        List<byte[]> signatures = new ArrayList<>(messages.size());
        int from = 0;
        while (from < messages.size()) {
            int to = batchEnd(messages, from);
            List<byte[]> batch = messages.subList(from, to);
            signatures.addAll(verified(batch, client.sign(signing.version(), batch), signing.key()));
            from = to;
        }
        return signatures;
    }

    private static int batchEnd(List<byte[]> messages, int from) {
        int to = from;
        long bytes = 0;
        do {
            bytes += messages.get(to++).length;
        } while (to < messages.size() && to - from < BATCH_MAX && bytes + messages.get(to).length <= BATCH_BYTES_MAX);
        return to;
    }

    private static List<byte[]> verified(List<byte[]> messages, List<byte[]> signatures, Ed25519PublicKey key) {
        for (int i = 0; i < messages.size(); i++) {
            if (!key.verifies(messages.get(i), signatures.get(i))) {
                throw new KeySourceException(Hope.NONE, "the Transit engine gave a signature that does not hold");
            }
        }
        return signatures;
    }

    /// What the store installed last; else what is published; else, at the very first start, the newest.
    private static Generation inUse(Path publicKey, KeyHistory history, Generations known) throws IOException {
        Ed25519PublicKey installed = history.lastInstalled();
        if (installed != null) {
            return generation(known, installed, "that the store's last rotation installed");
        }
        if (Files.exists(publicKey, LinkOption.NOFOLLOW_LINKS)) {
            return generation(known, PublicKeyFile.read(publicKey), "that is published in " + publicKey);
        }
        if (history instanceof KeyHistory.Of) {
            throw new KeySourceException(
                    Hope.NONE,
                    publicKey + ": is missing, but there is a store; it tells which version of the key is in use.\n"
                            + "Put it back from a backup.");
        }
        return new Generation(known.latest(), known.latestKey());
    }

    private static Generation generation(Generations known, Ed25519PublicKey key, String what) {
        return known.keys().entrySet().stream()
                .filter(generation -> generation.getValue().equals(key))
                .map(generation -> new Generation(generation.getKey(), key))
                .findFirst()
                .orElseThrow(() -> new KeySourceException(
                        Hope.NONE,
                        "the Transit key has no version with the public key " + what
                                + "\nName the key with which the receipts were signed until now."));
    }

    private static void publish(Path file, KeyHistory history, Ed25519PublicKey key) throws IOException {
        if (history.lastInstalled() != null && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            PublicKeyFile.replaceArchived(file, key); // A rotation may have ended between the store and this file.
        } else {
            PublicKeyFile.publish(file, key);
        }
    }

    private <T> Future<T> blocking(Callable<T> step) {
        return threads.executeBlocking(step, false)
                .map(result -> requireNonNull(result))
                .recover(failure -> Future.failedFuture(failure instanceof IOException e ? refusal(e) : failure));
    }

    private static KeySourceException refusal(IOException failure) {
        return new KeySourceException(Hope.NONE, String.valueOf(failure.getMessage()), failure);
    }
}
