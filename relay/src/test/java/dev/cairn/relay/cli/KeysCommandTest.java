package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.seal.Keyring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysCommandTest {

    @TempDir
    private Path dir;

    @Test
    void withoutKeysItSaysWhoMakesThem() {
        CommandRun list = keys("list");
        CommandRun show = keys("show");

        assertThat(list.exitCode()).isZero();
        assertThat(list.out()).contains("There are no keys in " + dir.resolve("keys/seal") + " yet");
        assertThat(dir.resolve("keys")).doesNotExist();
        assertThat(show.exitCode()).isEqualTo(1);
        assertThat(show.err()).contains("no key signs");
    }

    @Test
    void aRotationSaysWhatItDidAndOldKeysStay() throws IOException {
        CommandRun first = keys("rotate");
        CommandRun second = keys("rotate", "--json");

        JsonObject rotation = JsonObject.parse(second.out().strip());
        String before = rotation.text("before", "");
        String now = rotation.text("active", "");
        assertThat(first.exitCode()).isZero();
        assertThat(first.out()).startsWith(before + " signs from now on.").doesNotContain("stays");
        assertThat(keys("rotate").out())
                .contains(now + " stays, to verify what it has signed", "A relay that runs follows");
        assertThat(keys("list").out().lines()).hasSize(3);
        assertThat(Keyring.in(dir.resolve("keys/seal")).list())
                .filteredOn(Keyring.Entry::active)
                .hasSize(1);
    }

    @Test
    void theRingOfTheReceiptsIsNamed() throws IOException {
        CommandRun rotated = keys("rotate", "--ring", "receipts");
        CommandRun list = keys("list", "--ring", "receipts");

        assertThat(rotated.exitCode()).isZero();
        assertThat(Keyring.in(dir.resolve("keys/receipts-seal")).list()).hasSize(1);
        assertThat(dir.resolve("keys/seal")).doesNotExist();
        assertThat(list.out()).hasLineCount(1).contains("signs");
        assertThat(keys("list", "--ring", "other").exitCode()).isEqualTo(2);
    }

    @Test
    void aListNamesTheActiveKeyAndNeverWhatAKeyHolds() throws IOException {
        keys("rotate");
        String id = Keyring.in(dir.resolve("keys/seal")).list().getFirst().id();

        CommandRun list = keys("list");
        CommandRun json = keys("list", "--json");
        CommandRun show = keys("show", id);

        String raw = HexFormat.of().formatHex(Files.readAllBytes(dir.resolve("keys/seal/" + id + ".key")));
        assertThat(list.out()).isEqualTo(id + "  signs\n");
        assertThat(json.out()).contains("\"id\":\"" + id + "\",\"active\":true,\"may_sign\":true,\"reason\":null");
        assertThat(show.out()).contains(id + ".key").containsPattern("state +signs");
        assertThat(list.out() + json.out() + show.out()).doesNotContain(raw);
    }

    @Test
    void aKeyThatIsOpenToOthersIsListedWithTheReason() throws IOException {
        keys("rotate");
        Path key = dir.resolve("keys/seal/"
                + Keyring.in(dir.resolve("keys/seal")).list().getFirst().id() + ".key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

        CommandRun list = keys("list");
        CommandRun json = keys("list", "--json");
        CommandRun doctor = CommandRun.of("doctor", "--data", dir.toString());

        assertThat(list.exitCode()).isOne();
        assertThat(list.out()).contains("cannot be used: ", "chmod 600 " + key);
        assertThat(json.exitCode()).isOne();
        assertThat(json.out()).startsWith("{\"ok\":false,").contains("\"active\":true,\"may_sign\":false");
        assertThat(doctor.out()).containsPattern("\\[fail] keys ").contains("fix: Take that away: chmod 600 " + key);
    }

    @Test
    void aKeyThatSignsNoLongerMayBeUnusableWhereAnotherSigns() throws IOException {
        keys("rotate");
        Path before = dir.resolve("keys/seal/"
                + Keyring.in(dir.resolve("keys/seal")).list().getFirst().id() + ".key");
        keys("rotate");
        Files.setPosixFilePermissions(before, PosixFilePermissions.fromString("rw-r--r--"));

        CommandRun list = keys("list");
        CommandRun help = keys("list", "--help");

        assertThat(list.out()).contains("cannot be used: ", "  signs\n");
        assertThat(list.exitCode()).isZero();
        assertThat(help.out()).contains("Exit code: 0 ");
    }

    @Test
    void aRingThatIsOpenToOthersIsNotRotated() throws IOException {
        keys("rotate");
        Files.setPosixFilePermissions(dir.resolve("keys/seal"), PosixFilePermissions.fromString("rwxr-xr-x"));

        CommandRun rotate = keys("rotate", "--json");

        assertThat(rotate.exitCode()).isEqualTo(1);
        assertThat(rotate.err()).contains("is open to others than its owner", "chmod 700");
        assertThat(rotate.out()).startsWith("{\"ok\":false,\"error\":");
    }

    @Test
    void aDirectoryThatNoRelayHasIsNotMade() {
        CommandRun rotate =
                CommandRun.of("keys", "rotate", "--data", dir.resolve("none").toString());

        assertThat(rotate.exitCode()).isEqualTo(2);
        assertThat(dir.resolve("none")).doesNotExist();
    }

    @Test
    void aMistypedKeyringIsNotBegun() throws IOException {
        Path none = dir.resolve("keys/saal");

        CommandRun rotate = keys("rotate", "--keys", none.toString());
        Files.createDirectories(
                none, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        CommandRun made = keys("rotate", "--keys", none.toString());

        assertThat(rotate.exitCode()).isEqualTo(2);
        assertThat(rotate.err()).contains("there is no keyring directory " + none, "mkdir -m 700 " + none);
        assertThat(made.exitCode()).isZero();
        assertThat(Keyring.in(none).list()).hasSize(1);
    }

    private CommandRun keys(String action, String... more) {
        String[] args = new String[4 + more.length];
        args[0] = "keys";
        args[1] = action;
        args[2] = "--data";
        args[3] = dir.toString();
        System.arraycopy(more, 0, args, 4, more.length);
        return CommandRun.of(args);
    }
}
