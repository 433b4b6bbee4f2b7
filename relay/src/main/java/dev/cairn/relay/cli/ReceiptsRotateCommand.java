package dev.cairn.relay.cli;

import dev.cairn.protocol.emitter.ReceiptsSocket;
import dev.cairn.protocol.json.JsonText;
import dev.cairn.protocol.receipt.KeyRotation;
import dev.cairn.relay.VertxSetup;
import dev.cairn.relay.chain.DirectoryInUseException;
import dev.cairn.relay.chain.SingleInstance;
import dev.cairn.relay.chain.StartRefusedException;
import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.Receipts;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.receipts.KeyRotator;
import dev.cairn.relay.receipts.ReceiptsRefusedException;
import dev.cairn.relay.receipts.StoreInUseException;
import dev.cairn.relay.receipts.key.KeySourceException;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// `cairn receipts keys rotate`: signs with a new key from now on (`specs/receipts.md` 6.5). A relay that runs does it
/// itself, when it is asked through its own socket; for one that does not, this command does.
final class ReceiptsRotateCommand implements Callable<Integer> {

    private static final String ROTATE = "{\"protocol_version\":1,\"type\":\"rotate_receipts_key\"}";
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int CHAINS_SHOWN_MAX = 20;

    private final Surroundings surroundings;
    private final RelayOptions relay = new RelayOptions();
    private @Nullable Path config;
    private @Nullable Path db;
    private @Nullable Path key;
    private @Nullable Path publicKey;
    private @Nullable String chainId;
    private @Nullable String issuerId;
    private @Nullable String verificationMethod;
    private @Nullable Path anchorLog;
    private boolean json;

    private ReceiptsRotateCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    static CommandLine line(Surroundings surroundings) {
        ReceiptsRotateCommand rotate = new ReceiptsRotateCommand(surroundings);
        Shape shape = Shape.of("rotate", rotate)
                .header("Make a new key and sign with it from now on.")
                .description(
                        "A relay that runs is asked to do it, and goes on; only its own user and the superuser may ask. Without "
                                + "one this command does it. Every chain that goes on gets a receipt of the rotation, signed with "
                                + "the old key; after a normal stop, which ends all chains, it is the first of the next root chain. "
                                + "The old public key stays beside the new one, to verify what it has signed. Interrupted, nothing "
                                + "has changed, or the next start finishes it.",
                        "Options that name files or ids are for a relay that does not run.",
                        "Exit code: 0 rotated, 1 it could not be done, 2 usage, 3 another program may be writing these receipts.")
                .path(value -> rotate.config = value, "FILE", "The relay's configuration file.", "--config")
                .path(value -> rotate.db = value, "FILE", "The database.", "--db")
                .path(value -> rotate.key = value, "FILE", "The private key.", "--key")
                .path(value -> rotate.publicKey = value, "FILE", "Where the public key is published.", "--public-key")
                .text(value -> rotate.chainId = value, "ID", "The root chain (default: the newest).", "--chain-id")
                .text(value -> rotate.issuerId = value, "ID", "Who issues the receipt.", "--issuer-id")
                .text(
                        value -> rotate.verificationMethod = value,
                        "ID",
                        "The key's name in proofs.",
                        "--verification-method")
                .path(
                        value -> rotate.anchorLog = value,
                        "FILE",
                        "Tell of the rotation here, too, before anything is changed: a line of JSON for each receipt "
                                + "(default: AGENTRECEIPTS_ANCHOR_LOG, else receipts.anchor_log of the configuration).",
                        "--anchor-log")
                .flag(value -> rotate.json = value, "Print one line of JSON.", "--json");
        return rotate.relay.addTo(shape).line();
    }

    @Override
    public Integer call() {
        RelayFiles files = relay.locate(surroundings);
        if (answers(files.socket())) {
            return rotateLive(files);
        }
        RelayConfig used = configOf(files);
        Path database = used.receipts().files().db(used.dataDir());
        if (!NamedFile.exists(database)) {
            throw CommandFailedException.usage(
                    "there are no receipts in " + database,
                    "Name the database with --db, or start a relay, which makes it: "
                            + files.commands().of("up"));
        }
        refuseRunning(files, used);
        try (SingleInstance _ = SingleInstance.acquire(used.dataDir())) {
            KeyRotator.Rotated rotated = rotate(used);
            List<String> chains = rotated.chains();
            return print(
                    KeyRotation.fingerprint(rotated.before()),
                    KeyRotation.fingerprint(rotated.now()),
                    chains,
                    chains.size(),
                    Backup.of(used));
        } catch (DirectoryInUseException | StoreInUseException e) {
            throw running(String.valueOf(e.getMessage()));
        } catch (StartRefusedException | ReceiptsRefusedException | KeySourceException e) {
            String[] lines = String.valueOf(e.getMessage()).split("\n", 2);
            throw CommandFailedException.failed(lines[0], lines.length > 1 ? lines[1] : "");
        }
    }

    /// The running relay keeps the key and knows the chains: nothing but the wish is sent.
    private Integer rotateLive(RelayFiles files) {
        if (Stream.of(config, db, key, publicKey, chainId, issuerId, verificationMethod, anchorLog)
                .anyMatch(Objects::nonNull)) {
            throw CommandFailedException.unreachable(
                    "a relay answers at " + files.socket() + ", and rotates the key that it signs with",
                    "Leave out the options that name files or ids, or stop the relay first.");
        }
        Backup backup = backup(files); // Before anything has changed: behind that, nothing may fail.
        JsonObject answer;
        try (RelaySocket socket = RelaySocket.connect(files)) {
            answer = socket.ask(ROTATE, PATIENCE);
        }
        if (!answer.isTrue("ok")) {
            throw CommandFailedException.failed(
                    Human.visible(answer.text("error", "the relay refused and does not say why"), 500),
                    remedy(answer.text("reason", ""), files.commands()));
        }
        List<String> chains = answer.texts("chains");
        return print(
                answer.text("before", "?"),
                answer.text("fingerprint", "?"),
                chains,
                answer.number("chain_count", 0),
                backup);
    }

    /// By the configuration that the relay was started with; where that cannot be read, a backup does no harm.
    private static Backup backup(RelayFiles files) {
        Path file = files.config();
        if (file == null) {
            return Backup.NEEDED;
        }
        try {
            return Backup.of(ConfigCommand.read(file, Places.in(files.dataDir()), _ -> false)
                    .config());
        } catch (CommandFailedException _) {
            return Backup.NEEDED;
        }
    }

    private static String remedy(String reason, CommandText commands) {
        return switch (reason) {
            case "not-allowed" -> "Run it as the relay's own user, or as the superuser.";
            case "too-often" -> "Wait ten minutes.";
            case "failed" -> "Look for the reason with: " + commands.of("status");
            default -> "";
        };
    }

    private KeyRotator.Rotated rotate(RelayConfig used) {
        surroundings.log("warn");
        Vertx vertx = VertxSetup.create();
        try {
            Optional<Path> anchor = Optional.ofNullable(anchorLog)
                    .or(() -> variable("ANCHOR_LOG").map(Path::of))
                    .or(() -> used.receipts().files().anchorLog())
                    .map(Path::toAbsolutePath);
            return new KeyRotator(vertx, used, anchor, InstantSource.system()).rotate();
        } finally {
            vertx.close();
        }
    }

    /// @param chains some of those in which it is recorded, or all
    private Integer print(String before, String now, List<String> chains, long chainCount, Backup backup) {
        if (json) {
            surroundings
                    .out()
                    .println(JsonText.object()
                            .put("ok", true)
                            .put("before", before)
                            .put("fingerprint", now)
                            .put("chains", chains)
                            .put("chain_count", chainCount));
            return ExitCode.GOOD;
        }
        surroundings.out().println(Human.visible(now, 100) + " signs from now on.");
        surroundings.out().println(Human.visible(before, 100) + " stays beside it, to verify what it has signed.");
        for (String chain : chains.subList(0, Math.min(CHAINS_SHOWN_MAX, chains.size()))) {
            surroundings.out().println("recorded in chain " + Human.visible(chain, 200));
        }
        if (chainCount > CHAINS_SHOWN_MAX) {
            surroundings.out().println("and in " + (chainCount - CHAINS_SHOWN_MAX) + " more");
        }
        surroundings.out().println(backup.advice + " the new public key to whoever verifies.");
        return ExitCode.GOOD;
    }

    /// File, environment, command line: the later wins.
    private RelayConfig configOf(RelayFiles files) {
        Path file = config == null ? files.config() : config;
        Places places = Places.in(files.dataDir());
        RelayConfig read = file == null
                ? RelayConfig.defaults(places)
                : ConfigCommand.read(file, places, _ -> false).config();
        RelayConfig told = relay.namesDirectory()
                ? read.withDataDir(files.dataDir())
                : new EmitterEnvironment(surroundings).apply(read);
        Receipts receipts = told.receipts();
        Receipts.Files given = receipts.files();
        Receipts.Identity identity = receipts.identity();
        Path privateKey = absolute(key);
        Path published = publicKey == null && privateKey != null
                ? privateKey.resolveSibling(privateKey.getFileName() + ".pub")
                : absolute(publicKey);
        return told.withReceipts(receipts.with(new Receipts.Files(
                        Optional.ofNullable(absolute(db)).or(given::db),
                        Optional.ofNullable(privateKey).or(given::key),
                        Optional.ofNullable(published).or(given::publicKey),
                        given.anchorLog()))
                .with(new Receipts.Identity(
                        Optional.ofNullable(id(chainId)).or(identity::chainId),
                        issuerId == null ? identity.issuerId() : String.valueOf(id(issuerId)),
                        verificationMethod == null
                                ? identity.verificationMethod()
                                : String.valueOf(id(verificationMethod)))));
    }

    /// Whoever listens on one of the sockets may be writing this very store: also where emitters look by
    /// themselves, unless a directory was named, in which nothing else has any part.
    private void refuseRunning(RelayFiles files, RelayConfig used) {
        boolean isElsewhere = db != null || !relay.namesDirectory();
        List<Optional<Path>> sockets = List.of(
                Optional.of(files.socket()),
                used.receipts().door().socket(),
                isElsewhere ? variable("SOCKET").map(Path::of) : Optional.empty(),
                isElsewhere ? usualSocket() : Optional.empty());
        for (Optional<Path> socket : sockets) {
            if (socket.isPresent() && answers(socket.get())) {
                throw running("a relay answers at " + socket.get());
            }
        }
    }

    private Optional<Path> usualSocket() {
        return ReceiptsSocket.usual(
                name -> name.equals(ReceiptsSocket.VARIABLE) ? null : surroundings.variable(name),
                System.getProperty("os.name", ""));
    }

    private static boolean answers(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException | IllegalArgumentException _) {
            return false;
        }
    }

    private static CommandFailedException running(String why) {
        return CommandFailedException.unreachable(
                why.lines().findFirst().orElse(why),
                "Stop the relay that writes these receipts, then rotate, then start it again.");
    }

    /// Whether the private key is a file of this host, which somebody should keep a copy of.
    private enum Backup {
        NEEDED("Back up the key again, and give"),
        NOT_OURS("Give");

        private final String advice;

        Backup(String advice) {
            this.advice = advice;
        }

        static Backup of(RelayConfig config) {
            return config.receipts().transit().isEmpty() ? NEEDED : NOT_OURS;
        }
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(surroundings.variable("AGENTRECEIPTS_" + name));
    }

    private static @Nullable Path absolute(@Nullable Path path) {
        return path == null ? null : path.toAbsolutePath();
    }

    private static @Nullable String id(@Nullable String text) {
        if (text != null && !Receipts.isId(text)) {
            throw CommandFailedException.usage("cannot be an id in a receipt: " + Human.visible(text, 80));
        }
        return text;
    }
}
