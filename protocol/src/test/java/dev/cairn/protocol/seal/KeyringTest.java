package dev.cairn.protocol.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.cairn.protocol.file.UnixAttributes;
import dev.cairn.protocol.seal.Keys.Lookup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyringTest {

    @TempDir
    Path temporary;

    /// The real one: a directory that others could not replace.
    Path parent = Path.of("");

    private final AtomicLong nanos = new AtomicLong();

    @BeforeEach
    void makeParent() throws IOException {
        parent = Files.createDirectory(temporary.resolve("keys"));
        TestKeys.chmod(parent, "rwx------");
    }

    @Test
    void theRingOfTheVectorsIsRead() throws IOException {
        Keyring ring = ring(TestKeys.ring(parent));

        assertThat(key(ring.active()).id()).isEqualTo(TestKeys.FIRST_ID);
        assertThat(key(ring.find(TestKeys.SECOND_ID)).sign("x"))
                .isEqualTo(TestKeys.second().sign("x"));
        assertThat(ring.list())
                .containsExactly(
                        new Keyring.Entry(TestKeys.FIRST_ID, true, true, null),
                        new Keyring.Entry(TestKeys.SECOND_ID, false, true, null));
    }

    @Test
    void whereNoKeyIsActiveOneIsMadeForItsOwnerAlone() throws IOException {
        Path directory = parent.resolve("deep/seal");

        SealKey key = key(ring(directory).active());

        assertThat(Files.readString(directory.resolve("ACTIVE"))).isEqualTo(key.id() + "\n");
        assertThat(SealKey.idOf(Files.readAllBytes(directory.resolve(key.id() + ".key"))))
                .isEqualTo(key.id());
        assertThat(mode(directory)).isEqualTo(0700);
        assertThat(mode(parent.resolve("deep"))).isEqualTo(0700);
        assertThat(mode(directory.resolve("ACTIVE"))).isEqualTo(0600);
        assertThat(mode(directory.resolve(key.id() + ".key"))).isEqualTo(0600);
        assertThat(key(ring(directory).active()).id()).isEqualTo(key.id());
    }

    /// Of many keys, so that a rotation has time to happen while they are listed.
    @Test
    void aRotationLeavesNoMomentWithoutAKey() throws Exception {
        Path directory = TestKeys.ring(parent);
        for (int i = 0; i < 3_000; i++) {
            TestKeys.chmod(Files.createFile(directory.resolve(String.format("%016x.key", i))), "rw-------");
        }
        Keyring relays = Keyring.in(directory, () -> nanos.addAndGet(TimeUnit.SECONDS.toNanos(2)));
        Keyring operators = Keyring.in(directory);
        Thread rotations = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 100; i++) {
                assertThatCode(operators::rotate).doesNotThrowAnyException();
            }
        });

        try {
            while (rotations.isAlive()) {
                assertThat(relays.active()).isInstanceOf(Lookup.Found.class);
            }
        } finally {
            rotations.join();
        }
    }

    @Test
    void aSearchMakesNothing() {
        Path directory = parent.resolve("seal");

        assertThat(ring(directory).find(TestKeys.FIRST_ID)).isInstanceOf(Lookup.Unknown.class);
        assertThat(directory).doesNotExist();
    }

    @Test
    void aRotationKeepsTheOldKeysToVerify() throws IOException {
        Keyring ring = ring(TestKeys.ring(parent));
        String signature = key(ring.active()).sign("before");

        Keyring.Rotation rotation = ring.rotate();

        assertThat(rotation.before()).isEqualTo(TestKeys.FIRST_ID);
        assertThat(key(ring.active()).id()).isEqualTo(rotation.now()).isNotEqualTo(TestKeys.FIRST_ID);
        assertThat(key(ring.find(TestKeys.FIRST_ID)).verifies("before", signature))
                .isTrue();
        assertThat(ring.list()).hasSize(3);
        assertThat(names())
                .containsOnly(
                        "ACTIVE",
                        ".lock",
                        TestKeys.FIRST_ID + ".key",
                        TestKeys.SECOND_ID + ".key",
                        rotation.now() + ".key");
    }

    @Test
    void aRotationByAnotherProcessIsFollowedWithinASecond() throws IOException {
        Keyring ring = ring(TestKeys.ring(parent));
        key(ring.active());

        String rotated = Keyring.in(parent.resolve("seal")).rotate().now();
        String within = key(ring.active()).id();
        pass(1);

        assertThat(within).isEqualTo(TestKeys.FIRST_ID);
        assertThat(key(ring.active()).id()).isEqualTo(rotated);
    }

    @Test
    void anActiveKeyThatThePeerOverwritesInPlaceIsFollowed() throws IOException {
        Keyring ring = ring(TestKeys.ring(parent));
        key(ring.active());

        Files.writeString(parent.resolve("seal/ACTIVE"), TestKeys.SECOND_ID + "\n");
        pass(1);

        assertThat(key(ring.active()).id()).isEqualTo(TestKeys.SECOND_ID);
    }

    @Test
    void betweenLooksNoFileIsTouched() throws IOException {
        Path directory = TestKeys.ring(parent);
        Keyring ring = ring(directory);
        key(ring.active());
        Files.move(directory, parent.resolve("away"));

        assertThat(key(ring.active()).id()).isEqualTo(TestKeys.FIRST_ID);
        pass(1);
        assertThat(ring.find(TestKeys.FIRST_ID)).isInstanceOf(Lookup.Unknown.class);
    }

    @Test
    void whatACrashLeftBehindIsRemovedByTheNextRotation() throws IOException {
        Path directory = TestKeys.ring(parent);
        TestKeys.write(directory, ".writing", TestKeys.FIRST);

        ring(directory).rotate();

        assertThat(names()).doesNotContain(".writing");
    }

    @Test
    void ringsThatMakeTheirFirstKeyAtOnceAgree() {
        Path directory = parent.resolve("seal");

        List<String> ids = IntStream.range(0, 16)
                .parallel()
                .mapToObj(_ -> key(Keyring.in(directory).active()).id())
                .toList();

        assertThat(ids.stream().distinct()).hasSize(1);
        assertThat(names()).hasSize(3);
    }

    private Keyring ring(Path directory) {
        return Keyring.in(directory, nanos::get);
    }

    private void pass(int seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    private static SealKey key(Lookup lookup) {
        return switch (lookup) {
            case Lookup.Found found -> found.key();
            case Lookup.Unusable unusable -> throw new AssertionError(unusable.reason());
            case Lookup.Unknown unknown -> throw new AssertionError(unknown);
        };
    }

    private List<String> names() {
        try (var files = Files.list(parent.resolve("seal"))) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static int mode(Path file) throws IOException {
        return UnixAttributes.of(file).mode() & 0777;
    }
}
