package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
import dev.cairn.protocol.receipt.KeyRotation;
import dev.cairn.relay.VertxSetup;
import dev.cairn.relay.chain.SingleInstance;
import dev.cairn.relay.chain.StartRefusedException;
import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.Receipts;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.receipts.KeyRotator;
import dev.cairn.relay.receipts.ReceiptsRefusedException;
import dev.cairn.relay.receipts.key.KeySourceException;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// `cairn receipts keys rotate`: signs with a new key from now on (`specs/receipts.md` 6.5). The relay must not run.
final class ReceiptsRotateCommand implements Callable<Integer> {

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
                        "The relay must be stopped. Every chain that goes on gets a receipt of the rotation, signed with the old "
                                + "key; after a normal stop, which ends all chains, it is the first of the next root chain. The old "
                                + "public key stays beside the new one, to verify what it has signed. Interrupted, nothing has "
                                + "changed, or the next start finishes it.",
                        "Exit code: 0 rotated, 1 it could not be done and nothing was changed, 2 usage, 3 a relay is running.")
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
                                + "(default: AGENTRECEIPTS_ANCHOR_LOG).",
                        "--anchor-log")
                .flag(value -> rotate.json = value, "Print one line of JSON.", "--json");
        return rotate.relay.addTo(shape).line();
    }

    @Override
    public Integer call() {
        RelayFiles files = relay.locate(surroundings);
        RelayConfig used = configOf(files);
        Path database = used.receipts().files().db(used.dataDir());
        if (!Files.exists(database)) {
            throw CommandFailedException.usage(
                    "there are no receipts in " + database,
                    "Name the database with --db, or start a relay, which makes it: "
                            + files.commands().of("up"));
        }
        refuseRunning(files);
        try (SingleInstance _ = SingleInstance.acquire(used.dataDir())) {
            return print(rotate(used));
        } catch (StartRefusedException e) {
            throw running(String.valueOf(e.getMessage()));
        } catch (ReceiptsRefusedException | KeySourceException e) {
            String[] lines = String.valueOf(e.getMessage()).split("\n", 2);
            throw CommandFailedException.failed(lines[0], lines.length > 1 ? lines[1] : "");
        }
    }

    private KeyRotator.Rotated rotate(RelayConfig used) {
        Vertx vertx = VertxSetup.create();
        try {
            Optional<Path> anchor = Optional.ofNullable(anchorLog)
                    .or(() -> variable("ANCHOR_LOG").map(Path::of))
                    .map(Path::toAbsolutePath);
            return new KeyRotator(vertx, used, anchor, InstantSource.system()).rotate();
        } finally {
            vertx.close();
        }
    }

    private Integer print(KeyRotator.Rotated rotated) {
        String before = KeyRotation.fingerprint(rotated.before());
        String now = KeyRotation.fingerprint(rotated.now());
        if (json) {
            surroundings
                    .out()
                    .println(JsonText.object()
                            .put("ok", true)
                            .put("before", before)
                            .put("fingerprint", now)
                            .put("chains", rotated.chains()));
            return ExitCode.GOOD;
        }
        surroundings.out().println(now + " signs from now on.");
        surroundings.out().println(before + " stays beside it, to verify what it has signed.");
        for (String chain : rotated.chains()) {
            surroundings.out().println("recorded in chain " + Human.visible(chain, 200));
        }
        surroundings.out().println("Back up the key again, and give the new public key to whoever verifies.");
        return ExitCode.GOOD;
    }

    /// File, environment, command line: the later wins.
    private RelayConfig configOf(RelayFiles files) {
        Path file = config == null ? files.config() : config;
        Places places = Places.in(files.dataDir());
        RelayConfig read = file == null
                ? RelayConfig.defaults(places)
                : ConfigCommand.read(file, places).config();
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
                        Optional.ofNullable(published).or(given::publicKey)))
                .with(new Receipts.Identity(
                        Optional.ofNullable(id(chainId)).or(identity::chainId),
                        issuerId == null ? identity.issuerId() : String.valueOf(id(issuerId)),
                        verificationMethod == null
                                ? identity.verificationMethod()
                                : String.valueOf(id(verificationMethod)))));
    }

    /// Whoever listens on one of the sockets may be writing this very store.
    private void refuseRunning(RelayFiles files) {
        List<Optional<Path>> sockets = List.of(
                Optional.of(files.socket()),
                relay.namesDirectory() ? Optional.empty() : variable("SOCKET").map(Path::of));
        for (Optional<Path> socket : sockets) {
            if (socket.isPresent() && answers(socket.get())) {
                throw running("a relay answers at " + socket.get());
            }
        }
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
