package dev.cairn.protocol.emitter;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonString;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.locks.ReentrantLock;

/// The file that says that events did not reach the relay (`specs/audit-relay.md` 8): how many, since when,
/// and why the last one.
///
/// Replaced as a whole. Nothing clears it but the user. Failures of several processes at one moment may lose
/// counts.
public final class DivergenceMarker {

    /// Its path from the home directory.
    public static final String IN_HOME = ".patchwork/state/relay-divergence.json";

    private static final int ERROR_MAX = 500;
    private static final int FILE_MAX = 64 * 1024;
    private static final FileAttribute<?> PRIVATE_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final FileAttribute<?> PRIVATE_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path file;
    private final ReentrantLock lock = new ReentrantLock();

    public DivergenceMarker(Path file) {
        this.file = file.toAbsolutePath();
    }

    /// The marker of the user whose home directory this is.
    public static DivergenceMarker inHome(Path home) {
        return new DivergenceMarker(home.resolve(IN_HOME));
    }

    /// Counts further failures, of which the last one has this text.
    void count(long failures, String error, Instant now) throws IOException {
        lock.lock();
        try {
            write(failures, error, now.truncatedTo(ChronoUnit.MILLIS).toString());
        } finally {
            lock.unlock();
        }
    }

    private void write(long failures, String error, String now) throws IOException {
        long count = 0;
        String first = now;
        JsonTape before = read();
        if (before.is(0, JsonKind.OBJECT)) {
            int oldCount = before.member(0, "failure_count");
            int oldFirst = before.member(0, "first_failure_at");
            count = oldCount >= 0 && before.is(oldCount, JsonKind.NUMBER) ? (long) before.number(oldCount) : 0;
            first = oldFirst >= 0 && before.is(oldFirst, JsonKind.STRING) ? before.text(oldFirst) : now;
        }
        String text = "{\n  \"schema_version\": 1,\n  \"failure_count\": " + (count + failures)
                + ",\n  \"first_failure_at\": " + JsonString.quote(first)
                + ",\n  \"last_failure_at\": " + JsonString.quote(now)
                + ",\n  \"last_error\": " + JsonString.quote(shortened(error)) + "\n}\n";
        replace(text);
    }

    /// What the file holds; `null` on the tape when it is absent or was damaged.
    private JsonTape read() throws IOException {
        JsonTape tape = new JsonTape();
        try {
            byte[] bytes = Files.exists(file) && Files.size(file) <= FILE_MAX ? Files.readAllBytes(file) : new byte[0];
            tape.parse(bytes, 0, bytes.length);
        } catch (JsonSyntaxException e) {
            tape.parse("null".getBytes(UTF_8), 0, 4);
        }
        return tape;
    }

    private void replace(String text) throws IOException {
        Path directory = file.resolveSibling("");
        Files.createDirectories(directory, PRIVATE_DIRECTORY);
        Path temporary = Files.createTempFile(directory, ".relay-divergence", ".tmp", PRIVATE_FILE);
        try {
            Files.writeString(temporary, text);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static String shortened(String error) {
        return error.length() <= ERROR_MAX ? error : error.substring(0, ERROR_MAX);
    }
}
