package dev.cairn.relay.seal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.seal.SealForm;
import dev.cairn.protocol.seal.SealLine;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The end of a seals file is found whatever is before it.
class SealTailTest {

    private static final String HASH = "sha256:" + "ab".repeat(32);
    private static final String SIGNATURE = "hmac-sha256:" + "ab".repeat(32);
    private static final String HEADS = "[{\"chain_id\":\"a\",\"receipt_hash\":\"" + HASH + "\",\"sequence\":1}]";
    private static final String SEAL = "{\"sealed_at\":\"2026-07-01T09:00:00.000Z\",\"tip_hash\":\"" + HASH
            + "\",\"chained_events\":1,\"signature\":\"" + SIGNATURE + "\",\"key_id\":\"0123456789abcdef\"";

    @TempDir
    private Path dir;

    @Test
    void aNewestSealMayBeAsLongAsALineMayBe() throws IOException {
        for (SealForm form : SealForm.values()) {
            String seal = seal(form, form.lineMax());

            assertThat(newest(form, seal)).isInstanceOf(SealLine.Read.class);
            assertThat(newest(form, seal(form, 0), seal)).isInstanceOf(SealLine.Read.class);
        }
    }

    @Test
    void aLineThatIsLongerThanAnyMayBeIsNotRead() throws IOException {
        for (SealForm form : SealForm.values()) {
            String seal = seal(form, form.lineMax() + 1);

            assertThat(newest(form, seal)).isNull();
            assertThat(newest(form, seal(form, 0), seal)).isNull();
        }
    }

    private @Nullable SealLine newest(SealForm form, String... lines) throws IOException {
        Path file = dir.resolve("seals.jsonl");
        Files.writeString(file, String.join("\n", lines) + "\n");
        try (FileChannel channel = FileChannel.open(file)) {
            return SealTail.newestLine(channel, form);
        }
    }

    /// @param length of the line, if it is more than it needs
    private static String seal(SealForm form, int length) {
        String seal = SEAL + (form == SealForm.STORE ? ",\"heads\":" + HEADS : "") + ",\"more\":\"";
        return seal + "x".repeat(Math.max(0, length - seal.length() - 2)) + "\"}";
    }
}
