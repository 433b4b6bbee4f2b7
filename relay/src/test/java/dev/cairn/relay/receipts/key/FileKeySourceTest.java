package dev.cairn.relay.receipts.key;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.protocol.crypto.Ed25519KeyPair;
import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.receipt.key.KeyArchive;
import dev.cairn.protocol.receipt.key.PublicKeyFile;
import dev.cairn.protocol.receipt.key.SigningKeyFiles;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileKeySourceTest {

    private static final String METHOD = "did:agent-receipts-daemon:local#k1";
    private static final KeyHistory NEW = new KeyHistory.None();
    private static final KeyHistory NEVER_ROTATED = new KeyHistory.Of(null);

    private final Vertx vertx = Vertx.vertx();
    private final SecureRandom random = new SecureRandom();

    @TempDir
    private Path temporary;

    private SigningKeyFiles files;

    @BeforeEach
    void nameTheFiles() {
        files = SigningKeyFiles.of(temporary.resolve("receipts/signing.key"));
    }

    @AfterEach
    void stop() throws TimeoutException {
        vertx.close().await(10, SECONDS);
    }

    @Test
    void makesTheKeyAtTheFirstStartAndFindsItAgain() throws Exception {
        Ed25519PublicKey made = open(NEW).publicKey();
        Files.delete(files.publicKey());
        KeySource again = open(NEVER_ROTATED);

        assertThat(again.publicKey()).isEqualTo(made);
        assertThat(again.verificationMethod()).isEqualTo(METHOD);
        assertThat(PublicKeyFile.read(files.publicKey())).isEqualTo(made);
    }

    @Test
    void makesNoKeyForAStoreThatHasLostIts() {
        assertThatThrownBy(() -> open(NEVER_ROTATED))
                .isInstanceOf(KeySourceException.class)
                .hasMessageContaining(files.key() + ": is missing");
        assertThat(files.key()).doesNotExist();
    }

    @Test
    void aLinkInPlaceOfThePublicKeyIsNamedAndItsTargetLeftAlone() throws Exception {
        Files.createDirectories(files.publicKey().getParent());
        Path target = Files.writeString(files.publicKey().resolveSibling("target"), "untouched");
        Files.createSymbolicLink(files.publicKey(), target);

        assertThatThrownBy(() -> open(NEW))
                .isInstanceOf(KeySourceException.class)
                .hasMessageStartingWith(files.publicKey() + ": is there already, though " + files.key() + " is not")
                .hasMessageEndingWith("move it away.");
        assertThat(target).hasContent("untouched");
        assertThat(files.key()).doesNotExist();
    }

    @Test
    void refusesAKeyThatOthersMayRead() throws Exception {
        open(NEW);
        Files.setPosixFilePermissions(files.key(), PosixFilePermissions.fromString("rw-r-----"));

        assertThatThrownBy(() -> open(NEVER_ROTATED))
                .isInstanceOfSatisfying(
                        KeySourceException.class,
                        refusal -> assertThat(refusal.hope()).isEqualTo(KeySourceException.Hope.NONE))
                .hasMessageContaining("chmod 600");
    }

    @Test
    void signsChunksAtTheSameTimeEachInItsOrder() throws Exception {
        KeySource source = open(NEW);
        List<List<byte[]>> chunks = IntStream.range(0, 50)
                .mapToObj(chunk -> IntStream.range(0, 64)
                        .mapToObj(i -> (chunk + "/" + i).getBytes(UTF_8))
                        .toList())
                .toList();

        List<Future<List<byte[]>>> signing = chunks.stream().map(source::sign).toList();
        Future.all(signing).await(30, SECONDS);

        for (int i = 0; i < chunks.size(); i++) {
            assertHolds(source.publicKey(), chunks.get(i), signing.get(i).result());
        }
    }

    @Test
    void goesOnWithTheSameSignaturesWhenTheFasterSignerIsReady() throws Exception {
        FileKeySource source = (FileKeySource) open(NEW);
        byte[] message = "the same".getBytes(UTF_8);
        byte[] before = source.sign(List.of(message)).await(10, SECONDS).getFirst();
        boolean loads = CorrettoSigner.load(Ed25519KeyPair.generate(random)).isPresent();

        sign(source, 2_000);
        long deadline = System.nanoTime() + SECONDS.toNanos(20);
        while (loads && !source.signerName().equals("corretto") && System.nanoTime() < deadline) {
            sign(source, 10);
        }

        assertThat(source.signerName()).isEqualTo(loads ? "corretto" : "bouncy-castle");
        assertThat(source.sign(List.of(message)).await(10, SECONDS)).containsExactly(before);
    }

    @Test
    void signsWithTheNextKeyOnceItIsAdopted() throws Exception {
        KeySource source = open(NEW);
        Ed25519PublicKey old = source.publicKey();
        List<byte[]> messages = List.of("receipt".getBytes(UTF_8));

        Ed25519PublicKey next = source.prepareNext().await(10, SECONDS);
        List<byte[]> during = source.sign(messages).await(10, SECONDS);
        source.adoptNext().await(10, SECONDS);
        List<byte[]> after = source.sign(messages).await(10, SECONDS);

        assertHolds(old, messages, during);
        assertHolds(next, messages, after);
        assertThat(source.publicKey()).isEqualTo(next);
        assertThat(PublicKeyFile.read(files.publicKey())).isEqualTo(next);
        assertThat(KeyArchive.beside(files.publicKey()).getFirst().key()).isEqualTo(old);
    }

    @Test
    void aRotationThatTheStoreKnowsIsFinishedAtStart() throws Exception {
        KeySource source = open(NEW);
        Ed25519PublicKey next = source.prepareNext().await(10, SECONDS);
        source.close().await(10, SECONDS);

        assertThat(open(new KeyHistory.Of(next)).publicKey()).isEqualTo(next);
        assertThat(files.next()).doesNotExist();
    }

    @Test
    void aRotationThatTheStoreDoesNotKnowIsUndoneAtStart() throws Exception {
        KeySource source = open(NEW);
        Ed25519PublicKey old = source.publicKey();
        source.prepareNext().await(10, SECONDS);
        source.close().await(10, SECONDS);

        assertThat(source.publicKey()).isEqualTo(old); // The last seal is made when the key is closed.
        assertThat(open(NEVER_ROTATED).publicKey()).isEqualTo(old);
        assertThat(files.next()).doesNotExist();
    }

    @Test
    void aDiscardedKeyIsGone() throws Exception {
        KeySource source = open(NEW);
        Ed25519PublicKey old = source.publicKey();
        source.prepareNext().await(10, SECONDS);

        source.discardNext().await(10, SECONDS);

        assertThat(files.next()).doesNotExist();
        assertThat(source.publicKey()).isEqualTo(old);
        assertThatThrownBy(() -> source.adoptNext().await(10, SECONDS)).isInstanceOf(KeySourceException.class);
    }

    private KeySource open(KeyHistory history) throws TimeoutException {
        return KeySources.open(vertx, new KeySettings.InFile(files, METHOD), history, random)
                .await(10, SECONDS);
    }

    private static void sign(KeySource source, int count) throws TimeoutException {
        List<byte[]> messages =
                IntStream.range(0, count).mapToObj(i -> new byte[] {(byte) i}).toList();
        source.sign(messages).await(20, SECONDS);
    }

    private static void assertHolds(Ed25519PublicKey key, List<byte[]> messages, List<byte[]> signatures) {
        assertThat(signatures).hasSameSizeAs(messages);
        for (int i = 0; i < messages.size(); i++) {
            assertThat(key.verifies(messages.get(i), signatures.get(i))).isTrue();
        }
    }
}
