package dev.cairn.relay.cli;

import com.sun.security.auth.module.UnixSystem;
import dev.cairn.protocol.emitter.ReceiptsSocket;
import dev.cairn.protocol.file.UnixAttributes;
import dev.cairn.protocol.receipt.verify.ChainExpectations;
import dev.cairn.protocol.receipt.verify.ReceiptFault;
import dev.cairn.relay.config.Places;
import dev.cairn.relay.receipts.ReadersWay;
import dev.cairn.relay.receipts.read.ChainReport;
import dev.cairn.relay.receipts.read.ReceiptDatabase;
import dev.cairn.relay.receipts.read.StoreVerifier;
import dev.cairn.relay.receipts.read.StoredChain;
import dev.cairn.relay.receipts.read.StoredRow;
import dev.cairn.relay.receipts.read.UnreadableDatabaseException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is wrong or risky with receipts, and whether emitters get through (`specs/receipts.md` 8.8).
final class ReceiptsFindings {

    private static final int BEYOND_GROUP_READ = 0777 & ~0640;
    private static final int OPEN_TO_THE_WORLD = 0007;
    private static final int PERMISSIONS = 0777;
    private static final long SUPERUSER = 0;
    private static final int PEERS_SEEN = 100;

    private final Surroundings surroundings;
    private final ReceiptsOptions receipts;
    private final RelayFiles relay;
    private final @Nullable Duration roundTrip;
    private final List<Finding> findings = new ArrayList<>();
    private long owner = SUPERUSER;

    private ReceiptsFindings(
            Surroundings surroundings, ReceiptsOptions receipts, RelayFiles relay, @Nullable Duration roundTrip) {
        this.surroundings = surroundings;
        this.receipts = receipts;
        this.relay = relay;
        this.roundTrip = roundTrip;
    }

    /// None where there are no receipts and nobody named any.
    ///
    /// @param roundTrip how long to wait for a receipt of our own, null for making none
    static List<Finding> of(
            Surroundings surroundings, ReceiptsOptions receipts, RelayFiles relay, @Nullable Duration roundTrip)
            throws InterruptedException {
        ReceiptsFindings all = new ReceiptsFindings(surroundings, receipts, relay, roundTrip);
        Path db = receipts.db(surroundings);
        Obstacle obstacle = Obstacle.onTheWayTo(db);
        if (obstacle != null) {
            String problem = "not examined: " + obstacle.problem();
            all.findings.add(
                    receipts.isNamed(surroundings)
                            ? Finding.failed("receipts", problem, obstacle.remedyForReaders())
                            : Finding.warning("receipts", problem, obstacle.remedyForReaders()));
        } else if (Files.exists(db, LinkOption.NOFOLLOW_LINKS) || receipts.isNamed(surroundings)) {
            all.lookAtModes(db);
            all.lookAtReaders(db.toAbsolutePath().normalize());
            Path emitters = all.lookAtDialPath();
            all.lookAtReceipts(emitters);
        }
        return all.findings;
    }

    private void lookAtModes(Path db) {
        for (String suffix : List.of("", "-wal", "-shm")) {
            Path file = db.resolveSibling(db.getFileName() + suffix);
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) || suffix.isEmpty()) {
                lookAtMode(file, suffix);
            }
        }
    }

    private void lookAtMode(Path file, String suffix) {
        try {
            UnixAttributes found = UnixAttributes.of(file);
            String mode = String.format("%04o", found.mode() & PERMISSIONS);
            if (!found.isRegularFile()) {
                findings.add(Finding.failed("db permissions", file + " is no plain file", "find out who put it there"));
            } else if ((found.mode() & BEYOND_GROUP_READ) != 0) {
                findings.add(Finding.failed(
                        "db permissions", file + " is " + mode + ", wider than 0640", "chmod 0640 " + file));
            } else {
                findings.add(Finding.good("db permissions", file + " " + mode));
            }
            long self = new UnixSystem().getUid();
            if (suffix.isEmpty()) {
                owner = found.uid();
            }
            if (found.uid() == self && self != SUPERUSER && suffix.isEmpty()) {
                findings.add(Finding.warning(
                        "owner",
                        "the receipts belong to this user: an agent that runs as the same user could change them and use the key",
                        "run the relay as a service with a user of its own: "
                                + relay.commands().cairn() + " serve"));
            }
        } catch (IOException e) {
            findings.add(Finding.failed("db permissions", "cannot look at " + file + ": " + NamedFile.reason(e), ""));
        }
    }

    /// Whether those who are to read can get there.
    private void lookAtReaders(Path db) {
        Path directory = db.resolveSibling("");
        try {
            String group = Files.readAttributes(directory, PosixFileAttributes.class)
                    .group()
                    .getName();
            if (!group.equals(readGroup())) {
                return;
            }
            Optional<Path> obstacle = ReadersWay.obstacle(directory);
            findings.add(
                    obstacle.isEmpty()
                            ? Finding.good("readers", "members of " + group + " can read the receipts")
                            : Finding.warning(
                                    "readers",
                                    "members of " + group + " may read the receipts, but cannot pass " + obstacle.get(),
                                    wayThrough(group, obstacle.get())));
        } catch (IOException e) {
            findings.add(Finding.failed("readers", "cannot look at " + directory + ": " + NamedFile.reason(e), ""));
        } catch (CommandFailedException e) {
            findings.add(Finding.failed("readers", e.error(), e.remedy())); // The configuration, which names the group.
        }
    }

    /// What lets the readers pass, without taking anything from those who have a directory of others.
    private String wayThrough(String group, Path at) throws IOException {
        return relay.areKnown() && Files.isSameFile(at, relay.dataDir())
                ? "let them pass, but not read it: chgrp " + group + " " + at + " && chmod g+x " + at
                : "let its members pass it, or keep the receipts elsewhere (receipts.db)";
    }

    /// As the relay's configuration names it, else the usual one.
    private String readGroup() {
        Path config = relay.config();
        if (config == null || !relay.areKnown() || !Files.isReadable(config)) {
            return ReadersWay.USUAL_GROUP;
        }
        return ConfigCommand.read(config, Places.in(relay.dataDir()), _ -> false)
                .config()
                .receipts()
                .door()
                .readGroup()
                .orElse(ReadersWay.USUAL_GROUP);
    }

    /// Returns the socket that emitters find by themselves if somebody answers there.
    private @Nullable Path lookAtDialPath() {
        Path path = receipts.namesDirectory()
                ? null
                : ReceiptsSocket.usual(surroundings.environment(), System.getProperty("os.name", ""))
                        .orElse(null);
        if (path == null) {
            return null;
        }
        String remedy = "have emitters find the relay: export " + ReceiptsSocket.VARIABLE + "=" + relay.socket();
        try {
            int mode = UnixAttributes.ofTarget(path).mode();
            if ((mode & OPEN_TO_THE_WORLD) != 0) {
                findings.add(
                        Finding.failed("emitter dial path", path + " is open to everybody", "chmod o-rwx " + path));
                return path;
            }
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.connect(UnixDomainSocketAddress.of(path));
            }
            findings.add(Finding.good("emitter dial path", "emitters find " + path + " by themselves"));
            return path;
        } catch (IOException | IllegalArgumentException e) {
            String why = e instanceof IOException failure ? NamedFile.reason(failure) : String.valueOf(e.getMessage());
            findings.add(Finding.warning("emitter dial path", "emitters look for " + path + ": " + why, remedy));
            return null;
        }
    }

    private void lookAtReceipts(@Nullable Path emitters) throws InterruptedException {
        try (ReceiptDatabase database = receipts.open(surroundings)) {
            findings.add(Finding.good("receipts", Human.count(database.count(), "receipt") + " in the database"));
            if (roundTrip != null) {
                Path socket = emitters == null ? relay.socket() : emitters;
                findings.add(new RoundTrip(socket, database, roundTrip).finding());
            }
            lookAtPeers(database);
            ReceiptsKeys keys = ReceiptsKeys.read(receipts.publicKey(surroundings));
            String archived =
                    keys.archived().isEmpty() ? "" : ", " + keys.archived().size() + " archived";
            findings.add(Finding.good("public key", keys.fingerprint() + archived));
            lookAtHead(database, keys);
        } catch (UnreadableDatabaseException e) {
            findings.add(Finding.failed("receipts", String.valueOf(e.getMessage()), e.remedy()));
        } catch (CommandFailedException e) {
            findings.add(Finding.failed("receipts", e.error(), e.remedy()));
        }
    }

    /// Receipts say who emitted them: nobody should who runs as the user that keeps them. Who does both
    /// knows already.
    private void lookAtPeers(ReceiptDatabase database) throws UnreadableDatabaseException {
        if (owner == SUPERUSER || owner == new UnixSystem().getUid()) {
            return;
        }
        int seen = 0;
        int same = 0;
        for (StoredRow newest : database.newest(PEERS_SEEN)) {
            if (RoundTrip.ACTION_TYPE.equals(newest.columns().actionType())) {
                continue; // Ours.
            }
            seen++;
            StoredRow row = database.find(StoredChain.of(newest.chainId()), newest.sequence());
            same += row != null && peerUid(row.text()) == owner ? 1 : 0;
        }
        if (same > 0) {
            findings.add(Finding.warning(
                    "peer credentials",
                    Human.count(same) + " of the newest " + Human.count(seen, "receipt")
                            + (same == 1 ? " was" : " were") + " emitted as user " + owner
                            + ", whose the receipts are: who emits could change them and use the key",
                    "run the relay as a service with a user of its own: "
                            + relay.commands().cairn() + " serve"));
        }
    }

    private static long peerUid(byte @Nullable [] text) {
        try {
            JsonObject subject = text == null ? null : JsonObject.parse(text).object("credentialSubject");
            JsonObject action = subject == null ? null : subject.object("action");
            JsonObject peer = action == null ? null : action.object("peer_credential");
            return peer == null ? -1 : peer.number("uid", -1);
        } catch (IllegalArgumentException _) {
            return -1; // The checks of the chain tell of it.
        }
    }

    private void lookAtHead(ReceiptDatabase database, ReceiptsKeys keys)
            throws UnreadableDatabaseException, InterruptedException {
        StoredChain newest = database.newestRoot();
        if (newest == null) {
            findings.add(Finding.good("chain head", "no receipts yet"));
            return;
        }
        Progress progress = new Progress(surroundings, "receipts");
        try (StoreVerifier verifier = StoreVerifier.of(database, keys.published(), keys.archived())) {
            ChainReport report = verifier.verify(newest, ChainExpectations.NONE, done -> progress.at(done, -1));
            progress.end();
            String chain = "chain " + Human.visible(newest.text(), 120) + ": ";
            ReceiptFault first = report.verdict().firstFault();
            findings.add(
                    report.isValid()
                            ? Finding.good(
                                    "chain head",
                                    chain + Human.count(report.verdict().length(), "receipt")
                                            + ", every signature and link holds")
                            : Finding.failed(
                                    "chain head",
                                    chain
                                            + (first == null
                                                    ? String.join("; ", report.complaints())
                                                    : "broken at receipt " + first.index() + ": "
                                                            + Human.visible(first.cause(), 300)),
                                    relay.commands().of("receipts verify") + " tells more"));
        }
    }
}
