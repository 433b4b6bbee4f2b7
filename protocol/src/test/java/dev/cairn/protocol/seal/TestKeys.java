package dev.cairn.protocol.seal;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.VectorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;

/// The public keys of the vectors, and rings that hold them.
final class TestKeys {

    static final VectorFile SEALS = VectorFile.audit("seals.json");
    static final byte[] FIRST = HexFormat.of().parseHex(SEALS.text("key_hex"));
    static final byte[] SECOND = HexFormat.of().parseHex(SEALS.text("key2_hex"));
    static final String FIRST_ID = SEALS.text("key_id");
    static final String SECOND_ID = SEALS.text("key2_id");

    private TestKeys() {}

    static SealKey first() {
        return SealKey.of(FIRST_ID, FIRST);
    }

    static SealKey second() {
        return SealKey.of(SECOND_ID, SECOND);
    }

    /// The ring of the vectors' `keyring_layout`.
    static Path ring(Path parent) throws IOException {
        Path ring = emptyRing(parent);
        write(ring, FIRST_ID + ".key", FIRST);
        write(ring, SECOND_ID + ".key", SECOND);
        write(ring, "ACTIVE", SEALS.at("keyring_layout").text("ACTIVE").getBytes(UTF_8));
        return ring;
    }

    static Path emptyRing(Path parent) throws IOException {
        Path ring = Files.createDirectory(parent.resolve("seal"));
        chmod(ring, "rwx------");
        return ring;
    }

    static void write(Path ring, String name, byte[] content) throws IOException {
        chmod(Files.write(ring.resolve(name), content), "rw-------");
    }

    static void chmod(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
