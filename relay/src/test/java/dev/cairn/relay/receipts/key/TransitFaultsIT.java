package dev.cairn.relay.receipts.key;

import static dev.cairn.relay.receipts.key.TransitTrial.NEW;
import static dev.cairn.relay.receipts.key.TransitTrial.assertHolds;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.relay.receipts.key.KeySourceException.Hope;
import dev.cairn.relay.transit.TransitServer;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A Transit engine that is slow, sealed, gone or not to be trusted.
class TransitFaultsIT {

    private static final List<byte[]> MESSAGES = List.of("a".getBytes(UTF_8), "b".getBytes(UTF_8));

    private final Vertx vertx = Vertx.vertx();
    private TransitServer server;
    private TransitTrial trial;

    @TempDir
    private Path temporary;

    @BeforeEach
    void start() throws IOException {
        server = TransitServer.standIn();
        server.makeKey("receipts");
        trial = new TransitTrial(vertx, temporary);
    }

    @AfterEach
    void stop() throws TimeoutException {
        vertx.close().await(30, SECONDS);
        server.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503})
    void asksAgainWhatMayPass(int status) throws Exception {
        KeySource source = open();
        int before = server.requests();
        server.disturb(new JsonObject().put("status", status).put("count", 2));

        List<byte[]> signatures = source.sign(MESSAGES).await(30, SECONDS);

        assertHolds(source.publicKey(), MESSAGES, signatures);
        assertThat(server.requests() - before).isEqualTo(3);
    }

    @Test
    void givesUpForNowOnAnEngineThatStaysSealed() throws Exception {
        KeySource source = open();
        server.disturb(new JsonObject().put("status", 503).put("count", 100));

        assertFails(source, Hope.TRANSIENT, "answered 503 (Vault is sealed)");
        server.disturb(new JsonObject().put("count", 0));
        assertHolds(source.publicKey(), MESSAGES, source.sign(MESSAGES).await(30, SECONDS));
    }

    @Test
    void waitsForASlowAnswerNoLongerThanItsTime() throws Exception {
        KeySource source = open();
        server.disturb(new JsonObject().put("delay_millis", 20_000).put("count", 100));

        assertFails(source, Hope.TRANSIENT, "did not answer within 1500 ms");
    }

    @Test
    void asksAgainWhenOneAnswerWasLate() throws Exception {
        KeySource source = open();
        server.disturb(new JsonObject().put("delay_millis", 3_000).put("count", 1));

        assertHolds(source.publicKey(), MESSAGES, source.sign(MESSAGES).await(30, SECONDS));
    }

    @Test
    void hopesForAnEngineThatIsGone() throws Exception {
        KeySource source = open();
        server.close();

        assertFails(source, Hope.TRANSIENT, "cannot be reached");
    }

    @Test
    void letsNoSignatureIntoAChainThatDoesNotHold() throws Exception {
        KeySource source = open();
        server.disturb(new JsonObject().put("spoil", true).put("count", 1));

        assertFails(source, Hope.NONE, "a signature that does not hold");
    }

    @Test
    void asksOnceWhatIsRefusedForGood() throws Exception {
        KeySource source = open();
        int before = server.requests();
        server.disturb(new JsonObject().put("status", 400).put("count", 1));

        assertFails(source, Hope.NONE, "answered 400");
        assertThat(server.requests() - before).isEqualTo(1);
    }

    @Test
    void readsARenewedTokenFromItsFile() throws Exception {
        KeySource source = open();
        server.disturb(new JsonObject().put("token", "s.renewed"));
        trial.giveToken("s.renewed");

        assertHolds(source.publicKey(), MESSAGES, source.sign(MESSAGES).await(30, SECONDS));
    }

    @Test
    void refusesATokenThatOthersMayRead() throws Exception {
        Files.setPosixFilePermissions(trial.tokenFile(), PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(this::open)
                .isInstanceOf(KeySourceException.class)
                .hasMessageContaining("chmod 600")
                .hasMessageNotContaining(TransitServer.TOKEN);
    }

    @Test
    void speaksTlsWithAServerThatTheFileVouchesForAndWithNoOther() throws Exception {
        Path store = temporary.resolve("server.p12");
        Path certificate = temporary.resolve("ca.pem");
        keytool(
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString());
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "server",
                "-keystore",
                store.toString(),
                "-file",
                certificate.toString());
        try (TransitServer secure = TransitServer.standIn(store, "password", "receipts")) {
            KeySource source = trial.open(secure.address(), "receipts", NEW, Optional.of(certificate));

            assertHolds(source.publicKey(), MESSAGES, source.sign(MESSAGES).await(30, SECONDS));
            assertThatThrownBy(() -> trial.open(secure.address(), "receipts", NEW))
                    .isInstanceOf(KeySourceException.class)
                    .hasMessageContaining("is not trusted");
            URI byAddress = URI.create("https://127.0.0.1:" + secure.address().getPort());
            assertThatThrownBy(() -> trial.open(byAddress, "receipts", NEW, Optional.of(certificate)))
                    .isInstanceOf(KeySourceException.class)
                    .hasMessageContaining("is not trusted");
        }
    }

    private KeySource open() throws TimeoutException {
        return trial.open(server.address(), "receipts", NEW);
    }

    private static void assertFails(KeySource source, Hope hope, String words) {
        assertThatThrownBy(() -> source.sign(MESSAGES).await(30, SECONDS))
                .isInstanceOfSatisfying(
                        KeySourceException.class,
                        failure -> assertThat(failure.hope()).isEqualTo(hope))
                .hasMessageContaining(words)
                .hasMessageNotContaining(TransitServer.TOKEN);
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storepass", "password"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }
}
