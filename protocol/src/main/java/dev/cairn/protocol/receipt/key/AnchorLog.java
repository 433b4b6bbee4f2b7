package dev.cairn.protocol.receipt.key;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.cairn.protocol.file.OwnFile;
import dev.cairn.protocol.file.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/// The file that tells of rotations outside the store (`specs/receipts.md` 6.5), to be shipped elsewhere: a
/// line of JSON for each rotation receipt, 0600, synced one by one.
public final class AnchorLog {

    private static final int MODE = 0600;
    private static final byte[] PAYLOAD = "\",\"event_type\":\"rotation\",\"payload\":".getBytes(US_ASCII);
    private static final DateTimeFormatter NANOSECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final OwnFile file;

    private AnchorLog(OwnFile file) {
        this.file = file;
    }

    /// The log at `file`, which is made with its first line.
    public static AnchorLog at(Path file) {
        return new AnchorLog(SigningKeyFile.own(file));
    }

    /// Adds a line.
    ///
    /// @param receipt the signed receipt, in canonical form
    public void append(Instant anchoredAt, byte[] receipt) throws IOException {
        OwnFile.checkSharedDirectory(file.directory());
        boolean isNew = !file.exists();
        try (FileChannel channel =
                isNew ? file.create(MODE) : file.open(StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            boolean isTorn = !isNew && endsWithinLine(channel);
            ByteBuffer line = line(isTorn, NANOSECONDS.format(anchoredAt), receipt);
            channel.position(channel.size());
            while (line.hasRemaining()) {
                channel.write(line);
            }
            channel.force(true);
        }
        if (isNew) {
            OwnFile.syncDirectory(WholeFile.directory(file.path()));
        }
    }

    private static ByteBuffer line(boolean isTorn, String anchoredAt, byte[] receipt) {
        byte[] begin = ((isTorn ? "\n" : "") + "{\"anchored_at\":\"" + anchoredAt).getBytes(US_ASCII);
        return ByteBuffer.allocate(begin.length + PAYLOAD.length + receipt.length + 2)
                .put(begin)
                .put(PAYLOAD)
                .put(receipt)
                .put((byte) '}')
                .put((byte) '\n')
                .flip();
    }

    /// Whether a crash left a line unfinished.
    private static boolean endsWithinLine(FileChannel channel) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        return channel.size() > 0 && channel.read(last, channel.size() - 1) == 1 && last.get(0) != '\n';
    }
}
