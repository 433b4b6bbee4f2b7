package dev.cairn.witness;

import static dev.cairn.witness.Given.publisher;
import static dev.cairn.witness.Seals.line;
import static dev.cairn.witness.Seals.tip;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.witness.Proof;
import dev.cairn.protocol.witness.WitnessRecord.Response;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsWitnessTest {

    @TempDir
    private static Path directory;

    private static PfxOptions certificate = new PfxOptions();

    private final Vertx vertx = Vertx.vertx();
    private final Recorder recorder = new Recorder();

    /// A certificate that nobody trusts who was not told to, for 127.0.0.1 and no name.
    @BeforeAll
    static void makeACertificate() throws IOException, InterruptedException {
        Path store = directory.resolve("witness.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "witness",
                        "-keyalg",
                        "EC",
                        "-storetype",
                        "PKCS12",
                        "-dname",
                        "CN=witness",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "changeit")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.txt").toFile())
                .start();
        assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        certificate = new PfxOptions().setPath(store.toString()).setPassword("changeit");
    }

    @AfterEach
    void stopAll() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void isNotAskedWithoutACertificateThatWeTrust() throws InterruptedException {
        WitnessServer witness = secure();

        Response response = ask(witness.url("/"), null);

        assertThat(response.error()).isEqualTo("TLS: the certificate is not trusted");
        assertThat(witness.requests()).isEmpty();
    }

    @Test
    void isNotAskedUnderANameThatItsCertificateDoesNotHold() throws InterruptedException {
        WitnessServer witness = secure();

        Response response = ask(witness.url("/").replace("127.0.0.1", "localhost"), certificate);

        assertThat(response.error()).isEqualTo("TLS: the certificate is not trusted");
        assertThat(witness.requests()).isEmpty();
    }

    @Test
    void isAskedWhenItsCertificateIsTrusted() throws InterruptedException {
        WitnessServer witness = secure();

        Response response = ask(witness.url("/"), certificate);

        assertThat(response.error()).isEmpty();
        assertThat(witness.requests()).hasSize(1);
    }

    @Test
    void thatSpeaksNoTlsIsNotAsked() throws InterruptedException {
        WitnessServer plain = WitnessServer.start(vertx, Behaviour.says(200, ""));

        Response response = ask(plain.url("/").replace("http:", "https:"), null);

        assertThat(response.isOk()).isFalse();
        assertThat(plain.requests()).isEmpty();
    }

    private WitnessServer secure() {
        HttpServerOptions options = new HttpServerOptions().setSsl(true).setKeyCertOptions(certificate);
        return WitnessServer.start(vertx, options, Behaviour.says(200, ""));
    }

    private Response ask(String url, @Nullable PfxOptions trust) throws InterruptedException {
        PublisherSettings quick = Given.quick(1);
        PublisherSettings settings = new PublisherSettings(
                1,
                Duration.ofSeconds(10),
                quick.pauseMin(),
                quick.pauseMax(),
                quick.overdueAfter(),
                quick.circuitPauseMin(),
                quick.circuitPauseMax(),
                trust);
        WitnessEndpoint endpoint = new WitnessEndpoint("one", URI.create(url), null, Proof.STATUS, null);
        publisher(vertx, recorder, settings, List.of(endpoint)).publish(line(1), tip(1));
        return recorder.nextRecord().responses().getFirst();
    }
}
