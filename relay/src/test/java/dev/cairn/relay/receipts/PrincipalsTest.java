package dev.cairn.relay.receipts;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.receipt.ReceiptPeer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrincipalsTest {

    @TempDir
    private Path dir;

    private Path file;
    private Principals principals;

    @BeforeEach
    void begin() {
        file = dir.resolve("passwd");
        principals = new Principals(file);
    }

    @Test
    void bytesThatAreNoTextInOneLineDoNotSpoilTheOthers() throws IOException {
        Files.write(file, "old:x:1:1:J\u00f6rg:/:/bin/sh\nann:x:7:7::/:/bin/sh\n".getBytes(ISO_8859_1));

        assertThat(of(1)).isEqualTo("did:user:old");
        assertThat(of(7)).isEqualTo("did:user:ann");
    }

    @Test
    void aUserWithoutALineIsANumber() throws IOException {
        Files.writeString(file, "ann:x:7:7::/:/bin/sh\n");

        assertThat(of(8)).isEqualTo("did:user:linux:8");
    }

    @Test
    void withoutTheFileEverybodyIsANumber() {
        assertThat(of(7)).isEqualTo("did:user:linux:7");
    }

    @Test
    void theFirstOfSeveralLoginsCounts() throws IOException {
        Files.writeString(file, "ann:x:7:7::/:/bin/sh\nbob:x:7:7::/:/bin/sh\n");

        assertThat(of(7)).isEqualTo("did:user:ann");
    }

    @Test
    void aUserWhoIsAddedLaterIsFound() throws IOException {
        Files.writeString(file, "ann:x:7:7::/:/bin/sh\n");
        of(8);

        Files.writeString(file, "ann:x:7:7::/:/bin/sh\nbob:x:8:8::/:/bin/sh\n");
        Files.setLastModifiedTime(file, FileTime.fromMillis(1));

        assertThat(of(8)).isEqualTo("did:user:bob");
    }

    private String of(long uid) {
        return principals.of(new ReceiptPeer("linux", 1, uid, uid, null));
    }
}
