package dev.cairn.relay.http;

import dev.cairn.protocol.file.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;

/// The file `http.token` in the data directory: one line, which only its owner may read.
///
/// A file that somebody else could have read, replaced or linked is refused rather than repaired: the secret
/// in it may be known.
public final class TokenFile {

    /// Its name in the data directory.
    public static final String NAME = "http.token";

    private static final int SIZE_MAX = BearerToken.LENGTH + 2;

    private TokenFile() {}

    /// Reads the token of a data directory, or makes one when there is none yet.
    ///
    /// @throws IOException that names the file and what is wrong with it, never its content
    public static BearerToken openOrCreate(Path dataDir, SecureRandom random) throws IOException {
        try {
            return read(dataDir);
        } catch (NoSuchFileException _) {
            return create(dataDir, random);
        }
    }

    /// Reads the token of a data directory.
    ///
    /// @throws IOException that names the file and what is wrong with it, never its content
    public static BearerToken read(Path dataDir) throws IOException {
        Path file = dataDir.resolve(NAME);
        String text = new String(SecretFile.read(file, SIZE_MAX), StandardCharsets.ISO_8859_1);
        try {
            return BearerToken.of(text.strip());
        } catch (IllegalArgumentException e) {
            String reason = e.getMessage() + "; remove it to have a new one made";
            throw new FileSystemException(file.toString(), null, reason);
        }
    }

    private static BearerToken create(Path dataDir, SecureRandom random) throws IOException {
        BearerToken token = BearerToken.random(random);
        SecretFile.create(dataDir.resolve(NAME), (token.reveal() + "\n").getBytes(StandardCharsets.US_ASCII));
        return token;
    }
}
