package dev.cairn.protocol.receipt.key;

import dev.cairn.protocol.file.UnsafeFileException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/// Reads what must be a few lines, and no more than that.
final class SmallFile {

    private SmallFile() {}

    /// The content of an open file, from its start.
    static byte[] read(Path file, FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(KeyPem.FILE_MAX + 1);
        try {
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // On to the end, which is near.
            }
            if (!bytes.hasRemaining()) {
                throw new UnsafeFileException(
                        file, "is larger than " + KeyPem.FILE_MAX + " bytes.", "It is no key. Move it away.");
            }
            return Arrays.copyOf(bytes.array(), bytes.position());
        } finally {
            Arrays.fill(bytes.array(), (byte) 0);
        }
    }
}
