package dev.cairn.relay.seal;

import dev.cairn.protocol.file.OwnFile;
import dev.cairn.protocol.file.WholeFile;
import dev.cairn.protocol.seal.SealKey;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// `relay.seal-key`: the id of the key that the chain knows as the active one, so that a rotation is noted
/// once, also one that happened while no relay ran.
///
/// Written after the note is durable: a crash in between costs a second note, never a missing one. Blocking.
final class KnownKey {

    static final String NAME = "relay.seal-key";

    private static final int MODE = 0600;
    private static final int BYTES_MAX = 128;

    private final Path directory;

    KnownKey(Path directory) {
        this.directory = directory;
    }

    /// The id; `null` if there is none, or nothing that could be one.
    @Nullable
    String read() throws IOException {
        OwnFile file = file();
        if (!file.exists()) {
            return null;
        }
        try (FileChannel channel = file.open(StandardOpenOption.READ)) {
            byte[] bytes = Channels.newInputStream(channel).readNBytes(BYTES_MAX);
            String id = new String(bytes, StandardCharsets.ISO_8859_1).strip();
            return SealKey.isId(id) ? id : null;
        }
    }

    void write(String id) throws IOException {
        WholeFile.replace(file().path(), (id + "\n").getBytes(StandardCharsets.ISO_8859_1), MODE);
    }

    private OwnFile file() {
        return new OwnFile(directory, NAME, OwnFile.Access.NONE);
    }
}
