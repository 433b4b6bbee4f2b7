package dev.cairn.relay.receipts;

import dev.cairn.relay.transit.TransitServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// What a relay needs to have its receipts signed by a Transit engine: a token, and a section of the configuration.
public final class TransitDirectory {

    public static final String KEY = "receipts";

    private final Path token;

    public TransitDirectory(Path parent) throws IOException {
        Path directory = Files.createDirectory(
                parent.resolve("transit"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        token = Files.writeString(directory.resolve("token"), TransitServer.TOKEN + "\n");
        protect("rw-------");
    }

    public void protect(String mode) throws IOException {
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString(mode));
    }

    /// The section `receipts`.
    public String receipts(URI address) {
        return "{\"chain_id\":\"c\",\"backlog_bytes_max\":16777216,\"transit\":{\"address\":\"" + address
                + "\",\"key\":\"" + KEY + "\",\"token_file\":\"" + token + "\",\"timeout_seconds\":1}}";
    }
}
