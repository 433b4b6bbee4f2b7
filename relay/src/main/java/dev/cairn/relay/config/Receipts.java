package dev.cairn.relay.config;

import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.receipt.DisclosurePolicy;
import dev.cairn.relay.config.ConfigReader.Unknown;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// The receipts dialect (`specs/receipts.md` 1, 7, 8.1). Key `receipts`.
///
/// @param transit where the key is that signs; empty for a key in a file
public record Receipts(
        boolean enabled,
        Files files,
        Optional<Transit> transit,
        Identity identity,
        Door door,
        Limits limits,
        Privacy privacy,
        Policy policy) {

    private static final int MIB = 1024 * 1024;
    private static final int TEXT_MAX = 256;

    static Receipts read(ConfigReader receipts) {
        Receipts read = new Receipts(
                receipts.flag("enabled", true),
                Files.read(receipts),
                Transit.read(receipts, "transit"),
                Identity.read(receipts),
                Door.read(receipts),
                Limits.read(receipts),
                Privacy.read(receipts),
                Policy.read(receipts.section("policy")));
        boolean isToldAlready = receipts.has(Privacy.KEY); // It is wrong, or disclosure has its key.
        if (read.enabled && !isToldAlready && receipts.lacksKey(read.privacy)) {
            receipts.problem(
                    Privacy.KEY,
                    "missing, but receipts.parameter_disclosure, or AGENTRECEIPTS_PARAMETER_DISCLOSURE in its place, "
                            + "discloses inputs to whoever has its secret half; make a pair with: cairn receipts keys generate --forensic");
        }
        receipts.end(Unknown.REFUSED);
        return read;
    }

    /// The same with everything inside one directory, and no socket where emitters look by themselves: a trial
    /// touches nothing else.
    Receipts inOneDirectory() {
        return new Receipts(
                enabled,
                new Files(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()),
                transit,
                identity,
                door.withoutSocket(),
                limits,
                privacy,
                policy);
    }

    public Receipts with(Files others) {
        return new Receipts(enabled, others, transit, identity, door, limits, privacy, policy);
    }

    public Receipts with(Identity other) {
        return new Receipts(enabled, files, transit, other, door, limits, privacy, policy);
    }

    public Receipts with(Door other) {
        return new Receipts(enabled, files, transit, identity, other, limits, privacy, policy);
    }

    public Receipts with(Privacy other) {
        return new Receipts(enabled, files, transit, identity, door, limits, other, policy);
    }

    /// The same for a relay that has a user of its own.
    public Receipts ofService() {
        return new Receipts(enabled, files, transit, identity, door, limits, privacy, policy.ofService());
    }

    /// Whether a text can be an id in a receipt, or part of one.
    public static boolean isId(String text) {
        return !text.isEmpty()
                && text.length() <= TEXT_MAX
                && text.codePoints().noneMatch(point -> Character.isISOControl(point) || isSurrogate(point));
    }

    /// Whether a text can name a root chain: what follows `/agent/` names another.
    public static boolean isChainId(String text) {
        return isId(text) && !text.contains("/agent/");
    }

    /// Whether a text says whose input is disclosed.
    public static boolean isDisclosurePolicy(String text) {
        try {
            DisclosurePolicy.read(text);
            return true;
        } catch (IllegalArgumentException _) {
            return false; // A keyword in a list of action types.
        }
    }

    private static boolean isSurrogate(int point) {
        return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    }

    private static Optional<Path> path(ConfigReader receipts, String key) {
        String text = receipts.text(key, "an absolute path", RelayConfig::isAbsolutePath, "");
        return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
    }

    private static Optional<String> group(ConfigReader receipts, String key) {
        String text = receipts.text(key, "a group name", RelayConfig.Ingress::isGroup, "");
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /// Where the receipts and the key are kept; what is not given lies in `receipts` in the data directory.
    ///
    /// @param publicKey where the public key is published; beside the key unless given
    /// @param anchorLog where rotations of the key are told besides
    public record Files(Optional<Path> db, Optional<Path> key, Optional<Path> publicKey, Optional<Path> anchorLog) {

        private static final String DIRECTORY = "receipts";

        static Files read(ConfigReader receipts) {
            return new Files(
                    path(receipts, "db"),
                    path(receipts, "key"),
                    path(receipts, "public_key"),
                    path(receipts, "anchor_log"));
        }

        public Path db(Path dataDir) {
            return db.orElse(dataDir.resolve(DIRECTORY).resolve("receipts.db"));
        }

        public Path key(Path dataDir) {
            return key.orElse(dataDir.resolve(DIRECTORY).resolve("signing.key"));
        }

        public Path publicKey(Path dataDir) {
            Path beside = key(dataDir);
            return publicKey.orElse(beside.resolveSibling(beside.getFileName() + ".pub"));
        }
    }

    /// As whom the relay signs, and into which chain.
    ///
    /// @param chainId of the root chain; the UTC date of the start unless given
    public record Identity(Optional<String> chainId, String issuerId, String verificationMethod) {

        /// What the dialect calls a daemon that was not told otherwise.
        public static final String ISSUER = "did:agent-receipts-daemon:local";

        static Identity read(ConfigReader receipts) {
            String chain =
                    receipts.text("chain_id", "text of 1 to 256 characters without /agent/", Receipts::isChainId, "");
            String expected = "text of 1 to 256 characters";
            return new Identity(
                    chain.isEmpty() ? Optional.empty() : Optional.of(chain),
                    receipts.text("issuer_id", expected, Receipts::isId, ISSUER),
                    receipts.text("verification_method", expected, Receipts::isId, ISSUER + "#k1"));
        }
    }

    /// The socket on which emitters find the relay by themselves, beside Cairn's own, which speak the dialect
    /// too.
    ///
    /// @param wellKnownSocket open the one that the dialect's rules name, when it is free
    /// @param socket the one to open; absent for none, or as long as the rules were not asked
    /// @param need what to do when it cannot be opened
    /// @param allowsUnsafeSocket accept one that the environment names outside the directories for sockets
    /// @param socketGroup whose members may connect; `agentreceipts` where there is such a group, unless given
    /// @param readGroup whose members may read the receipts; `agentreceipts-read` likewise
    public record Door(
            boolean wellKnownSocket,
            Optional<Path> socket,
            Need need,
            boolean allowsUnsafeSocket,
            Optional<String> socketGroup,
            Optional<String> readGroup) {

        /// How much the well-known socket matters.
        public enum Need {
            /// Nobody asked for it: it is opened when it is free.
            WELCOME,
            /// It was named: without it the relay does not start.
            REQUIRED,
            /// Likewise, and where it is others could replace it: that is told again and again.
            REQUIRED_UNSAFE
        }

        static Door read(ConfigReader receipts) {
            String socket = receipts.text(
                    "socket",
                    "an absolute path of at most " + RelayConfig.Ingress.SOCKET_PATH_MAX + " bytes",
                    RelayConfig.Ingress::isSocketPath,
                    "");
            return new Door(
                    receipts.flag("well_known_socket", true),
                    socket.isEmpty() ? Optional.empty() : Optional.of(Path.of(socket)),
                    socket.isEmpty() ? Need.WELCOME : Need.REQUIRED,
                    receipts.flag("unsafe_socket_path", false),
                    group(receipts, "socket_group"),
                    group(receipts, "read_group"));
        }

        public Door with(Path other, Need itsNeed) {
            return new Door(wellKnownSocket, Optional.of(other), itsNeed, allowsUnsafeSocket, socketGroup, readGroup);
        }

        public Door allowingUnsafeSocket(boolean allowed) {
            return new Door(wellKnownSocket, socket, need, allowed, socketGroup, readGroup);
        }

        public Door withoutSocket() {
            return new Door(false, Optional.empty(), Need.WELCOME, allowsUnsafeSocket, socketGroup, readGroup);
        }
    }

    /// How much at once, and how long.
    ///
    /// @param backlogBytesMax memory outside the heap for frames that wait for the disk; what comes on top is
    ///     discarded and counted. At most four fifths of the heap's size are used, whatever this says
    /// @param unfinishedTimeout a frame that is not whole by then ends its connection
    /// @param drain how long the relay reads on at stop
    /// @param shutdownDeadline for the receipts that end the chains
    public record Limits(
            int connectionsMax,
            int connectionsPerUidMax,
            int backlogBytesMax,
            Duration unfinishedTimeout,
            Duration drain,
            Duration shutdownDeadline) {

        static Limits read(ConfigReader receipts) {
            return new Limits(
                    receipts.intBetween("connections_max", 1, 100_000, 4_096),
                    receipts.intBetween("connections_per_uid_max", 1, 100_000, 1_024),
                    receipts.intBetween("backlog_bytes_max", 16 * MIB, 1024 * MIB, 64 * MIB),
                    receipts.secondsBetween("unfinished_timeout_seconds", 1, 3_600, 60),
                    Duration.ofMillis(receipts.intBetween("drain_millis", 0, 10_000, 1_000)),
                    Duration.ofMillis(receipts.intBetween("shutdown_deadline_millis", 10, 10_000, 200)));
        }
    }

    /// What of an event may be read in its receipt.
    ///
    /// @param parameterDisclosure `off`, `all`, `high`, or action types separated by commas: whose input is
    /// kept,
    ///     encrypted
    /// @param forensicPublicKey file of the key that it is encrypted for
    /// @param redactPatterns file of what else is blanked out in errors and prompts
    /// @param errorLengthMax characters of an error that are kept; 0 keeps all
    public record Privacy(
            String parameterDisclosure,
            Optional<Path> forensicPublicKey,
            Optional<Path> redactPatterns,
            int errorLengthMax) {

        private static final String KEY = "forensic_public_key";

        /// Whether inputs are to be disclosed, and nothing says to whom.
        public boolean lacksKey() {
            return forensicPublicKey.isEmpty()
                    && !(DisclosurePolicy.read(parameterDisclosure) instanceof DisclosurePolicy.Off);
        }

        static Privacy read(ConfigReader receipts) {
            return new Privacy(
                    receipts.text(
                            "parameter_disclosure",
                            "off, all, high or action types",
                            Receipts::isDisclosurePolicy,
                            "off"),
                    path(receipts, KEY),
                    path(receipts, "redact_patterns"),
                    receipts.intBetween("max_error_len", 0, MIB, 0));
        }
    }

    /// Who may emit (`specs/receipts.md` 7, 11). What is not known of a peer matches no rule that allows.
    ///
    /// @param allowUids with [#allowGids] empty too, everybody who can connect
    /// @param allowExecutables what they must run; empty for anything
    /// @param denyUids wins over everything that allows
    /// @param isService whether an emitter that runs as the relay's own user deserves a warning; no key says so
    public record Policy(
            Set<Long> allowUids,
            Set<Long> allowGids,
            Set<String> allowExecutables,
            Set<Long> denyUids,
            Set<Long> denyGids,
            Set<String> denyExecutables,
            boolean isService) {

        static Policy read(ConfigReader policy) {
            Policy read = new Policy(
                    policy.ids("allow_uids"),
                    policy.ids("allow_gids"),
                    policy.paths("allow_executables"),
                    policy.ids("deny_uids"),
                    policy.ids("deny_gids"),
                    policy.paths("deny_executables"),
                    false);
            for (String list : new String[] {
                "allow_uids", "allow_gids", "allow_executables", "deny_uids", "deny_gids", "deny_executables"
            }) {
                if (policy.isEmptyArray(list)) {
                    policy.problem(list, "names nobody; leave it out where it is not meant");
                }
            }
            policy.end(Unknown.REFUSED);
            return read;
        }

        Policy ofService() {
            return new Policy(allowUids, allowGids, allowExecutables, denyUids, denyGids, denyExecutables, true);
        }

        /// Whether `peer` may emit.
        public boolean admits(Peer peer) {
            if (denyUids.contains(peer.uid())
                    || denyGids.contains(peer.gid())
                    || denyExecutables.contains(peer.exe())) {
                return false;
            }
            boolean isListed = allowUids.isEmpty() && allowGids.isEmpty()
                    || allowUids.contains(peer.uid())
                    || allowGids.contains(peer.gid());
            return isListed && (allowExecutables.isEmpty() || allowExecutables.contains(peer.exe()));
        }
    }
}
