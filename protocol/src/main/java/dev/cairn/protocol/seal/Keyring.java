package dev.cairn.protocol.seal;

import dev.cairn.protocol.file.UnixAttributes;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The keys in a directory (`specs/audit-relay.md` 5.2): one signs, all verify.
///
/// A key once read stays in memory. The directory is looked at again at most once a second, when somebody
/// asks, so that a signature costs no file access; what was rotated, removed or opened to others meanwhile is
/// noticed then. Thread-safe.
public final class Keyring implements Keys {

    /// What a rotation did; `before` is `null` where no key was active.
    public record Rotation(@Nullable String before, String now) {}

    /// A key as `list` shows it; `reason` says why it cannot be used, or is `null`.
    public record Entry(
            String id,
            boolean active,
            boolean maySign,
            @Nullable KeyringException reason) {}

    private static final long LOOK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Lookup UNKNOWN = new Lookup.Unknown();

    /// A key, and its file when it was read.
    private record Read(Lookup lookup, @Nullable UnixAttributes file) {}

    /// The directory as it was at some moment. `keys` grows as keys are asked for.
    private record View(
            long nanos,
            @Nullable String activeId,
            Set<String> ids,
            Map<String, Read> keys,
            @Nullable KeyringException failure) {}

    private final KeyFiles files;
    private final Path directory;
    private final LongSupplier nanoTime;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile @Nullable View view;

    private Keyring(Path directory, LongSupplier nanoTime) {
        this.directory = directory;
        this.nanoTime = nanoTime;
        files = new KeyFiles(directory);
    }

    /// The ring in `directory`, which need not exist before a key is made active.
    public static Keyring in(Path directory) {
        return new Keyring(directory, System::nanoTime);
    }

    static Keyring in(Path directory, LongSupplier nanoTime) {
        return new Keyring(directory, nanoTime);
    }

    /// The key to sign with. Where none is named, one is made.
    @Override
    public Lookup active() {
        try {
            View now = current();
            String id = now.activeId();
            if (id == null && now.failure() == null) {
                id = makeActiveIfMissing();
                now = look();
            }
            return now.failure() != null ? new Lookup.Unusable(now.failure()) : signing(now, String.valueOf(id));
        } catch (KeyringException e) {
            return new Lookup.Unusable(e);
        }
    }

    @Override
    public Lookup find(String id) {
        if (!SealKey.isId(id)) {
            return UNKNOWN;
        }
        View now = current();
        return now.failure() != null ? new Lookup.Unusable(now.failure()) : find(now, id);
    }

    /// Makes a new key and signs with it from now on; the others stay, to verify.
    public Rotation rotate() throws KeyringException {
        Rotation rotation = files.exclusively(() -> {
            String before = files.activeId();
            return new Rotation(before, makeActive());
        });
        look();
        return rotation;
    }

    /// All keys, in the order of their ids.
    public List<Entry> list() throws KeyringException {
        View now = look();
        if (now.failure() != null) {
            throw now.failure();
        }
        return now.ids().stream().map(id -> entry(now, id)).toList();
    }

    private Entry entry(View now, String id) {
        boolean active = id.equals(now.activeId());
        return switch (find(now, id)) {
            case Lookup.Found found -> new Entry(id, active, found.key().maySign(), null);
            case Lookup.Unusable unusable -> new Entry(id, active, false, unusable.reason());
            case Lookup.Unknown _ -> throw new IllegalStateException("listed and not found: " + id);
        };
    }

    private Lookup signing(View now, String id) {
        Lookup lookup = find(now, id);
        if (lookup instanceof Lookup.Unknown) {
            return unusable("the active key", "is missing: ACTIVE names " + id + ", for which there is no file.");
        }
        if (lookup instanceof Lookup.Found found && !found.key().maySign()) {
            return unusable("the active key", "is not what its id " + id + " says: its SHA-256 begins otherwise.");
        }
        return lookup;
    }

    private Lookup unusable(String subject, String problem) {
        return new Lookup.Unusable(
                KeyringException.of(directory, subject, problem, "Restore the key from a backup, or rotate the keys."));
    }

    private Lookup find(View now, String id) {
        if (!now.ids().contains(id)) {
            return UNKNOWN;
        }
        return now.keys().computeIfAbsent(id, this::read).lookup();
    }

    private Read read(String id) {
        try {
            UnixAttributes file = files.check(id);
            return new Read(new Lookup.Found(files.read(id)), file);
        } catch (IOException e) {
            return new Read(new Lookup.Unusable(KeyringException.of(directory, "key " + id, e)), null);
        }
    }

    private String makeActiveIfMissing() throws KeyringException {
        return files.exclusively(() -> {
            String id = files.activeId(); // Another process may have been quicker.
            return id == null ? makeActive() : id;
        });
    }

    private String makeActive() throws IOException {
        byte[] raw = new byte[SealKey.LENGTH];
        try {
            RANDOM.nextBytes(raw);
            String id = SealKey.idOf(raw);
            files.writeKey(id, raw);
            files.writeActive(id);
            return id;
        } finally {
            Arrays.fill(raw, (byte) 0);
        }
    }

    /// The newest view, at most a second old; while one thread looks, the others go on with the last.
    private View current() {
        View last = view;
        if (last != null && nanoTime.getAsLong() - last.nanos() < LOOK_EVERY_NANOS) {
            return last;
        }
        if (last != null && looking.isLocked()) {
            return last;
        }
        return look();
    }

    private View look() {
        looking.lock();
        try {
            View fresh = look(view, nanoTime.getAsLong());
            view = fresh;
            return fresh;
        } finally {
            looking.unlock();
        }
    }

    private View look(@Nullable View before, long nanos) {
        try {
            if (!files.directoryExists()) {
                return new View(nanos, null, Set.of(), new ConcurrentHashMap<>(), null);
            }
            files.checkDirectory();
            String activeId = files.activeId(); // Before the ids: a rotation adds the key first and names it then.
            Set<String> ids = files.ids();
            Map<String, Read> keys = new ConcurrentHashMap<>();
            if (before != null) {
                before.keys().forEach((id, read) -> {
                    if (ids.contains(id) && isUnchanged(id, read)) {
                        keys.put(id, read);
                    }
                });
            }
            return new View(nanos, activeId, ids, keys, null);
        } catch (KeyringException e) {
            return new View(nanos, null, Set.of(), new ConcurrentHashMap<>(), e);
        }
    }

    private boolean isUnchanged(String id, Read read) {
        try {
            return read.file() != null && files.check(id).isUnchangedSince(read.file());
        } catch (IOException _) {
            return false; // What is wrong is told when somebody asks for the key.
        }
    }
}
