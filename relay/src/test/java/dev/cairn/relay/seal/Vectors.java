package dev.cairn.relay.seal;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;

/// The known answers for seals and signatures, and the keyring that they were made with.
final class Vectors {

    static final JsonObject SEALS = read("seals.json");
    static final JsonObject CAIRN = read("cairn.json");
    static final String KEY_ID = SEALS.getString("key_id");
    static final String KEY2_ID = SEALS.getString("key2_id");

    private Vectors() {}

    /// Writes the keyring of the vectors where a relay with that data directory has it.
    static Path writeRing(Path dataDir) throws IOException {
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        Path ring = Files.createDirectories(dataDir.resolve(KeyWatch.RING), ownerOnly);
        write(ring, KEY_ID + ".key", HexFormat.of().parseHex(SEALS.getString("key_hex")));
        write(ring, KEY2_ID + ".key", HexFormat.of().parseHex(SEALS.getString("key2_hex")));
        activate(ring, KEY_ID);
        return ring;
    }

    static void activate(Path ring, String id) throws IOException {
        write(ring, "ACTIVE", (id + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    static void chmod(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static void write(Path ring, String name, byte[] content) throws IOException {
        chmod(Files.write(ring.resolve(name), content), "rw-------");
    }

    private static JsonObject read(String name) {
        try {
            Path file = Path.of("..", "protocol", "src", "test", "resources", "vectors", "audit", name);
            return new JsonObject(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
