package dev.cairn.relay.config;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.file.SecretFile;
import dev.cairn.protocol.witness.WitnessIdentity;
import dev.cairn.protocol.witness.WitnessUrl;
import dev.cairn.relay.config.ConfigReader.Unknown;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Who confirms seals (`specs/audit-relay.md` 6.1). Key `witness`.
///
/// @param quorum how many distinct witnesses must confirm a seal
public record Witness(boolean enabled, List<Endpoint> endpoints, int quorum, Patience patience) {

    /// Most endpoints.
    private static final int ENDPOINTS_MAX = 100;

    static Witness read(ConfigReader witness) {
        Witness read = new Witness(
                witness.flag("enabled", false),
                witness.sections("endpoints").stream().map(Endpoint::read).toList(),
                witness.clampedInt("quorum", 1, 100, 1),
                Patience.read(witness));
        long distinct = read.distinct();
        if (read.enabled && read.quorum > distinct) {
            witness.problem(
                    "endpoints",
                    "expected at least " + read.quorum + ", as many as witness.quorum, got "
                            + (distinct == 0 ? "none" : distinct)
                            + (distinct < read.endpoints.size()
                                    ? " (one of the same name, URL or key counts once)"
                                    : ""));
        }
        if (read.endpoints.size() > ENDPOINTS_MAX) {
            witness.problem("endpoints", "more than " + ENDPOINTS_MAX);
        }
        witness.end(Unknown.WARNED);
        return read;
    }

    /// How many witnesses the endpoints are; those that are refused for their URL or key count too.
    public int distinct() {
        List<WitnessIdentity> known = endpoints.stream()
                .flatMap(endpoint -> endpoint.identity().stream())
                .toList();
        return endpoints.size() - known.size() + WitnessIdentity.countDistinct(known);
    }

    /// How long witnesses are waited for.
    ///
    /// @param overdueAfter how long there may be no seal with its quorum before that is told
    /// @param tryTimeout for one request and its answer
    /// @param retryMax the longest pause between two rounds of requests
    /// @param circuitMax how long a witness that keeps failing is left alone at most, where the quorum does
    /// without it
    public record Patience(Duration overdueAfter, Duration tryTimeout, Duration retryMax, Duration circuitMax) {

        static Patience read(ConfigReader witness) {
            return new Patience(
                    witness.secondsBetween("overdue_seconds", 1, 86_400, 300),
                    witness.secondsBetween("try_timeout_seconds", 1, 300, 10),
                    witness.secondsBetween("retry_max_seconds", 1, 3_600, 60),
                    witness.secondsBetween("circuit_max_seconds", 60, 86_400, 900));
        }
    }

    /// What an endpoint must give to count towards the quorum.
    public enum Require {
        /// Any answer of success that names no other seal.
        STATUS,
        /// An anchor's id.
        ANCHOR,
        /// A signature by the pinned key.
        SIGNATURE
    }

    /// One address that takes seals.
    ///
    /// @param authToken what to show there, from the configuration or from a file that it names; empty when
    /// none;
    ///     never printed
    /// @param publicKey pinned key that a signature must be by; empty when none
    public record Endpoint(String name, String url, String authToken, Require require, String publicKey) {

        private static final Pattern KEY = Pattern.compile("u[A-Za-z0-9_-]{43}");
        private static final int TOKEN_FILE_MAX = 4 * 1024;
        private static final Pattern HERE = Pattern.compile("localhost|127(\\.[0-9]+){3}|\\[::1]");

        static Endpoint read(ConfigReader endpoint) {
            Endpoint read = new Endpoint(
                    endpoint.text("name", "text of 1 to 200 characters", Endpoint::isName, ""),
                    endpoint.text("url", "an http or https URL", Endpoint::isUrl, ""),
                    readToken(endpoint),
                    endpoint.oneOf("require", Require.STATUS),
                    endpoint.text("public_key", "an Ed25519 key: u and 43 characters", Endpoint::isKey, ""));
            for (String key : new String[] {"name", "url"}) {
                if (!endpoint.has(key)) {
                    endpoint.problem(key, "missing");
                }
            }
            if (read.require == Require.SIGNATURE && !endpoint.has("public_key")) {
                endpoint.problem("public_key", "missing, though require is signature");
            }
            if (!read.authToken.isEmpty() && read.isInClear()) {
                endpoint.warning("url", "the token goes to another host in clear; use https");
            }
            endpoint.end(Unknown.WARNED);
            return read;
        }

        private static String readToken(ConfigReader endpoint) {
            String token = endpoint.text("auth_token", "printable text without blanks", Endpoint::isToken, "");
            String file = endpoint.text("auth_token_file", "an absolute path", RelayConfig::isAbsolutePath, "");
            if (endpoint.has("auth_token") && endpoint.has("auth_token_file")) {
                endpoint.problem("auth_token_file", "given beside auth_token, of which one is enough");
            } else if (!file.isEmpty()) {
                token = readTokenFile(endpoint, Path.of(file));
            }
            return token;
        }

        private static String readTokenFile(ConfigReader endpoint, Path file) {
            String problem;
            try {
                String token = new String(SecretFile.read(file, TOKEN_FILE_MAX), StandardCharsets.ISO_8859_1).strip();
                if (isToken(token)) {
                    return token;
                }
                problem = "it holds no printable text without blanks";
            } catch (NoSuchFileException _) {
                problem = "it does not exist";
            } catch (AccessDeniedException _) {
                problem = "this user may not read it";
            } catch (FileSystemException e) {
                problem = String.valueOf(e.getReason());
            } catch (IOException e) {
                problem = "it cannot be read: " + e.getMessage();
            }
            endpoint.problem("auth_token_file", file + ": " + problem);
            return "";
        }

        private Optional<WitnessIdentity> identity() {
            if (!isUrl(url) || !(publicKey.isEmpty() || isKey(publicKey))) {
                return Optional.empty();
            }
            Ed25519PublicKey key = publicKey.isEmpty() ? null : Ed25519PublicKey.read(publicKey);
            return Optional.of(new WitnessIdentity(name, WitnessUrl.of(URI.create(url)), key));
        }

        private boolean isInClear() {
            URI uri = parsed(url);
            return uri != null
                    && "http".equalsIgnoreCase(uri.getScheme())
                    && uri.getHost() != null
                    && !HERE.matcher(uri.getHost().toLowerCase(Locale.ROOT)).matches();
        }

        private static boolean isName(String text) {
            return !text.isBlank() && text.length() <= 200;
        }

        private static boolean isKey(String text) {
            try {
                return KEY.matcher(text).matches() && Ed25519PublicKey.read(text) != null;
            } catch (IllegalArgumentException _) {
                return false;
            }
        }

        private static boolean isToken(String text) {
            return !text.isEmpty() && text.chars().allMatch(unit -> unit > 0x20 && unit < 0x7F);
        }

        private static boolean isUrl(String text) {
            URI url = parsed(text);
            return url != null
                    && url.getHost() != null
                    && ("http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme()));
        }

        private static @Nullable URI parsed(String text) {
            try {
                return URI.create(text);
            } catch (IllegalArgumentException _) {
                return null;
            }
        }

        @Override
        public String toString() {
            return "Endpoint[name=" + name + "]";
        }
    }
}
