package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiptsFindingsTest {

    private static final String NO_PEER = "";

    @TempDir
    private Path dir;

    private ReceiptsFixture store;
    private int next = 4;

    @BeforeEach
    void makeStore() throws IOException, SQLException {
        store = ReceiptsFixture.in(Files.createDirectory(dir.resolve("receipts")))
                .chain("2026-06-15", 3);
        Files.setPosixFilePermissions(store.db(), PosixFilePermissions.fromString("rw-r-----"));
    }

    @Test
    void aRoundTripShowsThatEmittersGetThrough() throws Exception {
        String self = peer(ProcessHandle.current().pid(), new UnixSystem().getUid());

        try (FrameSink _ = FrameSink.at(dir.resolve("relay.sock"), frame -> store(frame, self))) {
            CommandRun run = doctor();

            assertThat(run.out())
                    .containsPattern("\\[ok  ] receipts +3 receipts in the database\n")
                    .containsPattern(
                            "\\[warn] round-trip +emitted, signed and stored in [0-9]+ ms, pid and uid right, executable")
                    .containsPattern("\\[ok  ] public key +sha256:[0-9a-f]{64}\n")
                    .containsPattern(
                            "\\[ok  ] chain head +chain 2026-06-15: 4 receipts, every signature and link holds\n");
        }
    }

    @Test
    void aReceiptThatNobodyOrAnotherProcessAttestsIsFound() throws Exception {
        long uid = new UnixSystem().getUid();
        String stranger = peer(1, uid);

        try (FrameSink _ = FrameSink.at(dir.resolve("relay.sock"), frame -> store(frame, stranger))) {
            assertThat(doctor().out())
                    .containsPattern("\\[fail] round-trip .*attested as pid 1, uid " + uid + " instead of pid ");
        }
        Files.delete(dir.resolve("relay.sock"));
        try (FrameSink _ = FrameSink.at(dir.resolve("relay.sock"), frame -> store(frame, NO_PEER))) {
            assertThat(doctor().out()).containsPattern("\\[fail] round-trip .*does not say who emitted it");
        }
    }

    @Test
    void aFrameThatIsLostIsFound() throws Exception {
        try (FrameSink _ = FrameSink.at(dir.resolve("relay.sock"), _ -> {})) {
            CommandRun run = CommandRun.of("doctor", "--data", dir.toString(), "--roundtrip-timeout", "100ms");

            assertThat(run.exitCode()).isOne();
            assertThat(run.out()).containsPattern("\\[fail] round-trip .* was not in the database within 100 ms");
        }
    }

    @Test
    void withoutARoundTripNothingIsEmitted() {
        CommandRun run = CommandRun.of("doctor", "--data", dir.toString(), "--no-roundtrip");

        assertThat(run.out()).doesNotContain("round-trip").contains("chain 2026-06-15: 3 receipts");
    }

    @Test
    void aBrokenChainAndAWideModeAreFailures() throws Exception {
        store.execute(
                "UPDATE receipts SET receipt_json = replace(receipt_json, 'alice', 'mallory') WHERE sequence = 2");
        Files.setPosixFilePermissions(store.db(), PosixFilePermissions.fromString("rw-r--r--"));

        CommandRun run = CommandRun.of("doctor", "--data", dir.toString(), "--no-roundtrip");

        assertThat(run.exitCode()).isOne();
        assertThat(run.out())
                .containsPattern("\\[fail] db permissions +" + store.db()
                        + " is 0644, wider than 0640\n +fix: chmod 0640 " + store.db())
                .containsPattern("\\[fail] chain head +chain 2026-06-15: broken at receipt 1: the signature is not by");
    }

    @Test
    void anEmitterThatRunsAsTheUserWhoKeepsTheReceiptsIsFound() throws Exception {
        long self = new UnixSystem().getUid();
        assumeThat(self).as("may give files away").isZero();
        int owner = 54_321; // The superuser could touch everything anyway.
        Files.setAttribute(store.db(), "unix:uid", owner);
        CommandRun before = CommandRun.of("doctor", "--data", dir.toString(), "--no-roundtrip");

        store.from(peer(7, owner)).add("2026-06-15", next++, "");
        CommandRun after = CommandRun.of("doctor", "--data", dir.toString(), "--no-roundtrip");

        assertThat(before.out()).doesNotContain("peer credentials");
        assertThat(after.out())
                .contains("[warn] peer credentials  1 of the newest 4 receipts was emitted as user " + owner + ", ")
                .doesNotContain("] owner ");
    }

    @Test
    void whoKeepsTheReceiptsThemselvesIsToldOnce() throws Exception {
        long self = new UnixSystem().getUid();
        assumeThat(self).as("could touch everything anyway").isNotZero();
        store.from(peer(7, self)).add("2026-06-15", next++, "");

        CommandRun run = CommandRun.of("doctor", "--data", dir.toString(), "--no-roundtrip");

        assertThat(run.out()).contains("[warn] owner ").doesNotContain("peer credentials");
    }

    @Test
    void archivesOfRotatedKeysAreKnown() throws Exception {
        store.rotate("2026-06-15", 4, ReceiptsFixture.key(2));
        store.publish(ReceiptsFixture.key(2));
        store.archive(ReceiptsFixture.key(1));

        CommandRun run = CommandRun.of("doctor", "--data", dir.toString(), "--no-roundtrip");

        assertThat(run.out()).contains(", 1 archived", "chain 2026-06-15: 4 receipts, every signature and link holds");
    }

    @Test
    void whereThereAreNoReceiptsNothingIsSaid() throws IOException {
        Path none = Files.createDirectory(dir.resolve("none"));

        assertThat(CommandRun.of("doctor", "--data", none.toString()).out()).doesNotContain("receipts", "round-trip");
    }

    @Test
    void emittersLookWhereTheDialectSays() throws IOException {
        Path home = Files.createDirectory(dir.resolve("home"));
        Path usual = Files.createDirectories(home.resolve(".local/share/cairn"));
        Files.move(dir.resolve("receipts"), usual.resolve("receipts"));

        CommandRun run = CommandRun.atHome(home, "doctor", "--no-roundtrip");

        assertThat(run.out()).containsPattern("emitter dial path +emitters").contains("/agentreceipts/events.sock");
    }

    @Test
    void aSocketThatEverybodyMayUseIsAFailureAndOneThatIsNotThereAWarning() throws IOException {
        Path home = Files.createDirectory(dir.resolve("home"));
        Path usual = Files.createDirectories(home.resolve(".local/share/cairn"));
        Files.move(dir.resolve("receipts"), usual.resolve("receipts"));
        Path socket = Files.createDirectories(dir.resolve("run/agentreceipts")).resolve("events.sock");
        Map<String, String> user = Map.of(
                "HOME", home.toString(), "XDG_RUNTIME_DIR", dir.resolve("run").toString());

        CommandRun absent = CommandRun.within(user, "", "doctor", "--no-roundtrip");
        CommandRun closed;
        CommandRun open;
        try (FrameSink _ = FrameSink.at(socket, _ -> {})) {
            closed = CommandRun.within(user, "", "doctor", "--no-roundtrip");
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
            open = CommandRun.within(user, "", "doctor", "--no-roundtrip");
        }

        assertThat(absent.out())
                .containsPattern("\\[warn] emitter dial path  emitters look for " + socket + ": .*\n +fix: .*export ");
        assertThat(closed.out()).contains("[ok  ] emitter dial path  emitters find " + socket + " by themselves");
        assertThat(open.out())
                .contains("[fail] emitter dial path  " + socket + " is open to everybody\n       fix: chmod o-rwx "
                        + socket + "\n");
        assertThat(open.exitCode()).isOne();
    }

    private CommandRun doctor() {
        return CommandRun.of("doctor", "--data", dir.toString());
    }

    private void store(JsonObject frame, String peer) throws SQLException {
        assertThat(frame.text("v")).isEqualTo("1");
        assertThat(frame.text("channel")).isEqualTo("doctor");
        store.from(peer).doctored(frame.text("session_id", "")).add("2026-06-15", next++, "");
    }

    private static String peer(long pid, long uid) {
        return "{\"gid\":1000,\"pid\":" + pid + ",\"platform\":\"linux\",\"uid\":" + uid + "}";
    }
}
