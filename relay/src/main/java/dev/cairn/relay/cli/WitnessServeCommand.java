package dev.cairn.relay.cli;

import dev.cairn.relay.WitnessServer;
import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.log.Logs;
import dev.cairn.relay.witness.Tokens;
import dev.cairn.relay.witness.TokensFile;
import dev.cairn.relay.witness.WitnessConfig;
import dev.cairn.relay.witness.WitnessConfig.Limits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

final class WitnessServeCommand implements Callable<Integer> {

    private static final String OTHER_ADDRESS =
            "Take any free port with --http 127.0.0.1:0, or name another one: --http HOST:PORT";

    private static final int RATE_MAX = 100_000;
    private static final int BURST_MAX = 1_000_000;

    private final Surroundings surroundings;

    private @Nullable Path dataDir;

    private String http = "127.0.0.1:8788";

    private List<Path> paths = List.of(Path.of(WitnessConfig.USUAL_PATH));

    private @Nullable Path tokensFile;

    private boolean allowAnyone;

    private long rate = 10;

    private long burst = 100;

    private boolean json;

    private String logLevel = "info";

    static CommandLine line(Surroundings surroundings) {
        WitnessServeCommand serve = new WitnessServeCommand(surroundings);
        return Shape.of("serve", serve)
                .header("Run a witness: anchor seals of relays and users, and sign that they were seen.")
                .description(
                        "Each anchor is durable in a chain of the witness's own before it is answered, so the witness "
                                + "cannot take it back unseen either. A seal that contradicts an earlier one of the same "
                                + "owner and key is refused, and both are kept as evidence.",
                        "An owner is whoever has a token: the file of --tokens has lines name:token and mode 0600. Without "
                                + "tokens nobody can be told from anybody else, so contradictions are only marked, and the "
                                + "witness listens on this host only, unless --allow-anyone is given.",
                        "Anchors can be read without a token. TLS is a reverse proxy's business. A second Ctrl-C stops it "
                                + "at once.")
                .footer(
                        "Examples:",
                        "  cairn witness serve",
                        "  cairn witness serve --data /var/lib/cairn-witness --tokens /etc/cairn/witness-tokens",
                        "  cairn witness serve --tokens tokens --http 0.0.0.0:8788 --json",
                        "Check its chain at any time, with the witness running or not:",
                        "  cairn verify --file /var/lib/cairn-witness/" + WitnessServer.LOG_NAME)
                .path(
                        value -> serve.dataDir = value,
                        "DIR",
                        "Keep log and key here (default: ~/.local/share/cairn-witness). Not a relay's directory.",
                        "--data")
                .text(
                        value -> serve.http = value,
                        "HOST:PORT",
                        "Listen here; port 0 is any free one (default: 127.0.0.1:8788).",
                        "--http")
                .paths(
                        value -> serve.paths = value,
                        "PATH",
                        "Take anchors at this path of the URL (default: " + WitnessConfig.USUAL_PATH + "). Repeatable.",
                        "--path")
                .path(value -> serve.tokensFile = value, "FILE", "Who may have seals anchored: name:token.", "--tokens")
                .flag(
                        value -> serve.allowAnyone = value,
                        "Without tokens, listen on other addresses than this host's own all the same.",
                        "--allow-anyone")
                .number(
                        value -> serve.rate = value,
                        "N",
                        "Take N anchors a second from one token, or address where there are none, in the long run "
                                + "(default: 10).",
                        "--rate")
                .number(value -> serve.burst = value, "N", "Take N of them at once (default: 100).", "--burst")
                .flag(
                        value -> serve.json = value,
                        "Print one line of JSON when ready, which names every address and file.",
                        "--json")
                .oneOf(
                        value -> serve.logLevel = value,
                        Logs.LEVELS,
                        "LEVEL",
                        "debug, info, warn or error (default: info).",
                        "--log-level")
                .line();
    }

    WitnessServeCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        HostPort address = HostPort.parse("--http", http);
        Path data = directory();
        Tokens tokens = tokens();
        refuseStrangers(address, tokens);
        RelayConfig chain = RelayConfig.defaults(Places.in(data));
        WitnessConfig config = new WitnessConfig(
                address.host(),
                address.port(),
                urlPaths(),
                tokens,
                chain.heartbeat().interval(),
                limits());
        ServerLife life = ServerLife.of("the witness", surroundings, logLevel);
        DataDirectory.prepare(data, false);
        Optional<WitnessServer> started =
                life.start(OTHER_ADDRESS, (giveUp, onFatal) -> WitnessServer.start(chain, config, giveUp, onFatal));
        return started.isPresent() ? serve(started.get(), config, life, data) : ExitCode.GOOD;
    }

    private Integer serve(WitnessServer server, WitnessConfig config, ServerLife life, Path data) {
        HostPort address = new HostPort(config.host(), server.port());
        new WitnessReport(surroundings, config, data, address, server.publicKey()).print(json);
        life.log().atInfo().addKeyValue("pid", ProcessHandle.current().pid()).log("ready");
        life.awaitWish();
        life.log().atInfo().log("stopping");
        return life.stop(server::stop, Duration.ZERO);
    }

    private Path directory() {
        Path usual = UserPaths.perUser(surroundings).dataDir().resolveSibling("cairn-witness");
        return (dataDir == null ? usual : dataDir).toAbsolutePath().normalize();
    }

    private List<String> urlPaths() {
        List<String> texts = paths.stream().map(Path::toString).distinct().toList();
        for (String path : texts) {
            if (!WitnessConfig.isPath(path)) {
                throw CommandFailedException.usage(
                        "--path: expected a path such as " + WitnessConfig.USUAL_PATH + ", got " + path);
            }
        }
        return texts;
    }

    private Limits limits() {
        return Limits.USUAL.withAnchors(between("--rate", rate, RATE_MAX), between("--burst", burst, BURST_MAX));
    }

    private static int between(String option, long value, int max) {
        if (value < 1 || value > max) {
            throw CommandFailedException.usage(option + ": expected 1 to " + Human.count(max) + ", got " + value);
        }
        return (int) value;
    }

    private Tokens tokens() {
        if (tokensFile == null) {
            return Tokens.NONE;
        }
        try {
            return TokensFile.read(tokensFile);
        } catch (NoSuchFileException _) {
            throw CommandFailedException.usage("--tokens: there is no file " + tokensFile
                    + "\nMake it with a line for each owner: (umask 077; echo \"alice:$(openssl rand -hex 32)\" > "
                    + tokensFile + ")");
        } catch (IOException e) {
            throw CommandFailedException.usage("--tokens: " + e.getMessage());
        }
    }

    private void refuseStrangers(HostPort address, Tokens tokens) {
        if (tokens.count() == 0 && !allowAnyone && !isOfThisHost(address.host())) {
            throw CommandFailedException.usage("--http " + address.authority()
                    + " can be reached from elsewhere, and without tokens anybody there could anchor anything in anybody's"
                    + " name.\nGive each owner a token (--tokens FILE), listen on 127.0.0.1, or say --allow-anyone: then"
                    + " contradictions are only marked, never refused.");
        }
    }

    private static boolean isOfThisHost(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException _) {
            return false;
        }
    }
}
