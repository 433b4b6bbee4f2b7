package dev.cairn.relay.witness;

import dev.cairn.protocol.file.SecretFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/// The operator's file of [Tokens], which nobody else may read.
///
/// A file that somebody else could have read, replaced or linked is refused: the secrets in it may be known.
public final class TokensFile {

    private static final int SIZE_MAX = 512 * 1024;

    private TokensFile() {}

    /// Reads the tokens.
    ///
    /// @throws IOException that names the file and what is wrong with it, never its content
    public static Tokens read(Path file) throws IOException {
        String text = new String(SecretFile.read(file, SIZE_MAX), StandardCharsets.UTF_8);
        try {
            return Tokens.parse(text);
        } catch (IllegalArgumentException e) {
            throw new FileSystemException(file.toString(), null, e.getMessage());
        }
    }
}
