package dev.cairn.relay.config;

import dev.cairn.relay.config.ConfigReader.Unknown;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// A Transit engine of OpenBao or Vault, which signs receipts with a key that never leaves it. Key `transit`.
///
/// @param address of the server, without a path
/// @param namespace to work in; empty for the root
/// @param mount where the engine is mounted
/// @param key the key's name there; of type `ed25519`
/// @param tokenFile what to show there; read anew when it is refused, so that it may be renewed meanwhile
/// @param caFile certificates, in PEM, of who vouches for the server; empty for whom the Java platform trusts
/// @param timeout for one request
public record Transit(
        URI address,
        Optional<String> namespace,
        String mount,
        String key,
        Path tokenFile,
        Optional<Path> caFile,
        Duration timeout) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");
    private static final Pattern PATH = Pattern.compile(NAME + "(/" + NAME + "){0,15}/?");
    private static final Pattern HERE = Pattern.compile("localhost|127(\\.[0-9]+){3}|\\[::1]");

    /// Reads the section; empty when there is none.
    static Optional<Transit> read(ConfigReader receipts, String name) {
        if (!receipts.has(name)) {
            return Optional.empty();
        }
        ConfigReader transit = receipts.section(name);
        String address =
                transit.text("address", "an https URL without a path; http on this host only", Transit::isAddress, "");
        String namespace = transit.text("namespace", "a path of names", text -> matches(PATH, text), "");
        String ca = transit.text("ca_file", "an absolute path", RelayConfig::isAbsolutePath, "");
        Transit read = new Transit(
                URI.create(address),
                namespace.isEmpty() ? Optional.empty() : Optional.of(namespace),
                transit.text("mount", "a path of names", text -> matches(PATH, text), "transit"),
                transit.text("key", "a name of letters, digits, dots, dashes", text -> matches(NAME, text), ""),
                Path.of(transit.text("token_file", "an absolute path", RelayConfig::isAbsolutePath, "")),
                ca.isEmpty() ? Optional.empty() : Optional.of(Path.of(ca)),
                transit.secondsBetween("timeout_seconds", 1, 300, 5));
        for (String key : new String[] {"address", "key", "token_file"}) {
            if (!transit.has(key)) {
                transit.problem(key, "missing");
            }
        }
        transit.end(Unknown.REFUSED);
        return Optional.of(read);
    }

    /// Whether a token may be sent there: to another host only where nobody in between can read it.
    static boolean isAddress(String text) {
        try {
            URI address = URI.create(text);
            boolean isBare = address.getHost() != null
                    && address.getUserInfo() == null
                    && address.getQuery() == null
                    && address.getFragment() == null
                    && (address.getPath().isEmpty() || address.getPath().equals("/"));
            return isBare
                    && ("https".equalsIgnoreCase(address.getScheme())
                            || "http".equalsIgnoreCase(address.getScheme())
                                    && matches(HERE, address.getHost().toLowerCase(Locale.ROOT)));
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static boolean matches(Pattern pattern, String text) {
        return pattern.matcher(text).matches();
    }
}
