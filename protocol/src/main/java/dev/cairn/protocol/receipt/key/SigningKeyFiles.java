package dev.cairn.protocol.receipt.key;

import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.file.OwnFile;
import dev.cairn.protocol.file.WholeFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/// The files of the key that signs receipts: made, published and rotated step by step (`specs/receipts.md` 6.3 to 6.5).
///
/// Each step is durable before it returns and may be done twice. One process at a time: who rotates holds the relay's
/// lock.
///
/// @param key the private key, beside which `<key>.next` appears while a rotation is under way
/// @param publicKey where its public half is published
public record SigningKeyFiles(Path key, Path publicKey) {

    private static final String PUBLIC = ".pub";
    private static final String NEXT = ".next";
    private static final int DIRECTORY_MODE = 0750;

    /// What was found of a rotation that was interrupted.
    public enum Interrupted {
        /// Nothing.
        NONE,
        /// Its receipt is in the store: it was finished, the next key signs.
        FINISHED,
        /// Its receipt is not in the store: the next key was deleted.
        UNDONE
    }

    /// The key in this file, published beside it.
    public static SigningKeyFiles of(Path key) {
        return new SigningKeyFiles(key, key.resolveSibling(key.getFileName() + PUBLIC));
    }

    /// Whether there is a private key.
    public boolean exist() {
        return exists(key);
    }

    /// Makes a key pair where there is none, and its directories if they are missing.
    ///
    /// @throws FileAlreadyExistsException if there is one of the two files
    public Ed25519KeyPair generate(SecureRandom random) throws IOException {
        Files.createDirectories(WholeFile.directory(key), OwnFile.mode(DIRECTORY_MODE));
        Files.createDirectories(WholeFile.directory(publicKey), OwnFile.mode(DIRECTORY_MODE));
        for (Path file : new Path[] {key, publicKey}) {
            if (exists(file)) {
                throw new FileAlreadyExistsException(file.toString());
            }
        }
        Ed25519KeyPair pair = Ed25519KeyPair.generate(random);
        SigningKeyFile.create(key, pair);
        try {
            PublicKeyFile.publish(publicKey, pair.publicKey());
        } catch (IOException | RuntimeException e) {
            WholeFile.delete(key);
            throw e;
        }
        return pair;
    }

    /// Reads the key and publishes its public half.
    public Ed25519KeyPair open() throws IOException {
        Ed25519KeyPair pair = SigningKeyFile.read(key);
        try {
            PublicKeyFile.publish(publicKey, pair.publicKey());
            return pair;
        } catch (IOException | RuntimeException e) {
            pair.erase();
            throw e;
        }
    }

    /// Makes the key that comes next. It signs nothing yet, and the next start deletes it unless the store
    /// knows it.
    public Ed25519KeyPair prepareNext(SecureRandom random) throws IOException {
        deleteNext();
        Ed25519KeyPair pair = Ed25519KeyPair.generate(random);
        SigningKeyFile.create(next(), pair);
        return pair;
    }

    /// Keeps the public key that signed until now, under its archive name.
    public void archive(Ed25519PublicKey old) throws IOException {
        KeyArchive.add(publicKey, old);
    }

    /// Makes the next key the key that signs, now that its receipt is in the store.
    ///
    /// It is published before it gets its place: while `.next` exists an interrupted rotation is found and
    /// finished.
    public Ed25519KeyPair adoptNext() throws IOException {
        Ed25519KeyPair pair = SigningKeyFile.read(next());
        PublicKeyFile.replaceArchived(publicKey, pair.publicKey());
        WholeFile.rename(next(), key);
        return pair;
    }

    /// Deletes the next key: the rotation does not take place, and the key that is published stays it.
    public void discardNext() throws IOException {
        deleteNext();
        if (exists(publicKey)) {
            KeyArchive.remove(publicKey, PublicKeyFile.read(publicKey));
        }
    }

    private void deleteNext() throws IOException {
        WholeFile.delete(next());
        WholeFile.delete(next().resolveSibling(next().getFileName() + WholeFile.DRAFT));
    }

    /// At start: finishes a rotation whose receipt is in the store, undoes one whose receipt is not.
    ///
    /// @param installed the `new_public_key` of the store's last rotation receipt; `null` if there is none
    public Interrupted settle(@Nullable Ed25519PublicKey installed) throws IOException {
        if (!exists(next())) {
            return Interrupted.NONE;
        }
        Ed25519KeyPair next = SigningKeyFile.read(next());
        boolean isInstalled = installed != null && installed.equals(next.publicKey());
        next.erase();
        if (isInstalled) {
            adoptNext().erase();
            return Interrupted.FINISHED;
        }
        discardNext();
        return Interrupted.UNDONE;
    }

    /// Where the next key is while a rotation is under way.
    public Path next() {
        return key.resolveSibling(key.getFileName() + NEXT);
    }

    private static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }
}
