package dev.cairn.protocol.receipt.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.protocol.file.UnsafeFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnchorLogTest {

    private static final Instant AT = Instant.parse("2026-06-15T10:00:00.12Z");
    private static final byte[] RECEIPT = "{\"id\":\"ü\"}".getBytes(UTF_8);

    private static final String LINE =
            "{\"anchored_at\":\"2026-06-15T10:00:00.120000000Z\",\"event_type\":\"rotation\",\"payload\":{\"id\":\"ü\"}}\n";

    @TempDir
    private Path temporary;

    private Path file;

    @BeforeEach
    void nameTheFile() throws IOException {
        file = KeyDirectory.in(temporary).resolve("anchor.ndjson");
    }

    @Test
    void addsALineForEachReceipt() throws IOException {
        AnchorLog.at(file).append(AT, RECEIPT);
        AnchorLog.at(file).append(AT, RECEIPT);

        assertThat(file).content().isEqualTo(LINE + LINE);
        assertThat(KeyDirectory.mode(file)).isEqualTo("rw-------");
    }

    @Test
    void beginsANewLineBehindATornOne() throws IOException {
        AnchorLog.at(file).append(AT, RECEIPT);
        Files.writeString(file, "{\"anchored", StandardOpenOption.APPEND);

        AnchorLog.at(file).append(AT, RECEIPT);

        assertThat(file).content().isEqualTo(LINE + "{\"anchored\n" + LINE);
    }

    @Test
    void followsNoLink() throws IOException {
        Path target = Files.writeString(temporary.resolve("target"), "untouched");
        Files.createSymbolicLink(file, target);

        assertThatThrownBy(() -> AnchorLog.at(file).append(AT, RECEIPT)).isInstanceOf(UnsafeFileException.class);
        assertThat(target).hasContent("untouched");
    }
}
