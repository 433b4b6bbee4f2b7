package dev.cairn.protocol.crypto;

import dev.cairn.protocol.file.SecretFile;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;

/// The [SecretFile] of a witness's signing key: the 32-byte seed, raw.
public final class Ed25519KeyFile {

    private static final int READ_MAX = 1024;

    private Ed25519KeyFile() {}

    /// Reads the key, or makes one when there is none yet. Who makes one holds the lock of its directory.
    ///
    /// @throws IOException that names the file and what is wrong with it, never its content
    public static Ed25519KeyPair openOrCreate(Path file, SecureRandom random) throws IOException {
        try {
            return read(file);
        } catch (NoSuchFileException _) {
            byte[] seed = new byte[Ed25519KeyPair.SEED_LENGTH];
            random.nextBytes(seed);
            SecretFile.create(file, seed);
            Arrays.fill(seed, (byte) 0);
            return read(file); // What counts is what the next start will find.
        }
    }

    /// Reads the key.
    ///
    /// @throws NoSuchFileException if there is none
    /// @throws IOException that names the file and what is wrong with it, never its content
    public static Ed25519KeyPair read(Path file) throws IOException {
        byte[] seed = SecretFile.read(file, READ_MAX);
        try {
            if (seed.length != Ed25519KeyPair.SEED_LENGTH) {
                String reason = "it does not hold exactly " + Ed25519KeyPair.SEED_LENGTH + " bytes";
                throw new FileSystemException(file.toString(), null, reason);
            }
            return Ed25519KeyPair.fromSeed(seed);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }
}
