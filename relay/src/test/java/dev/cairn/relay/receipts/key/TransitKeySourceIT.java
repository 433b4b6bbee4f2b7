package dev.cairn.relay.receipts.key;

import static dev.cairn.relay.receipts.key.TransitTrial.NEVER_ROTATED;
import static dev.cairn.relay.receipts.key.TransitTrial.NEW;
import static dev.cairn.relay.receipts.key.TransitTrial.assertHolds;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.cairn.protocol.crypto.Ed25519PublicKey;
import dev.cairn.protocol.receipt.key.KeyArchive;
import dev.cairn.protocol.receipt.key.PublicKeyFile;
import dev.cairn.relay.receipts.key.KeySourceException.Hope;
import dev.cairn.relay.transit.TransitServer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// What a source needs of a Transit engine, of our stand-in and of the real one alike.
@ParameterizedClass
@EnumSource(TransitKeySourceIT.Engine.class)
class TransitKeySourceIT {

    enum Engine {
        STAND_IN,
        REAL
    }

    private static @Nullable TransitServer server;

    @Parameter
    Engine engine = Engine.STAND_IN;

    private final Vertx vertx = Vertx.vertx();
    private final String key = "receipts-" + UUID.randomUUID();

    @TempDir
    private Path temporary;

    private TransitTrial trial;

    @BeforeParameterizedClassInvocation
    static void start(Engine engine) throws IOException {
        if (engine == Engine.STAND_IN) {
            server = TransitServer.standIn();
            return;
        }
        Path log = Files.createTempFile("transit", ".log");
        log.toFile().deleteOnExit();
        Optional<TransitServer> real = TransitServer.real(log);
        assumeTrue(real.isPresent(), "neither bao nor vault is on the PATH");
        server = real.orElseThrow();
    }

    @AfterParameterizedClassInvocation
    static void stopServer() {
        if (server != null) {
            server.close();
            server = null;
        }
    }

    @BeforeEach
    void makeAKey() throws IOException {
        trial = new TransitTrial(vertx, temporary);
        server().makeKey(key);
    }

    @AfterEach
    void stop() throws TimeoutException {
        vertx.close().await(30, SECONDS);
    }

    @Test
    void signsEachMessageInItsOrderWithTheKeyThatItPublishes() throws Exception {
        KeySource source = open(NEW);
        List<byte[]> messages = messages(64);

        List<byte[]> signatures = source.sign(messages).await(30, SECONDS);

        assertHolds(PublicKeyFile.read(trial.publicKey()), messages, signatures);
        assertThat(source.verificationMethod()).isEqualTo(TransitTrial.METHOD);
        assertThat(source.sign(messages).await(30, SECONDS)).containsExactly(signatures.toArray(byte[][]::new));
    }

    @Test
    void signsManyChunksAtOnce() throws Exception {
        KeySource source = open(NEW);
        List<List<byte[]>> chunks =
                Stream.generate(() -> messages(64)).limit(20).toList();

        List<Future<List<byte[]>>> signing = chunks.stream().map(source::sign).toList();

        for (int i = 0; i < chunks.size(); i++) {
            assertHolds(source.publicKey(), chunks.get(i), signing.get(i).await(30, SECONDS));
        }
    }

    @Test
    void signsMoreThanFitsIntoOneRequest() throws Exception {
        KeySource source = open(NEW);
        List<byte[]> many = messages(1_100);
        byte[] large = new byte[3 << 20];
        new Random(7).nextBytes(large);
        List<byte[]> heavy = List.of(large, new byte[0], large, large);

        assertHolds(source.publicKey(), many, source.sign(many).await(30, SECONDS));
        assertHolds(source.publicKey(), heavy, source.sign(heavy).await(30, SECONDS));
        assertThat(source.sign(List.of()).await(30, SECONDS)).isEmpty();
    }

    @Test
    void signsWithTheNextKeyOnlyOnceItIsAdopted() throws Exception {
        KeySource source = open(NEW);
        Ed25519PublicKey old = source.publicKey();
        List<byte[]> messages = messages(3);

        Ed25519PublicKey next = source.prepareNext().await(30, SECONDS);
        List<byte[]> during = source.sign(messages).await(30, SECONDS);
        source.adoptNext().await(30, SECONDS);
        List<byte[]> after = source.sign(messages).await(30, SECONDS);

        assertHolds(old, messages, during);
        assertHolds(next, messages, after);
        assertThat(PublicKeyFile.read(trial.publicKey())).isEqualTo(next);
        assertThat(KeyArchive.beside(trial.publicKey()))
                .extracting(KeyArchive.Archived::key)
                .containsExactly(old);
        assertThat(open(new KeyHistory.Of(next)).publicKey()).isEqualTo(next);
    }

    @Test
    void aRotationThatTheStoreDoesNotKnowIsAsIfItHadNotBeen() throws Exception {
        KeySource source = open(NEW);
        Ed25519PublicKey old = source.publicKey();
        source.prepareNext().await(30, SECONDS);
        source.close().await(30, SECONDS);

        KeySource again = open(NEVER_ROTATED);
        List<byte[]> messages = messages(1);

        assertThat(source.publicKey()).isEqualTo(old); // The last seal is made when the key is closed.
        assertThat(again.publicKey()).isEqualTo(old);
        assertHolds(old, messages, again.sign(messages).await(30, SECONDS));
    }

    @Test
    void aRotationThatTheStoreKnowsIsFinishedAtStart() throws Exception {
        KeySource source = open(NEW);
        Ed25519PublicKey next = source.prepareNext().await(30, SECONDS);
        source.close().await(30, SECONDS);

        KeySource again = open(new KeyHistory.Of(next));

        assertThat(again.publicKey()).isEqualTo(next);
        assertThat(PublicKeyFile.read(trial.publicKey())).isEqualTo(next);
    }

    @Test
    void aRotationBySomebodyElseChangesNothingHere() throws Exception {
        KeySource source = open(NEW);
        Ed25519PublicKey old = source.publicKey();
        server().call("POST", "/v1/transit/keys/" + key + "/rotate", new JsonObject());
        List<byte[]> messages = messages(2);

        assertHolds(old, messages, source.sign(messages).await(30, SECONDS));
        assertThat(open(NEVER_ROTATED).publicKey()).isEqualTo(old);
    }

    @Test
    void refusesAKeyThatIsNotTheStores() throws Exception {
        open(NEW);
        server().makeKey(key + "-other");

        assertRefused(
                () -> trial.open(server().address(), key + "-other", NEVER_ROTATED), "no version with the public key");
    }

    @Test
    void namesWhatToDoWhereThereIsNoSuchKey() {
        assertRefused(
                () -> trial.open(server().address(), "absent", NEW), "bao write -f transit/keys/absent type=ed25519");
    }

    @Test
    void namesTheTokenFileWhenTheTokenIsRefusedAndNeverTheToken() throws Exception {
        trial.giveToken("s.another-token");

        assertRefused(() -> open(NEW), trial.tokenFile().toString());
        assertThatThrownBy(() -> open(NEW)).hasMessageNotContaining("s.another-token");
    }

    private void assertRefused(ThrowingCallable opening, String words) {
        assertThatThrownBy(opening)
                .isInstanceOfSatisfying(
                        KeySourceException.class,
                        refusal -> assertThat(refusal.hope()).isEqualTo(Hope.NONE))
                .hasMessageContaining(words);
    }

    private KeySource open(KeyHistory history) throws TimeoutException {
        return trial.open(server().address(), key, history);
    }

    private static TransitServer server() {
        return Objects.requireNonNull(server);
    }

    private static List<byte[]> messages(int count) {
        String batch = UUID.randomUUID().toString();
        return IntStream.range(0, count)
                .mapToObj(i -> (batch + " " + i).getBytes(UTF_8))
                .toList();
    }
}
