package dev.cairn.protocol.receipt.key;

import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.file.OwnFile;
import dev.cairn.protocol.file.WholeFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/// The file of the key that signs receipts (`specs/receipts.md` 6.2): PKCS#8 in PEM, for its owner only, a
/// regular file with one name, in a directory that nobody else may write. What is looser is refused, never
/// mended: the key may be known.
public final class SigningKeyFile {

    private static final int MODE = 0600;

    private SigningKeyFile() {}

    /// Reads the key.
    ///
    /// @throws java.nio.file.NoSuchFileException if there is none
    /// @throws IOException that names the file and what is wrong with it, never its content
    public static Ed25519KeyPair read(Path file) throws IOException {
        OwnFile own = own(file);
        OwnFile.checkSharedDirectory(own.directory());
        byte[] pem;
        try (FileChannel channel = own.open(StandardOpenOption.READ)) {
            pem = SmallFile.read(file, channel);
        }
        try {
            return KeyPem.decodePrivate(pem);
        } catch (IllegalArgumentException e) {
            throw new MalformedKeyException(
                    file,
                    "holds no key to sign with: " + e.getMessage() + ".",
                    "Put the key back from a backup; without it, its chains can be verified but not continued.");
        } finally {
            Arrays.fill(pem, (byte) 0);
        }
    }

    /// Makes the file, durably.
    ///
    /// @throws java.nio.file.FileAlreadyExistsException if there is one
    static void create(Path file, Ed25519KeyPair pair) throws IOException {
        OwnFile.checkSharedDirectory(WholeFile.directory(file));
        byte[] pem = KeyPem.encode(pair);
        try {
            WholeFile.create(file, pem, MODE);
        } finally {
            Arrays.fill(pem, (byte) 0);
        }
    }

    static OwnFile own(Path file) {
        return new OwnFile(WholeFile.directory(file), String.valueOf(file.getFileName()), OwnFile.Access.NONE);
    }
}
