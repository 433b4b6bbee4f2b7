package dev.cairn.relay.cli;

import dev.cairn.protocol.emitter.ReceiptsSocket;
import dev.cairn.relay.config.Receipts;
import dev.cairn.relay.config.Receipts.Door;
import dev.cairn.relay.config.Receipts.Door.Need;
import dev.cairn.relay.config.Receipts.Files;
import dev.cairn.relay.config.Receipts.Identity;
import dev.cairn.relay.config.Receipts.Privacy;
import dev.cairn.relay.config.RelayConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What the environment says about receipts to a daemon of that dialect (`specs/receipts.md` 8.1); it wins over
/// the configuration. Tells also where emitters look for the socket by themselves (1.1).
final class EmitterEnvironment {

    private static final String PREFIX = "AGENTRECEIPTS_";
    private static final Set<String> YES = Set.of("1", "t", "T", "TRUE", "true", "True");
    private static final Set<String> NO = Set.of("0", "f", "F", "FALSE", "false", "False");

    private final Surroundings surroundings;
    private final boolean isMac;

    EmitterEnvironment(Surroundings surroundings) {
        this(
                surroundings,
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac"));
    }

    EmitterEnvironment(Surroundings surroundings, boolean isMac) {
        this.surroundings = surroundings;
        this.isMac = isMac;
    }

    /// The configuration with what the environment says.
    ///
    /// @throws CommandFailedException for a value that cannot be used
    RelayConfig apply(RelayConfig config) {
        Receipts receipts = config.receipts();
        if (!receipts.enabled()) {
            return config;
        }
        return config.withReceipts(receipts.with(files(receipts.files()))
                .with(identity(receipts.identity()))
                .with(privacy(receipts.privacy()))
                .with(door(receipts.door(), config.ingress().sockets())));
    }

    /// Whether a configuration and the environment together disclose inputs, but name no key for that.
    boolean lacksKey(Privacy given) {
        return privacy(given).lacksKey();
    }

    private Files files(Files given) {
        return new Files(
                path("DB").or(given::db),
                path("KEY").or(given::key),
                path("PUBLIC_KEY").or(given::publicKey),
                path("ANCHOR_LOG").or(given::anchorLog));
    }

    private Identity identity(Identity given) {
        return new Identity(
                id("CHAIN_ID", Receipts::isChainId).or(given::chainId),
                id("ISSUER_ID", Receipts::isId).orElse(given.issuerId()),
                id("VERIFICATION_METHOD", Receipts::isId).orElse(given.verificationMethod()));
    }

    private Privacy privacy(Privacy given) {
        return new Privacy(
                disclosure().orElse(given.parameterDisclosure()),
                path("FORENSIC_PUBLIC_KEY").or(given::forensicPublicKey),
                path("REDACT_PATTERNS").or(given::redactPatterns),
                given.errorLengthMax());
    }

    /// @param own the sockets of Cairn's own, which are opened anyway
    private Door door(Door given, List<Path> own) {
        Door door = given.allowingUnsafeSocket(unsafeSocket().orElse(given.allowsUnsafeSocket()));
        Optional<String> named = text("SOCKET");
        if (named.isPresent()) {
            return named(door, named.get(), own);
        }
        String usual = wantsUsual(door) ? usualSocket() : null;
        return usual != null && obstacle(usual) == null ? door.with(Path.of(usual), Need.WELCOME) : door;
    }

    /// What somebody should hear of the environment who starts a relay with this configuration: that emitters
    /// look where no socket is opened.
    List<String> warnings(RelayConfig config) {
        Door door = config.receipts().door();
        boolean isAsked = config.receipts().enabled()
                && wantsUsual(door)
                && text("SOCKET").isEmpty();
        String usual = isAsked ? usualSocket() : null;
        String obstacle = usual == null ? null : obstacle(usual);
        return obstacle == null
                ? List.of()
                : List.of("emitters look by themselves for " + usual + ", where no socket is opened: " + obstacle
                        + "; export " + ReceiptsSocket.VARIABLE
                        + " with an absolute path to them and to the relay, or correct the environment");
    }

    private static boolean wantsUsual(Door door) {
        return door.wellKnownSocket() && door.socket().isEmpty();
    }

    /// Why the socket where emitters look is not opened; null when it is.
    private @Nullable String obstacle(String usual) {
        if (!usual.startsWith("/")) {
            return "the path is relative" + (isMac ? "" : ", as XDG_RUNTIME_DIR is")
                    + ", so it leads elsewhere for each emitter";
        }
        if (!RelayConfig.Ingress.isSocketPath(usual)) {
            return "it is longer than " + RelayConfig.Ingress.SOCKET_PATH_MAX + " bytes";
        }
        return new SocketRoots(surroundings, isMac).objection(Path.of(usual));
    }

    private Door named(Door door, String text, List<Path> own) {
        if (SocketRoots.looksLikeTcp(text)) {
            throw wrong("SOCKET", "is no path of a Unix socket: " + text);
        }
        Path path = Path.of(text).toAbsolutePath();
        if (own.stream().anyMatch(socket -> socket.normalize().equals(path.normalize()))) {
            return door.withoutSocket();
        }
        if (!RelayConfig.Ingress.isSocketPath(path.toString())) {
            throw wrong("SOCKET", "is too long for a socket: " + text);
        }
        String objection = new SocketRoots(surroundings, isMac).objection(path);
        if (objection == null) {
            return door.with(path, Need.REQUIRED);
        }
        if (!door.allowsUnsafeSocket()) {
            throw CommandFailedException.failed(
                    PREFIX + "SOCKET names " + path + ": " + objection,
                    "Unset it, choose a path below one of them, or accept it with " + PREFIX
                            + "UNSAFE_SOCKET_PATH=true");
        }
        return door.with(path, Need.REQUIRED_UNSAFE);
    }

    /// Where emitters that were told nothing look.
    private @Nullable String usualSocket() {
        return ReceiptsSocket.usual(
                        name -> name.equals(ReceiptsSocket.VARIABLE) ? null : surroundings.variable(name),
                        isMac ? "mac" : "linux")
                .map(Path::toString)
                .orElse(null);
    }

    private Optional<Boolean> unsafeSocket() {
        Optional<String> text = text("UNSAFE_SOCKET_PATH");
        text.filter(value -> !YES.contains(value) && !NO.contains(value)).ifPresent(value -> {
            throw wrong("UNSAFE_SOCKET_PATH", "is neither true nor false: " + value);
        });
        return text.map(YES::contains);
    }

    private Optional<String> disclosure() {
        Optional<String> text = text("PARAMETER_DISCLOSURE");
        text.filter(value -> !Receipts.isDisclosurePolicy(value)).ifPresent(value -> {
            throw wrong("PARAMETER_DISCLOSURE", "is none of off, all, high or action types: " + value);
        });
        return text;
    }

    private Optional<String> id(String name, Predicate<String> isGood) {
        Optional<String> text = text(name);
        text.filter(isGood.negate()).ifPresent(value -> {
            throw wrong(name, "cannot be an id in a receipt");
        });
        return text;
    }

    private Optional<Path> path(String name) {
        return text(name).map(value -> Path.of(value).toAbsolutePath());
    }

    private Optional<String> text(String name) {
        return Optional.ofNullable(surroundings.variable(PREFIX + name));
    }

    private static CommandFailedException wrong(String name, String problem) {
        return CommandFailedException.usage(PREFIX + name + " " + problem, "Correct it, or unset it.");
    }
}
