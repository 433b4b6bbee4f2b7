package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.cairn.protocol.file.OwnFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where a socket may be that the environment names (`specs/receipts.md` 1.1).
class SocketRootsTest {

    @TempDir
    private Path dir;

    private Path root;

    @BeforeEach
    void makeRoot() throws IOException {
        root = Files.createDirectory(dir.resolve("run"));
    }

    @Test
    void whatDoesNotExistYetBelowARootIsHeld() {
        assertThat(holds(root.resolve("agentreceipts/events.sock"))).isTrue();
        assertThat(holds(dir.resolve("elsewhere/events.sock"))).isFalse();
    }

    @Test
    void aLinkThatLeadsOutIsFollowed() throws IOException {
        Path out = Files.createDirectory(dir.resolve("out"));
        Path link = Files.createSymbolicLink(root.resolve("link"), out);

        assertThat(holds(link.resolve("events.sock"))).isFalse();
    }

    @Test
    void whatIsBelowAFileCannotBeToldAndIsNotHeld() throws IOException {
        Path file = Files.createFile(root.resolve("file"));

        assertThat(holds(file.resolve("events.sock"))).isFalse();
    }

    @Test
    void aLoopOfLinksIsNotHeld() throws IOException {
        Path loop = root.resolve("loop");
        Files.createSymbolicLink(loop, loop);

        assertThat(holds(loop.resolve("a/events.sock"))).isFalse();
    }

    @Test
    void aNameThatIsTooLongIsNotHeld() {
        assertThat(holds(root.resolve("n".repeat(300)).resolve("events.sock"))).isFalse();
    }

    @Test
    void aDirectoryThatMayNotBePassedIsNotHeld() throws IOException {
        assumeThat(System.getProperty("user.name")).as("root passes anything").isNotEqualTo("root");
        Path closed = Files.createDirectory(root.resolve("closed"), OwnFile.mode(0));
        try {
            assertThat(holds(closed.resolve("a/events.sock"))).isFalse();
        } finally {
            Files.setPosixFilePermissions(closed, OwnFile.mode(0700).value());
        }
    }

    private boolean holds(Path path) {
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
        Map<String, String> environment = Map.of("XDG_RUNTIME_DIR", root.toString());
        Surroundings surroundings = new Surroundings(
                InputStream.nullInputStream(), nowhere, nowhere, false, false, false, environment::get);
        return new SocketRoots(surroundings, false).objection(path) == null;
    }
}
