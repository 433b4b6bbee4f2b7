package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
import dev.cairn.protocol.seal.Keyring;
import dev.cairn.protocol.seal.Keyring.Entry;
import dev.cairn.protocol.seal.KeyringException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// The keys that seal a relay's chain, or its receipts (`specs/audit-relay.md` 5.2); a group of commands. What a key
/// holds is never printed.
final class KeysCommand {

    private static final String AUDIT = "audit";
    private static final String RECEIPTS = "receipts";

    private final Surroundings surroundings;
    private final RelayOptions relay = new RelayOptions();
    private @Nullable Path ringDir;
    private String ring = AUDIT;
    private @Nullable String id;
    private boolean json;

    private KeysCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    static CommandLine line(Surroundings surroundings) {
        CommandLine[] self = new CommandLine[1];
        self[0] = Shape.of("keys", () -> teach(self[0]))
                .header("See and rotate the keys that seal the relay's chain and its receipts.")
                .footer(
                        "Examples:",
                        "  cairn keys list",
                        "  cairn keys show",
                        "  cairn keys rotate",
                        "  cairn keys list --ring receipts",
                        "Back up keys/seal and keys/receipts-seal of the data directory: without a key, nobody can check what it",
                        "sealed. The key that signs receipts is another matter: cairn receipts keys.")
                .line();
        KeysCommand list = new KeysCommand(surroundings);
        KeysCommand show = new KeysCommand(surroundings);
        KeysCommand rotate = new KeysCommand(surroundings);
        self[0].addSubcommand(
                "list",
                list.line("list", list::list, "List all keys: which one signs, and which cannot be used and why.")
                        .description(
                                "Exit code: 0 a key signs, or there are no keys yet, 1 none signs, or the keyring is not safe "
                                        + "to use.")
                        .line());
        self[0].addSubcommand(
                "show",
                show.line("show", show::show, "Show one key: what it may do, and where it is.")
                        .word(value -> show.id = value, "ID", "The key's id (default: the key that signs).")
                        .line());
        self[0].addSubcommand(
                "rotate",
                rotate.line("rotate", rotate::rotate, "Make a new key and sign with it from now on.")
                        .description(
                                "The keys before it stay, to verify what they have signed. A relay that runs follows by itself "
                                        + "and records the rotation in its chain; one that does not, at its next start. Of the "
                                        + "receipts' ring, the next seal says which key made it.",
                                "Exit code: 0 rotated, 1 the keyring is not safe to use, 2 there is no such directory.")
                        .line());
        return self[0];
    }

    private static Integer teach(CommandLine keys) {
        keys.usage(keys.getOut());
        return ExitCode.GOOD;
    }

    private Shape line(String name, Callable<Integer> action, String header) {
        Shape shape = Shape.of(name, action)
                .header(header)
                .path(
                        value -> ringDir = value,
                        "DIR",
                        "The keyring's directory (default: keys/seal in the data directory).",
                        "--keys")
                .oneOf(
                        value -> ring = value,
                        List.of(AUDIT, RECEIPTS),
                        "RING",
                        "Whose seals: audit (default), or receipts, whose ring is keys/receipts-seal.",
                        "--ring")
                .flag(value -> json = value, "Print one line of JSON.", "--json");
        return relay.addTo(shape);
    }

    private Integer list() {
        Path dir = directory();
        requireDirectory(relay.locate(surroundings));
        List<Entry> entries = entries(dir);
        boolean isUsable = entries.isEmpty() || entries.stream().anyMatch(entry -> entry.active() && entry.maySign());
        int exitCode = isUsable ? ExitCode.GOOD : ExitCode.FAILED;
        if (json) {
            List<String> texts =
                    entries.stream().map(entry -> toJson(entry).toString()).toList();
            print(JsonText.object()
                    .put("ok", isUsable)
                    .put("directory", dir.toString())
                    .putRaw("keys", "[" + String.join(",", texts) + "]"));
            return exitCode;
        }
        if (entries.isEmpty()) {
            surroundings.out().println("There are no keys in " + dir + " yet: a relay makes the first when it starts.");
        }
        entries.forEach(entry -> surroundings.out().println(entry.id() + "  " + what(entry)));
        return exitCode;
    }

    private Integer show() {
        Path dir = directory();
        Entry entry = entries(dir).stream()
                .filter(key -> id == null ? key.active() : key.id().equals(id))
                .findFirst()
                .orElseThrow(() -> CommandFailedException.failed(
                        id == null
                                ? "no key signs: " + dir + " names none"
                                : "there is no key " + Human.visible(id, 80) + " in " + dir,
                        "See which there are: "
                                + CommandText.of(surroundings, null, null).of("keys list")));
        Path file = dir.resolve(entry.id() + ".key");
        if (json) {
            print(toJson(entry).put("file", file.toString()));
        } else {
            line("key", entry.id());
            line("state", what(entry));
            line("file", file.toString());
        }
        return ExitCode.GOOD;
    }

    private void requireDirectory(RelayFiles files) {
        if (ringDir == null && !Files.isDirectory(files.dataDir())) {
            throw CommandFailedException.usage(
                    "there is no data directory " + files.dataDir(),
                    "A relay makes it, and its first key, on its first start: "
                            + files.commands().of("up"));
        }
    }

    private Integer rotate() {
        Path dir = directory();
        requireDirectory(relay.locate(surroundings));
        if (ringDir != null && !Files.isDirectory(dir)) {
            throw CommandFailedException.usage(
                    "there is no keyring directory " + dir,
                    "Perhaps it is mistyped. To begin a new keyring there: mkdir -m 700 "
                            + CommandText.quoted(dir.toString()));
        }
        Keyring.Rotation rotation;
        try {
            rotation = Keyring.in(dir).rotate();
        } catch (KeyringException e) {
            throw refusal(e);
        }
        if (json) {
            print(JsonText.object()
                    .put("ok", true)
                    .put("active", rotation.now())
                    .put("before", rotation.before())
                    .put("directory", dir.toString()));
            return ExitCode.GOOD;
        }
        surroundings.out().println(rotation.now() + " signs from now on.");
        if (rotation.before() != null) {
            surroundings
                    .out()
                    .println(rotation.before() + " stays, to verify what it has signed; so do all keys before it.");
            surroundings
                    .out()
                    .println("A relay that runs follows by itself"
                            + (ring.equals(AUDIT)
                                    ? " and records this in its chain."
                                    : "; its next seal names the key."));
        }
        surroundings.out().println("Back up " + dir + " again.");
        return ExitCode.GOOD;
    }

    private Path directory() {
        Path named = (ring.equals(AUDIT) ? ProofSubject.LOG : ProofSubject.STORE).ring();
        Path dir = ringDir == null ? relay.locate(surroundings).dataDir().resolve(named) : ringDir;
        dir = dir.toAbsolutePath().normalize();
        NamedFile.checkWay(dir);
        return dir;
    }

    private static List<Entry> entries(Path dir) {
        try {
            return Keyring.in(dir).list();
        } catch (KeyringException e) {
            throw refusal(e);
        }
    }

    /// Its message names what is wrong and, on a line of its own, what to do.
    static CommandFailedException refusal(KeyringException failure) {
        String[] lines = String.valueOf(failure.getMessage()).split("\n", 2);
        return CommandFailedException.failed(lines[0], lines.length > 1 ? lines[1] : "");
    }

    private String what(Entry entry) {
        Style style = surroundings.style();
        KeyringException reason = entry.reason();
        if (reason != null) {
            return style.bad("cannot be used: ")
                    + String.valueOf(reason.getMessage()).replace('\n', ' ');
        }
        if (!entry.maySign()) {
            return style.warning("verifies only: its content is not what its id says");
        }
        return entry.active() ? style.good("signs") : "verifies what it signed before";
    }

    private static JsonText toJson(Entry entry) {
        KeyringException reason = entry.reason();
        return JsonText.object()
                .put("ok", reason == null)
                .put("id", entry.id())
                .put("active", entry.active())
                .put("may_sign", entry.maySign())
                .put("reason", reason == null ? null : Objects.toString(reason.getMessage()));
    }

    private void print(JsonText answer) {
        surroundings.out().println(answer);
    }

    private void line(String label, String value) {
        surroundings.out().println(surroundings.style().faint(String.format("%-7s", label)) + " " + value);
    }
}
