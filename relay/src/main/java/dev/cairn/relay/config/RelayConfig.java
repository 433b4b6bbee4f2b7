package dev.cairn.relay.config;

import dev.cairn.relay.config.ConfigReader.Unknown;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// The whole configuration of a relay; one that exists is valid. Keys are those of `relay-config.json`
/// (`specs/audit-relay.md` 4.4): the key of a component is its name in snake_case, with its unit, inside its
/// section. The `read` beside each record holds ranges and defaults.
public record RelayConfig(
        Path dataDir,
        Ingress ingress,
        Chain chain,
        Stream stream,
        Http http,
        Heartbeat heartbeat,
        Audit audit,
        AutoSeal autoSeal,
        Sign sign,
        Witness witness,
        Receipts receipts) {

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    /// A configuration, what in it deserves a warning, and every key that it could have had.
    public record Reading(RelayConfig config, List<String> warnings, List<ConfigKey> keys) {}

    /// Reads a configuration file's content.
    ///
    /// @param places where things are when the file does not say so
    /// @throws InvalidConfigException that names every problem
    public static Reading read(byte[] json, Places places) {
        return read(json, places, Receipts.Privacy::lacksKey);
    }

    /// Reads the content of a file to which something adds.
    ///
    /// @param lacksKey whether what the file says of disclosure names no key, with what is said elsewhere
    /// @throws InvalidConfigException that names every problem
    public static Reading read(byte[] json, Places places, Predicate<Receipts.Privacy> lacksKey) {
        ConfigNotes notes = new ConfigNotes(lacksKey);
        ConfigReader file = ConfigReader.of(json, notes);
        Audit audit = Audit.read(file.section("audit"));
        boolean wellKnown = audit.wellKnownPaths();
        Places defaults = wellKnown ? places.wellKnown() : places;
        boolean anyone = wellKnown && !file.has("socket_group") && !file.has("socket_mode");
        if (anyone) {
            file.warning("socket_mode", "neither this nor socket_group is given, so every user may connect (0666)");
        }
        String dir = defaults.dataDir().toString();
        RelayConfig config = new RelayConfig(
                Path.of(file.text("data_dir", "an absolute path", RelayConfig::isAbsolutePath, dir)),
                Ingress.read(file, file.section("ingress"), defaults.sockets(), anyone ? 0666 : 0660),
                Chain.read(file, file.section("chain"), wellKnown ? 0644 : 0640),
                Stream.read(file.section("stream")),
                Http.read(file.section("http")),
                Heartbeat.read(file.section("heartbeat"), places.teamSync()),
                audit,
                AutoSeal.read(file.section("auto_seal")),
                Sign.read(file.section("sign")),
                Witness.read(file.section("witness")),
                Receipts.read(file.section("receipts")));
        file.end(wellKnown ? Unknown.WARNED : Unknown.REFUSED);
        notes.refuse();
        return new Reading(config, notes.warnings(), notes.keys());
    }

    /// What holds without a file.
    public static RelayConfig defaults(Places places) {
        return read(new byte[] {'{', '}'}, places).config();
    }

    /// The same in one directory: nothing outside it is touched, wherever the rest of the configuration
    /// would be.
    public RelayConfig withDataDir(Path dir) {
        Receipts inside = receipts.inOneDirectory();
        return new RelayConfig(dir, ingress, chain, stream, http, heartbeat, audit, autoSeal, sign, witness, inside);
    }

    public RelayConfig withReceipts(Receipts others) {
        return new RelayConfig(
                dataDir, ingress, chain, stream, http, heartbeat, audit, autoSeal, sign, witness, others);
    }

    public RelayConfig withSockets(List<Path> sockets) {
        Ingress others = ingress.withSockets(sockets);
        return new RelayConfig(
                dataDir, others, chain, stream, http, heartbeat, audit, autoSeal, sign, witness, receipts);
    }

    public RelayConfig withHttp(String host, int port) {
        return withHttp(new Http(true, host, port, http.allowedHosts()));
    }

    public RelayConfig withoutHttp() {
        return withHttp(new Http(false, http.host(), http.port(), http.allowedHosts()));
    }

    private RelayConfig withHttp(Http other) {
        return new RelayConfig(
                dataDir, ingress, chain, stream, other, heartbeat, audit, autoSeal, sign, witness, receipts);
    }

    static boolean isAbsolutePath(String text) {
        return text.startsWith("/") && text.indexOf('\0') < 0;
    }

    /// Who may connect and how much at once. Key `ingress`.
    ///
    /// @param sockets Cairn's own sockets, where the first byte tells the dialect
    /// @param socketMode permission bits of each socket, for instance 0660; key `socket_mode` at top level, as
    ///     in the peer's file
    /// @param socketGroup group of each socket; key `socket_group` at top level
    /// @param lineBytesMax longest request line without its newline; up to 65,535 UTF-16
    ///     units are always accepted
    /// @param unansweredBytesMax request bytes of one connection that wait for their answers before it is no
    ///     longer read
    /// @param pendingBytesMax record bytes of all connections that wait for the disk before none is read
    /// @param unfinishedBytesMax bytes of unfinished lines of all connections together
    /// @param idleTimeout a request/answer connection that is silent for this long is closed
    public record Ingress(
            List<Path> sockets,
            int socketMode,
            Optional<String> socketGroup,
            int connectionsMax,
            int connectionsPerUidMax,
            int lineBytesMax,
            int unansweredBytesMax,
            int pendingBytesMax,
            int unfinishedBytesMax,
            Duration idleTimeout) {

        /// The longest path that fits a socket address on Linux and macOS alike, the relay's temporary name
        /// while binding included.
        public static final int SOCKET_PATH_MAX = 96;

        private static final Pattern GROUP = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,31}");

        static Ingress read(ConfigReader top, ConfigReader ingress, List<Path> sockets, int mode) {
            String group = top.text("socket_group", "a group name", Ingress::isGroup, "");
            Ingress read = new Ingress(
                    readSockets(ingress, sockets),
                    top.mode("socket_mode", mode),
                    group.isEmpty() ? Optional.empty() : Optional.of(group),
                    ingress.intBetween("connections_max", 1, 100_000, 16_384),
                    ingress.intBetween("connections_per_uid_max", 1, 100_000, 12_288),
                    ingress.intBetween("line_bytes_max", 64 * KIB, MIB - KIB, MIB - KIB),
                    ingress.intBetween("unanswered_bytes_max", 64 * KIB, 64 * MIB, 4 * MIB),
                    ingress.intBetween("pending_bytes_max", MIB, 256 * MIB, 8 * MIB),
                    ingress.intBetween("unfinished_bytes_max", MIB, 256 * MIB, 8 * MIB),
                    ingress.secondsBetween("idle_timeout_seconds", 60, 86_400, 300));
            ingress.end(Unknown.REFUSED);
            return read;
        }

        private static List<Path> readSockets(ConfigReader ingress, List<Path> otherwise) {
            String length = " of at most " + SOCKET_PATH_MAX + " bytes";
            List<String> defaults = otherwise.stream().map(Path::toString).toList();
            return ingress
                    .texts(
                            "sockets",
                            "absolute paths" + length,
                            "an absolute path" + length,
                            Ingress::isSocketPath,
                            defaults)
                    .stream()
                    .map(Path::of)
                    .toList();
        }

        static boolean isGroup(String name) {
            return GROUP.matcher(name).matches();
        }

        /// Whether a socket can be bound at this path.
        public static boolean isSocketPath(String path) {
            return isAbsolutePath(path) && path.getBytes(StandardCharsets.UTF_8).length <= SOCKET_PATH_MAX;
        }

        Ingress withSockets(List<Path> others) {
            return new Ingress(
                    others,
                    socketMode,
                    socketGroup,
                    connectionsMax,
                    connectionsPerUidMax,
                    lineBytesMax,
                    unansweredBytesMax,
                    pendingBytesMax,
                    unfinishedBytesMax,
                    idleTimeout);
        }
    }

    /// The single writer. Key `chain`.
    ///
    /// @param batchBytesMax most bytes of one commit
    /// @param commitDelay how long a commit waits for company; zero commits at once
    /// @param dataMode permission bits of the log, for instance 0640; key `data_mode` at top level
    public record Chain(int batchBytesMax, Duration commitDelay, int dataMode) {

        static Chain read(ConfigReader top, ConfigReader chain, int mode) {
            Chain read = new Chain(
                    chain.intBetween("batch_bytes_max", MIB, 32 * MIB, 4 * MIB),
                    Duration.ofNanos(1_000L * chain.intBetween("commit_delay_micros", 0, 50_000, 0)),
                    top.mode("data_mode", mode));
            chain.end(Unknown.REFUSED);
            return read;
        }
    }

    /// Live subscribers. Key `stream`.
    ///
    /// @param ring newest records kept in memory for subscribers that keep up
    /// @param ringBytesMax most bytes of them
    /// @param subscribersMax WebSockets on `/v1/stream`
    /// @param stallTimeout a subscriber that takes nothing for this long is closed with 1013
    /// @param receiptChainsMax chains of receipts that are followed at once; together they have half as much
    ///     memory as the audit chain
    public record Stream(int ring, int ringBytesMax, int subscribersMax, Duration stallTimeout, int receiptChainsMax) {

        static Stream read(ConfigReader stream) {
            Stream read = new Stream(
                    stream.intBetween("ring", 1, 1_000_000, 65_536),
                    stream.intBetween("ring_bytes_max", 2 * MIB, 512 * MIB, 32 * MIB),
                    stream.intBetween("subscribers_max", 1, 100_000, 4_096),
                    stream.secondsBetween("stall_timeout_seconds", 1, 600, 10),
                    stream.intBetween("receipt_chains_max", 1, 1_000, 32));
            stream.end(Unknown.REFUSED);
            return read;
        }
    }

    /// The one HTTP server. Key `http`.
    ///
    /// @param enabled without it there is no live stream, no WebSocket for events, no `/healthz` and no metrics
    /// @param port 0 for any free one
    /// @param allowedHosts names besides the address itself that a `Host` or `Origin` header may give
    public record Http(boolean enabled, String host, int port, Set<String> allowedHosts) {

        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:-]{1,255}");

        static Http read(ConfigReader http) {
            Http read = new Http(
                    http.flag("enabled", true),
                    http.text("host", "a host name or address", Http::isHost, "127.0.0.1"),
                    http.intBetween("port", 0, 65_535, 8_787),
                    Set.copyOf(http.texts("allowed_hosts", "host names", "a host name", Http::isHost, List.of())));
            http.end(Unknown.REFUSED);
            return read;
        }

        public static boolean isHost(String text) {
            return NAME.matcher(text).matches();
        }
    }

    /// Proof of life. Key `heartbeat`.
    ///
    /// @param idleBackoff doubles the time between heartbeat lines while nothing happens
    ///     (`specs/audit-relay.md` 4.2)
    public record Heartbeat(Duration interval, boolean idleBackoff) {

        static Heartbeat read(ConfigReader heartbeat, boolean teamSync) {
            Heartbeat read = new Heartbeat(
                    heartbeat.secondsBetween("interval_seconds", 1, 3_600, 30),
                    heartbeat.flag("idle_backoff", teamSync));
            heartbeat.end(Unknown.REFUSED);
            return read;
        }
    }

    /// The audit dialect. Key `audit`.
    ///
    /// @param acceptDamage start over damage in the middle of the log, or over what is missing at its end,
    ///     and record it: later starts go on without the switch
    public record Audit(boolean wellKnownPaths, boolean acceptDamage) {

        static Audit read(ConfigReader audit) {
            Audit read = new Audit(audit.flag("well_known_paths", false), audit.flag("accept_damage", false));
            audit.end(Unknown.REFUSED);
            return read;
        }
    }
}
