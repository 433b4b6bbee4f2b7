package dev.cairn.relay.cli;

import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.json.JsonText;
import dev.cairn.protocol.receipt.KeyRotation;
import dev.cairn.protocol.receipt.key.ForensicKeyFiles;
import dev.cairn.protocol.receipt.key.KeyPem;
import dev.cairn.protocol.receipt.key.SigningKeyFile;
import dev.cairn.protocol.receipt.key.SigningKeyFiles;
import dev.cairn.relay.config.Receipts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/// The keys that sign receipts (`specs/receipts.md` 8.7); a group of commands. What a private key holds is never
/// printed.
final class ReceiptsKeysCommand {

    private final Surroundings surroundings;
    private final RelayOptions relay = new RelayOptions();
    private @Nullable Path key;
    private @Nullable Path publicKey;
    private boolean forensic;
    private boolean json;

    private ReceiptsKeysCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    static CommandLine line(Surroundings surroundings) {
        CommandLine[] self = new CommandLine[1];
        self[0] = Shape.of("keys", () -> teach(self[0]))
                .header("Make, show and rotate the key that signs receipts.")
                .footer(
                        "Examples:",
                        "  cairn receipts keys pubkey             the public key, for whoever verifies",
                        "  cairn receipts keys rotate             sign with a new key from now on, whether a relay runs or not",
                        "Back up receipts/signing.key of the data directory: without it, its chains cannot be continued.")
                .line();
        self[0].addSubcommand("generate", generate(new ReceiptsKeysCommand(surroundings)));
        self[0].addSubcommand("pubkey", pubkey(new ReceiptsKeysCommand(surroundings)));
        self[0].addSubcommand("rotate", ReceiptsRotateCommand.line(surroundings));
        return self[0];
    }

    private static Integer teach(CommandLine keys) {
        keys.usage(keys.getOut());
        return ExitCode.GOOD;
    }

    private static CommandLine generate(ReceiptsKeysCommand command) {
        return command.line("generate", command::generate, "Make a key pair where there is none.")
                .description(
                        "A relay makes its own at its first start, so this is for keys that are made elsewhere.",
                        "Exit code: 0 made, 1 there is one already, 2 the directory is not safe to use.")
                .flag(
                        value -> command.forensic = value,
                        "Make the pair to which parameters are disclosed instead: forensic.key and forensic.key.pub. The "
                                + "relay needs the public one only; keep the other one elsewhere.",
                        "--forensic")
                .line();
    }

    private static CommandLine pubkey(ReceiptsKeysCommand command) {
        return command.line("pubkey", command::pubkey, "Print the public key of a private one, as PEM.")
                .description("Exit code: 0 printed, 2 there is no key, or it is not safe to use.")
                .line();
    }

    private Shape line(String name, Callable<Integer> action, String header) {
        Shape shape = Shape.of(name, action)
                .header(header)
                .path(
                        value -> key = value,
                        "FILE",
                        "The private key (default: AGENTRECEIPTS_KEY, else the relay's receipts/signing.key).",
                        "--key")
                .path(
                        value -> publicKey = value,
                        "FILE",
                        "The public key (default: AGENTRECEIPTS_PUBLIC_KEY, else beside the private one, with .pub).",
                        "--public-key")
                .flag(value -> json = value, "Print one line of JSON.", "--json");
        return relay.addTo(shape);
    }

    private Integer generate() {
        SigningKeyFiles files = files();
        try {
            if (forensic) {
                return generateForensic(files);
            }
            refuseOrphans();
            Ed25519KeyPair pair = files.generate(new SecureRandom());
            pair.erase();
            String fingerprint = KeyRotation.fingerprint(pair.publicKey());
            if (json) {
                print(JsonText.object()
                        .put("ok", true)
                        .put("key", files.key().toString())
                        .put("public_key", files.publicKey().toString())
                        .put("fingerprint", fingerprint));
            } else {
                surroundings.out().println(fingerprint + " is the new key.");
                tell(files.key(), files.publicKey(), "for whoever verifies");
            }
            return ExitCode.GOOD;
        } catch (FileAlreadyExistsException e) {
            throw CommandFailedException.failed(
                    "there is a key already: " + e.getFile(),
                    forensic
                            ? "It is not overwritten. For another pair name other files with --key, and its public half in "
                                    + "receipts.forensic_public_key."
                            : "It is not overwritten. To sign with a new one: "
                                    + CommandText.of(surroundings, null, null).of("receipts keys rotate"));
        } catch (IOException e) {
            throw refusal(files().key(), e);
        }
    }

    private Integer generateForensic(SigningKeyFiles files) throws IOException {
        Path secret = key == null ? files.key().resolveSibling("forensic.key") : key.toAbsolutePath();
        Path half =
                publicKey == null ? secret.resolveSibling(secret.getFileName() + ".pub") : publicKey.toAbsolutePath();
        ForensicKeyFiles.generate(secret, half, new SecureRandom());
        if (json) {
            print(JsonText.object()
                    .put("ok", true)
                    .put("key", secret.toString())
                    .put("public_key", half.toString()));
        } else {
            tell(secret, half, "for receipts.forensic_public_key");
            surroundings
                    .out()
                    .println("Name the public one in receipts.forensic_public_key, and take the private one away.");
        }
        return ExitCode.GOOD;
    }

    /// A new key could not continue the chains of an existing store.
    private void refuseOrphans() {
        Path db = usual().db(relay.locate(surroundings).dataDir());
        if (key == null && Files.exists(db) && !files().exist()) {
            throw CommandFailedException.failed(
                    "there are receipts in " + db + ", whose key is missing",
                    "Put it back from a backup: a new key could not continue their chains.");
        }
    }

    private Integer pubkey() {
        Path file = files().key();
        try {
            Ed25519KeyPair pair = SigningKeyFile.read(file);
            pair.erase();
            String pem = new String(KeyPem.encode(pair.publicKey()), StandardCharsets.US_ASCII);
            if (json) {
                print(JsonText.object()
                        .put("ok", true)
                        .put("public_key", pem)
                        .put("fingerprint", KeyRotation.fingerprint(pair.publicKey())));
            } else {
                surroundings.out().print(pem);
            }
            return ExitCode.GOOD;
        } catch (IOException e) {
            throw refusal(files().key(), e);
        }
    }

    private SigningKeyFiles files() {
        Path dataDir = relay.locate(surroundings).dataDir();
        Path file = (key == null ? usual().key(dataDir) : key).toAbsolutePath();
        if (publicKey != null) {
            return new SigningKeyFiles(file, publicKey.toAbsolutePath());
        }
        return key == null ? new SigningKeyFiles(file, usual().publicKey(dataDir)) : SigningKeyFiles.of(file);
    }

    /// What the environment says, which a named directory overrides.
    private Receipts.Files usual() {
        return new Receipts.Files(variable("DB"), variable("KEY"), variable("PUBLIC_KEY"), Optional.empty());
    }

    private Optional<Path> variable(String name) {
        String value = relay.namesDirectory() ? null : surroundings.variable("AGENTRECEIPTS_" + name);
        return Optional.ofNullable(value).map(text -> Path.of(text).toAbsolutePath());
    }

    private void tell(Path secret, Path half, String purpose) {
        surroundings.out().println("private: " + secret + " (0600; back it up)");
        surroundings.out().println("public:  " + half + " (0644; " + purpose + ")");
    }

    private void print(JsonText answer) {
        surroundings.out().println(answer);
    }

    /// Its message names the file and, on a line of its own, what to do; or it is the system's.
    private static CommandFailedException refusal(Path key, IOException failure) {
        String[] lines = String.valueOf(failure.getMessage()).split("\n", 2);
        return lines.length > 1
                ? CommandFailedException.usage(lines[0], lines[1])
                : CommandFailedException.usage(
                        "cannot use the key " + key + ": " + NamedFile.reason(failure),
                        "Name it with --key; a relay keeps its own in receipts/signing.key.");
    }
}
