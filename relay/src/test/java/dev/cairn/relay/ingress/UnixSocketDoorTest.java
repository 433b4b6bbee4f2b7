package dev.cairn.relay.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.cairn.relay.ingress.UnixSocketDoor.Speech;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnixSocketDoorTest {

    @TempDir
    Path dir;

    private Path path;
    private ServerSocketChannel listener;

    @BeforeEach
    void chooseAPath() throws IOException {
        path = dir.resolve("relay.sock");
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    }

    @AfterEach
    void stopListening() throws IOException {
        listener.close();
    }

    @Test
    void leavesThePathAloneUntilItOpensAndGivesItExactlyTheModeThen() throws IOException {
        UnixSocketDoor door = prepare(0620);
        bind(door);
        boolean thereBefore = Files.exists(path);

        door.open();

        assertThat(thereBefore).isFalse();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw--w----");
        assertThat(list(dir)).containsExactly(path);
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            assertThat(client.isConnected()).isTrue();
        }
    }

    @Test
    void bindsWhereNobodyElseCanConnect() throws IOException {
        UnixSocketDoor door = prepare(0660);

        Path stage = Objects.requireNonNull(Path.of(door.bindAddress().path()).getParent());

        assertThat(stage).hasParent(dir);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(stage)))
                .isEqualTo("rwx------");
        door.close();
        assertThat(list(dir)).isEmpty();
    }

    @Test
    void givesTheSocketTheGroupThatIsNamed() throws IOException {
        String own = Files.getAttribute(dir, "posix:group").toString();
        UnixSocketDoor door = UnixSocketDoor.prepare(path, Speech.LINES, 0660, Optional.of(own));
        bind(door);

        door.open();

        assertThat(Files.getAttribute(path, "posix:group", LinkOption.NOFOLLOW_LINKS))
                .hasToString(own);
    }

    @Test
    void aGroupThatNobodyAskedForIsPassedOverWhereThereIsNone() throws IOException {
        UnixSocketDoor door = UnixSocketDoor.prepareForUsual(path, Speech.FRAMES, 0660, "no-such-group");
        bind(door);

        door.open();

        assertThat(Files.exists(path)).isTrue();
    }

    @Test
    void aMissingDirectoryForFramesIsMadeForTheGroupThatMayConnect() throws IOException {
        String own = Files.getAttribute(dir, "posix:group").toString();
        Path directory = dir.resolve("run/agentreceipts");
        Path socket = directory.resolve("events.sock");
        UnixSocketDoor door = UnixSocketDoor.prepareForUsual(socket, Speech.FRAMES, 0660, own);
        bind(door);

        door.open();

        assertThat(Files.getAttribute(socket, "posix:group", LinkOption.NOFOLLOW_LINKS))
                .hasToString(own);
        assertThat(Files.getAttribute(directory, "posix:group")).hasToString(own);
        assertThat(mode(directory)).isEqualTo("rwxr-x---");
        assertThat(mode(dir.resolve("run"))).isEqualTo("rwxr-xr-x");
    }

    @Test
    void aMissingDirectoryForLinesIsMadeForEverybodyToPass() {
        Path socket = dir.resolve("run/relay.sock");

        UnixSocketDoor.prepare(socket, Speech.LINES, 0666, Optional.empty()).close();

        assertThat(mode(dir.resolve("run"))).isEqualTo("rwxr-xr-x");
    }

    private static String mode(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void refusesAGroupThatDoesNotExist() {
        assertThatExceptionOfType(SocketRefusedException.class)
                .isThrownBy(() -> UnixSocketDoor.prepare(path, Speech.LINES, 0660, Optional.of("no-such-group")))
                .withMessage(path + ": there is no group no-such-group");
    }

    @Test
    void replacesASocketThatNobodyAnswersAnyMore() throws IOException {
        listener.bind(UnixDomainSocketAddress.of(path));
        listener.close();
        boolean stale = Files.exists(path);

        prepare(0660).close();

        assertThat(stale).isTrue();
        assertThat(path).doesNotExist();
    }

    @Test
    void refusesASocketThatAnotherProcessAnswers() throws IOException {
        listener.bind(UnixDomainSocketAddress.of(path));

        assertThatExceptionOfType(SocketRefusedException.class)
                .isThrownBy(() -> prepare(0660))
                .withMessage(path + ": another process is listening here");
        assertThat(path).exists();
    }

    @Test
    void refusesALiveSocketWhoseBacklogIsFull() throws IOException {
        listener.bind(UnixDomainSocketAddress.of(path), 1);
        try (SocketChannel first = SocketChannel.open(UnixDomainSocketAddress.of(path));
                SocketChannel second = SocketChannel.open(UnixDomainSocketAddress.of(path))) {

            assertThatExceptionOfType(SocketRefusedException.class).isThrownBy(() -> prepare(0660));
            assertThat(first.isConnected() && second.isConnected()).isTrue();
        }
    }

    @Test
    void refusesWhatIsNotASocketAndTouchesItNot() throws IOException {
        Files.writeString(path, "precious");

        assertThatExceptionOfType(SocketRefusedException.class)
                .isThrownBy(() -> prepare(0660))
                .withMessage(path + ": there is something that is not a socket");
        assertThat(path).hasContent("precious");
    }

    @Test
    void refusesASymbolicLinkEvenToASocket() throws IOException {
        Path elsewhere = dir.resolve("elsewhere");
        listener.bind(UnixDomainSocketAddress.of(elsewhere));
        Files.createSymbolicLink(path, elsewhere);

        assertThatExceptionOfType(SocketRefusedException.class)
                .isThrownBy(() -> prepare(0660))
                .withMessageContaining("not a socket");
    }

    @ParameterizedTest
    @ValueSource(ints = {0777, 0661, 01660})
    void refusesAModeThatMoreThanReadsAndWrites(int mode) {
        assertThatExceptionOfType(SocketRefusedException.class)
                .isThrownBy(() -> prepare(mode))
                .withMessageContaining("is not allowed");
    }

    @Test
    void saysByHowMuchAPathIsTooLong() {
        Path deep = dir.resolve("d".repeat(120)).resolve("relay.sock");

        assertThatExceptionOfType(SocketRefusedException.class)
                .isThrownBy(() -> UnixSocketDoor.prepare(deep, Speech.LINES, 0660, Optional.empty()))
                .withMessageMatching(".*the path is \\d+ bytes too long for a socket \\(at most 10[37]\\)");
    }

    @Test
    void makesMissingDirectoriesThatOthersCanPassThrough() throws IOException {
        path = dir.resolve("a/b/relay.sock");

        prepare(0660).close();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path.getParent())))
                .isEqualTo("rwxr-xr-x");
    }

    @Test
    void takesThePathAwayWhenItCloses() throws IOException {
        UnixSocketDoor door = prepare(0660);
        bind(door);
        door.open();

        door.close();

        assertThat(list(dir)).isEmpty();
        assertThatNoException().isThrownBy(door::close);
    }

    @Test
    void leavesToItsSuccessorWhatItsSuccessorPutThere() throws IOException {
        UnixSocketDoor door = prepare(0660);
        bind(door);
        door.open();
        Files.delete(path);
        Files.writeString(path, "somebody else's");

        door.close();

        assertThat(path).hasContent("somebody else's");
    }

    private UnixSocketDoor prepare(int mode) {
        return UnixSocketDoor.prepare(path, Speech.BY_FIRST_BYTE, mode, Optional.empty());
    }

    private void bind(UnixSocketDoor door) throws IOException {
        listener.bind(UnixDomainSocketAddress.of(door.bindAddress().path()));
    }

    private static List<Path> list(Path dir) throws IOException {
        try (Stream<Path> paths = Files.list(dir)) {
            return paths.toList();
        }
    }
}
