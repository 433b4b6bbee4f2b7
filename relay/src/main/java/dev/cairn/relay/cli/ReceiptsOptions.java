package dev.cairn.relay.cli;

import dev.cairn.relay.config.Receipts;
import dev.cairn.relay.receipts.read.ReceiptDatabase;
import dev.cairn.relay.receipts.read.UnreadableDatabaseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which receipts a command reads, and which key it believes (`specs/receipts.md` 8.1).
final class ReceiptsOptions {

    private static final String DB = "AGENTRECEIPTS_DB";
    private static final String KEY = "AGENTRECEIPTS_KEY";
    static final String CHAIN_ID = "AGENTRECEIPTS_CHAIN_ID";
    private static final String PUBLIC_KEY = "AGENTRECEIPTS_PUBLIC_KEY";

    private static final Receipts.Files NOTHING_SAID =
            new Receipts.Files(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private final RelayOptions relay;
    private @Nullable Path db;
    private @Nullable Path publicKey;

    ReceiptsOptions() {
        this(new RelayOptions());
    }

    /// @param relay whose receipts are read unless others are named
    ReceiptsOptions(RelayOptions relay) {
        this.relay = relay;
    }

    /// Adds `--db`, and what names the relay whose receipts are read.
    Shape addTo(Shape shape) {
        return relay.addTo(shape.path(
                value -> db = value,
                "FILE",
                "The database (default: AGENTRECEIPTS_DB, else the relay's receipts/receipts.db).",
                "--db"));
    }

    /// Adds `--public-key` too.
    Shape addWithKeyTo(Shape shape) {
        return addTo(shape)
                .path(
                        value -> publicKey = value,
                        "FILE",
                        "The signer's public key, with the archived ones beside it (default: AGENTRECEIPTS_PUBLIC_KEY, else "
                                + "the relay's; with --db the signing.key.pub beside the database, if there is one).",
                        "--public-key");
    }

    /// Whether a directory was named, which then counts and not the environment.
    boolean namesDirectory() {
        return relay.namesDirectory();
    }

    /// Whether somebody said which receipts are meant.
    boolean isNamed(Surroundings surroundings) {
        return db != null || variable(surroundings, DB).isPresent();
    }

    /// The chain that the environment names; null if it names none, or a directory was named.
    @Nullable
    String chainId(Surroundings surroundings) {
        return relay.namesDirectory() ? null : surroundings.variable(CHAIN_ID);
    }

    RelayFiles relay(Surroundings surroundings) {
        return relay.locate(surroundings);
    }

    Path db(Surroundings surroundings) {
        if (db != null) {
            return db;
        }
        RelayFiles relay = relay(surroundings);
        return variable(surroundings, DB)
                .or(() -> Optional.ofNullable(relay.receipts()))
                .orElseGet(() -> NOTHING_SAID.db(relay.dataDir()));
    }

    Path publicKey(Surroundings surroundings) {
        if (publicKey != null) {
            return publicKey;
        }
        Optional<Path> said = variable(surroundings, PUBLIC_KEY)
                .or(() -> variable(surroundings, KEY).map(key -> key.resolveSibling(key.getFileName() + ".pub")));
        Path beside = db == null ? null : db.toAbsolutePath().resolveSibling("signing.key.pub");
        if (said.isEmpty() && beside != null && Files.exists(beside)) {
            return beside;
        }
        RelayFiles relay = relay(surroundings);
        return said.or(() -> Optional.ofNullable(relay.receiptsKey()))
                .orElseGet(() -> NOTHING_SAID.publicKey(relay.dataDir()));
    }

    /// How to type another command about the same receipts.
    String command(Surroundings surroundings, String words) {
        String named = db == null ? "" : " --db " + CommandText.quoted(db.toString());
        return relay(surroundings).commands().of(words + named);
    }

    /// @throws CommandFailedException if it cannot be read
    ReceiptDatabase open(Surroundings surroundings) {
        Path file = db(surroundings);
        Obstacle obstacle = Obstacle.toReading(file);
        if (obstacle != null) {
            throw CommandFailedException.usage(obstacle.problem(), obstacle.remedyForReaders());
        }
        if (db == null && !Files.exists(file)) {
            throw CommandFailedException.usage(
                    "there are no receipts " + file,
                    "Name a database with --db, or start a relay, which makes it: "
                            + relay(surroundings).commands().of("up"));
        }
        try {
            return ReceiptDatabase.open(file);
        } catch (UnreadableDatabaseException e) {
            throw refusal(e);
        }
    }

    /// The key that is believed.
    ///
    /// @throws CommandFailedException if it cannot be read; or the database, which is what the command is about
    ReceiptsKeys keys(Surroundings surroundings) {
        try (ReceiptDatabase _ = open(surroundings)) {
            return ReceiptsKeys.read(publicKey(surroundings));
        }
    }

    static CommandFailedException refusal(UnreadableDatabaseException failure) {
        return CommandFailedException.usage(
                Human.visible(String.valueOf(failure.getMessage()), 2_000), failure.remedy());
    }

    /// What the environment says, which a named directory overrides.
    private Optional<Path> variable(Surroundings surroundings, String name) {
        return relay.namesDirectory()
                ? Optional.empty()
                : Optional.ofNullable(surroundings.variable(name)).map(Path::of);
    }
}
