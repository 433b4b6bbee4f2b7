package dev.cairn.relay.receipts;

import dev.cairn.protocol.file.UnixAttributes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The files of a store that is open, as they were then. Once their names lead elsewhere, nobody finds what
/// is appended, and it is gone when the relay ends.
final class StorePlace {

    private static final String PROBLEM = " was moved, replaced or deleted while the relay wrote to it";
    private static final String REMEDY =
            "Put that very file back, and what waits is stored. A copy is another file: with one, start the relay anew; its"
                    + " log then says how much was lost.";

    private final Map<Path, UnixAttributes> opened;

    private StorePlace(Map<Path, UnixAttributes> opened) {
        this.opened = opened;
    }

    /// @param files which SQLite has opened
    static StorePlace of(StoreFiles files) {
        Map<Path, UnixAttributes> opened = new LinkedHashMap<>();
        try {
            for (Path file : files.all()) {
                if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                    opened.put(file, UnixAttributes.of(file));
                }
            }
        } catch (IOException e) {
            throw files.unusable(e);
        }
        return new StorePlace(opened);
    }

    /// Which of them is not where it was, and what to do; `null` if all are.
    @Nullable
    String problem() {
        for (var file : opened.entrySet()) {
            if (!isThere(file.getKey(), file.getValue())) {
                return file.getKey().getFileName() + PROBLEM + "\n" + REMEDY;
            }
        }
        return null;
    }

    private static boolean isThere(Path file, UnixAttributes opened) {
        try {
            return UnixAttributes.of(file).isSameFile(opened);
        } catch (IOException _) {
            return false;
        }
    }
}
