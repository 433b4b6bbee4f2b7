package dev.cairn.relay.receipts.key;

import static java.util.Objects.requireNonNull;

import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.receipt.key.SigningKeyFiles;
import dev.cairn.relay.receipts.key.KeySourceException.Hope;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The key in a file of this host (`specs/receipts.md` 6.2 to 6.5): read once, kept in memory, overwritten at the end.
///
/// Signs on threads of its own, one fewer than there are processors. It begins with the signer that starts at once and
/// goes over to the native one, if that loads, once there is enough to sign to be worth it.
public final class FileKeySource implements KeySource {

    private static final Logger log = LoggerFactory.getLogger(FileKeySource.class);

    /// So many signatures cost as much as loading the native signer.
    private static final long WORTH_ACCELERATING = 2_000;

    private static final String THREADS = "receipt-signer";

    private final Vertx vertx;
    private final SigningKeyFiles files;
    private final String verificationMethod;
    private final SecureRandom random;
    private final WorkerExecutor signers;
    private final AtomicLong signatures = new AtomicLong();

    // Replaced as one: while chunks are signed, the native signer gets ready.
    private final AtomicReference<Ready> ready;

    private record Ready(Ed25519KeyPair pair, Signer signer) {

        static Ready of(Ed25519KeyPair pair) {
            return new Ready(pair, new Signer.BouncyCastle(pair));
        }
    }

    private FileKeySource(Vertx vertx, KeySettings.InFile settings, SecureRandom random, Ed25519KeyPair pair) {
        this.vertx = vertx;
        files = settings.files();
        verificationMethod = settings.verificationMethod();
        this.random = random;
        ready = new AtomicReference<>(Ready.of(pair));
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);
        signers = vertx.createSharedWorkerExecutor(THREADS, threads);
    }

    /// Settles what an interrupted rotation left, reads the key, or makes it at the very first start, and
    /// publishes it.
    ///
    /// @throws KeySourceException in the future, if there is no key that may be used
    static Future<KeySource> open(Vertx vertx, KeySettings.InFile settings, KeyHistory history, SecureRandom random) {
        return vertx.executeBlocking(() -> read(settings.files(), history, random))
                .map(pair -> new FileKeySource(vertx, settings, random, requireNonNull(pair)));
    }

    @Override
    public Ed25519PublicKey publicKey() {
        return ready.get().pair().publicKey();
    }

    @Override
    public String verificationMethod() {
        return verificationMethod;
    }

    @Override
    public Future<List<byte[]>> sign(List<byte[]> messages) {
        long before = signatures.getAndAdd(messages.size());
        if (before < WORTH_ACCELERATING && before + messages.size() >= WORTH_ACCELERATING) {
            accelerate();
        }
        return signers.executeBlocking(() -> ready.get().signer().sign(messages), false)
                .map(signed -> requireNonNull(signed));
    }

    @Override
    public Future<Ed25519PublicKey> prepareNext() {
        return blocking(() -> {
            Ed25519KeyPair next = files.prepareNext(random);
            next.erase();
            files.archive(publicKey());
            return next.publicKey();
        });
    }

    @Override
    public Future<Void> adoptNext() {
        return blocking(this::goOverToNext).mapEmpty();
    }

    private Ed25519PublicKey goOverToNext() throws IOException {
        Ready before = ready.getAndSet(Ready.of(files.adoptNext()));
        before.pair().erase();
        if (signatures.get() >= WORTH_ACCELERATING) {
            accelerate();
        }
        return publicKey();
    }

    @Override
    public Future<Void> discardNext() {
        return blocking(() -> {
                    files.discardNext();
                    return publicKey();
                })
                .mapEmpty();
    }

    @Override
    public Future<Void> close() {
        return signers.close().eventually(() -> {
            ready.get().pair().erase();
            return Future.succeededFuture();
        });
    }

    /// What signs now, for logs.
    String signerName() {
        return ready.get().signer().name();
    }

    private void accelerate() {
        Ready present = ready.get();
        vertx.executeBlocking(() -> CorrettoSigner.load(present.pair()), false)
                .onSuccess(signer -> signer.ifPresent(faster -> goOverTo(present, faster)));
    }

    private void goOverTo(Ready present, Signer faster) {
        if (ready.compareAndSet(present, new Ready(present.pair(), faster))) { // Unless the key was rotated meanwhile.
            log.atInfo().addKeyValue("signer", faster.name()).log("receipts are signed by a faster signer");
        }
    }

    private static Ed25519KeyPair read(SigningKeyFiles files, KeyHistory history, SecureRandom random) {
        try {
            SigningKeyFiles.Interrupted interrupted = files.settle(history.lastInstalled());
            if (interrupted != SigningKeyFiles.Interrupted.NONE) {
                log.atWarn()
                        .addKeyValue("outcome", interrupted)
                        .log("an interrupted rotation of the receipts key was settled");
            }
            boolean mayBeMade = history instanceof KeyHistory.None && !files.exist();
            return mayBeMade ? generate(files, random) : files.open();
        } catch (NoSuchFileException e) {
            throw new KeySourceException(
                    Hope.NONE,
                    files.key() + ": is missing, but there is a store whose receipts it signed.\n"
                            + "Put the key back from a backup, or begin with an empty receipts directory.",
                    e);
        } catch (IOException e) {
            throw refusal(e);
        }
    }

    private static Ed25519KeyPair generate(SigningKeyFiles files, SecureRandom random) throws IOException {
        try {
            return files.generate(random);
        } catch (FileAlreadyExistsException e) {
            throw new KeySourceException(
                    Hope.NONE,
                    e.getFile() + ": is there already, though " + files.key()
                            + " is not: no key of ours belongs to it, and it is not overwritten.\n"
                            + "Put the private key back from a backup, or find out who put this there, and move it away.",
                    e);
        }
    }

    private Future<Ed25519PublicKey> blocking(Callable<Ed25519PublicKey> step) {
        return vertx.executeBlocking(step)
                .map(key -> requireNonNull(key))
                .recover(failure -> Future.failedFuture(failure instanceof IOException e ? refusal(e) : failure));
    }

    private static KeySourceException refusal(IOException failure) {
        return new KeySourceException(Hope.NONE, String.valueOf(failure.getMessage()), failure);
    }
}
