package dev.cairn.relay.cli;

import dev.cairn.protocol.emitter.DivergenceMarker;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Looks at everything around one relay.
final class Examination {

    private static final long SCARCE_BYTES = 1L << 30;
    private static final long ALMOST_FULL_BYTES = 64L << 20;
    private static final Duration CLOCK_SLACK = Duration.ofSeconds(2);

    private final Surroundings surroundings;
    private final RelayFiles files;
    private final List<Finding> findings = new ArrayList<>();

    private @Nullable SealLook seals;
    private @Nullable ReceiptsLook receipts;

    Examination(Surroundings surroundings, RelayFiles files) {
        this.surroundings = surroundings;
        this.files = files;
    }

    List<Finding> findings() throws InterruptedException {
        lookAtJava();
        lookAtRelay();
        if (files.isWithoutHttp()) {
            findings.add(
                    Finding.warning("http", RelayFiles.HTTP_OFF, "start the relay without --http off to have them"));
        }
        files.sockets().forEach(this::lookAtSocket);
        if (files.areKnown()) {
            lookAtFiles();
        } else {
            findings.add(Finding.warning("data", files.unknown("files"), RelayFiles.NAME_DIRECTORY));
        }
        lookAtEmitters();
        return findings;
    }

    private void lookAtFiles() throws InterruptedException {
        lookAtDirectory();
        lookAtWay();
        if (Files.exists(files.log(), LinkOption.NOFOLLOW_LINKS)) {
            lookAtLog();
            findings.addAll(LogFindings.of(surroundings, files));
        }
        findings.addAll(SealFindings.of(files, seals, receipts));
        if (files.tokenFile() != null && Files.exists(files.tokenFile())) {
            lookAtToken(files.tokenFile());
        }
        lookAtDisk();
    }

    private void lookAtJava() {
        Runtime.Version version = Runtime.version();
        findings.add(
                version.feature() >= 25
                        ? Finding.good("java", version + " in " + System.getProperty("java.home"))
                        : Finding.failed("java", version + " is too old", "install a JDK 25 or newer"));
    }

    private void lookAtRelay() {
        try {
            StatusCommand.State state = StatusCommand.State.ask(files);
            String degraded = state.degraded();
            findings.add(
                    degraded == null
                            ? Finding.good("relay", "answers at " + files.socket())
                            : Finding.failed("relay", "degraded: " + degraded, "see its log"));
            lookAtBeat(state);
            seals = SealLook.of(state, Instant.now());
            receipts = state.receipts();
        } catch (CommandFailedException e) {
            findings.add(Finding.failed("relay", e.error(), e.remedy()));
        }
    }

    /// Who may connect may have records stored and, unless configured otherwise, data signed.
    private void lookAtSocket(Path socket) {
        try {
            PosixFileAttributes attributes = attributes(socket);
            String mode = PosixFilePermissions.toString(attributes.permissions());
            String text = socket + " " + mode + " " + attributes.owner().getName() + ":"
                    + attributes.group().getName();
            findings.add(
                    attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE)
                            ? Finding.warning(
                                    "socket",
                                    text + ": every user may connect",
                                    "give socket_group or socket_mode in the configuration")
                            : Finding.good("socket", text));
        } catch (IOException _) {
            // Whether somebody answers there is told already.
        }
    }

    private void lookAtBeat(StatusCommand.State state) {
        Duration age = state.beatAge();
        if (age != null && age.plus(CLOCK_SLACK).isNegative()) {
            String ahead = Human.duration(age.negated());
            findings.add(Finding.failed("clock", "the relay's last beat is " + ahead + " ahead", "set the clock"));
        } else if (state.isLate()) {
            String text = age == null ? "none yet" : "the last was " + Human.duration(age) + " ago";
            findings.add(Finding.failed("heartbeat", text, "see the relay's log; is its disk stuck?"));
        } else {
            findings.add(
                    Finding.good("heartbeat", age == null ? "the first is still due" : Human.duration(age) + " ago"));
        }
    }

    private void lookAtDirectory() {
        Path dir = files.dataDir();
        try {
            PosixFileAttributes attributes = attributes(dir);
            String mode = PosixFilePermissions.toString(attributes.permissions());
            if (isWritableByOthers(attributes)) {
                findings.add(
                        Finding.failed("data", dir + " is " + mode + ": others may write there", "chmod go-w " + dir));
            } else {
                findings.add(Finding.good(
                        "data", dir + " " + mode + " " + attributes.owner().getName()));
            }
        } catch (AccessDeniedException _) {
            // Told with the files in it.
        } catch (IOException _) {
            findings.add(Finding.warning(
                    "data",
                    "there is no " + dir,
                    "it appears when a relay has run: " + files.commands().of("up")));
        }
    }

    /// What is not examined is not taken for good.
    private void lookAtWay() {
        Obstacle obstacle = Obstacle.onTheWayTo(files.log());
        if (obstacle != null) {
            findings.add(Finding.warning("files", "not examined: " + obstacle.problem(), obstacle.remedy()));
        }
    }

    private void lookAtLog() {
        Path log = files.log();
        try {
            PosixFileAttributes attributes = attributes(log);
            String mode = PosixFilePermissions.toString(attributes.permissions());
            if (!attributes.isRegularFile()) {
                findings.add(Finding.failed("log", log + " is no plain file", "somebody put something in its place"));
            } else if (isWritableByOthers(attributes)) {
                findings.add(Finding.failed("log", log + " is " + mode + ": others may write", "chmod go-w " + log));
            } else {
                findings.add(Finding.good("log", log + " " + mode + " " + Human.bytes(attributes.size())));
            }
        } catch (IOException e) {
            findings.add(Finding.failed("log", "cannot look at " + log + ": " + NamedFile.reason(e), ""));
        }
    }

    private void lookAtToken(Path token) {
        try {
            Set<PosixFilePermission> mode = attributes(token).permissions();
            boolean shared =
                    mode.stream().anyMatch(permission -> !permission.name().startsWith("OWNER"));
            findings.add(
                    shared
                            ? Finding.failed("token", token + " can be read by others", "chmod 600 " + token)
                            : Finding.good("token", token + " is for its owner only"));
        } catch (IOException e) {
            findings.add(Finding.failed("token", "cannot look at " + token + ": " + NamedFile.reason(e), ""));
        }
    }

    private void lookAtDisk() {
        Path place = Files.exists(files.dataDir()) ? files.dataDir() : Path.of("/");
        try {
            FileStore store = Files.getFileStore(place);
            long free = store.getUsableSpace();
            String text = Human.bytes(free) + " free of " + Human.bytes(store.getTotalSpace());
            findings.add(
                    free < ALMOST_FULL_BYTES
                            ? Finding.failed("disk", text, "make room: a relay without disk refuses events")
                            : free < SCARCE_BYTES
                                    ? Finding.warning("disk", text, "make room: the log only grows")
                                    : Finding.good("disk", text));
        } catch (IOException e) {
            findings.add(Finding.warning("disk", "cannot tell: " + e.getMessage(), ""));
        }
    }

    /// Clients of the audit dialect count what they could not deliver, and nothing ever clears it.
    private void lookAtEmitters() {
        String home = surroundings.variable("HOME");
        Path marker = Path.of(home == null ? "/" : home, DivergenceMarker.IN_HOME);
        if (!Files.isRegularFile(marker)) {
            return;
        }
        try {
            JsonObject divergence = JsonObject.parse(Files.readAllBytes(marker));
            String text = Human.count(divergence.number("failure_count", 0), "event")
                    + " of this user not delivered, last at "
                    + Human.visible(divergence.text("last_failure_at", "?"), 40) + ": "
                    + Human.visible(divergence.text("last_error", "?"), 120);
            findings.add(Finding.warning(
                    "emitters",
                    text,
                    files.commands().of("verify --against USER_LOG") + " tells which; then delete " + marker));
        } catch (IOException | IllegalArgumentException _) {
            findings.add(Finding.warning("emitters", marker + " cannot be read", ""));
        }
    }

    private static PosixFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isWritableByOthers(PosixFileAttributes attributes) {
        return attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
                || attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE);
    }
}
