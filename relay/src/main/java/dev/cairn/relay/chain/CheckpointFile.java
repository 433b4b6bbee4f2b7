package dev.cairn.relay.chain;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.HeartbeatKind;
import dev.cairn.protocol.audit.LinkedHeartbeat;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.protocol.file.OwnFile;
import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// `relay.checkpoint`: the newest [Checkpoint], replaced as a whole. A hint, never a truth: one that is
/// missing, damaged or of another log only costs the time to read the log.
final class CheckpointFile {

    static final String NAME = "relay.checkpoint";

    private static final String NEW_NAME = NAME + ".new";
    private static final int MODE = 0600;
    private static final int BYTES_MAX = 4_096;

    private final Path directory;

    CheckpointFile(Path directory) {
        this.directory = directory;
    }

    boolean exists() {
        return new GuardedFile(directory, NAME).exists();
    }

    /// Replaces the checkpoint; a crash leaves the old one or the new one.
    void write(Checkpoint checkpoint) throws IOException {
        Path fresh = directory.resolve(NEW_NAME);
        Files.deleteIfExists(fresh);
        Set<StandardOpenOption> once = Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        try (FileChannel channel = FileChannel.open(fresh, once, OwnFile.mode(MODE))) {
            ByteBuffer text = ByteBuffer.wrap(toJson(checkpoint));
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
        }
        Files.move(fresh, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
        OwnFile.syncDirectory(directory);
    }

    /// The checkpoint, if there is one that can be read.
    Optional<Checkpoint> read() {
        GuardedFile file = new GuardedFile(directory, NAME);
        if (!file.exists()) {
            return Optional.empty();
        }
        try (FileChannel channel = file.open(StandardOpenOption.READ)) {
            byte[] text = Channels.newInputStream(channel).readNBytes(BYTES_MAX);
            return Optional.of(new Reader(text).read());
        } catch (IOException | IllegalArgumentException | JsonSyntaxException _) {
            return Optional.empty();
        }
    }

    private static byte[] toJson(Checkpoint checkpoint) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
            json.writeStartObject();
            LogState state = checkpoint.state();
            json.writeNumberField("offset", state.offset());
            json.writeNumberField("lines", state.lines());
            json.writeNumberField("count", state.tip().count());
            Hash tip = state.tip().hash();
            json.writeStringField("tip", tip == null ? null : tip.text());
            json.writeNumberField("last_line", checkpoint.lastLine());
            json.writeStringField("last_line_hash", checkpoint.lastLineHash().text());
            LinkedHeartbeat heartbeat = state.last();
            if (heartbeat != null) {
                json.writeObjectFieldStart("heartbeat");
                json.writeNumberField("seq", heartbeat.seq());
                json.writeStringField("hash", heartbeat.hash().text());
                json.writeStringField("at", heartbeat.at().toString());
                json.writeStringField("kind", heartbeat.kind().name());
                json.writeNumberField("due_ms", heartbeat.dueMillis());
                json.writeEndObject();
            }
            json.writeEndObject();
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    /// Reads the text back; whatever is wrong with it is an [IllegalArgumentException].
    private static final class Reader {

        private final JsonTape tape = new JsonTape();

        Reader(byte[] text) {
            tape.parse(text, 0, text.length);
        }

        Checkpoint read() {
            require(tape.is(0, JsonKind.OBJECT));
            long offset = number(0, "offset");
            int lastLine = Math.toIntExact(Math.min(number(0, "last_line"), Integer.MAX_VALUE));
            require(lastLine > 0 && lastLine <= offset);
            Tip tip = new Tip(nullableHash("tip"), number(0, "count"));
            LogState state = new LogState(offset, number(0, "lines"), tip, 0, 0, 0, 0, 0, heartbeat());
            return new Checkpoint(state, lastLine, hash(0, "last_line_hash"));
        }

        private @Nullable LinkedHeartbeat heartbeat() {
            int heartbeat = tape.member(0, "heartbeat");
            if (heartbeat < 0) {
                return null;
            }
            require(tape.is(heartbeat, JsonKind.OBJECT));
            return new LinkedHeartbeat(
                    number(heartbeat, "seq"),
                    hash(heartbeat, "hash"),
                    instant(text(heartbeat, "at")),
                    HeartbeatKind.valueOf(text(heartbeat, "kind")),
                    number(heartbeat, "due_ms"));
        }

        private @Nullable Hash nullableHash(String name) {
            int value = tape.member(0, name);
            return value >= 0 && tape.is(value, JsonKind.NULL) ? null : hash(0, name);
        }

        private Hash hash(int parent, String name) {
            return new Hash(text(parent, name));
        }

        private String text(int parent, String name) {
            int value = tape.member(parent, name);
            require(value >= 0 && tape.is(value, JsonKind.STRING));
            return tape.text(value);
        }

        private long number(int parent, String name) {
            int value = tape.member(parent, name);
            require(value >= 0 && tape.is(value, JsonKind.NUMBER));
            double number = tape.number(value);
            require(number >= 0 && number <= 0x1p53 && number == Math.rint(number));
            return (long) number;
        }

        private static Instant instant(String text) {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException(e);
            }
        }

        private static void require(boolean wellFormed) {
            if (!wellFormed) {
                throw new IllegalArgumentException("no checkpoint");
            }
        }
    }
}
