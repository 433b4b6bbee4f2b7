package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `cairn witness publish` and `cairn witness verify` against witnesses that may lie.
class WitnessPublishCommandTest {

    @TempDir
    private Path dir;

    private UserHome user = new UserHome(Path.of("absent"));
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private HttpServer server = unstarted();
    private String posted = "";
    private String got = "";

    @BeforeEach
    void start() throws IOException {
        user = new UserHome(dir.resolve("home")).event().event().seal();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String reply = exchange.getRequestMethod().equals("GET") ? got : posted;
            byte[] bytes = reply.replace("$BODY", body.isEmpty() ? "" : body.substring(1, body.length() - 1))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void anAnchorIsRecordedForItsOwnerOnlyAndAskedForAgain() throws IOException {
        posted = "{\"anchor_id\":\"a-1\",$BODY}";

        CommandRun published = publish("--witness-url", url());
        String record = Files.readString(user.file("witnesses.jsonl"));
        got = record.strip();
        CommandRun verified = witness("verify");

        assertThat(published.exitCode()).isZero();
        assertThat(published.out())
                .contains(
                        "confirmed     " + url(), "anchor a-1", "CONFIRMED  2 events with tip sha256:", "by 1 witness");
        assertThat(record).startsWith("{\"schema_version\":1,").endsWith("}\n").contains("\"chained_events\":2,");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(user.file("witnesses.jsonl"))))
                .isEqualTo("rw-------");
        assertThat(verified.exitCode()).isZero();
        assertThat(verified.out()).contains("CONFIRMED  2 events");
    }

    @Test
    void aWitnessThatNamesAnotherTipHasConfirmedNothing() {
        posted = "{\"anchor_id\":\"a-1\",\"tip_hash\":\"sha256:" + "0".repeat(64) + "\"}";

        CommandRun published = publish("--witness-url", url());

        assertThat(published.exitCode()).isEqualTo(1);
        assertThat(published.out())
                .contains("not confirmed", "the reply names another tip_hash", "0 of 1 witness confirmed");
        assertThat(user.file("witnesses.jsonl")).doesNotExist();
    }

    @Test
    void anAnchorThatSaysNothingOrAnotherThingLaterDoesNotCount() throws IOException {
        posted = "{\"anchor_id\":\"a-1\"}";
        publish("--witness-url", url());
        got = "{\"anchor_id\":\"a-1\"}";
        CommandRun unbound = witness("verify");
        got = Files.readString(user.file("witnesses.jsonl"))
                .strip()
                .replace("\"chained_events\":2", "\"chained_events\":1");
        CommandRun other = witness("verify", "--json");

        assertThat(unbound.exitCode()).isEqualTo(1);
        assertThat(unbound.out()).contains("it does not say of what the anchor is");
        assertThat(other.exitCode()).isEqualTo(1);
        assertThat(other.out())
                .startsWith("{\"ok\":false,\"error\":\"0 of 1 witness confirm\"")
                .contains("names another chained_events");
    }

    @Test
    void oneWitnessAtTwoUrlsIsOne() {
        posted = "{\"anchor_id\":\"a-1\",$BODY}";

        CommandRun published = publish("--witness-url", url(), "--witness-url", url() + "/", "--quorum", "2");

        assertThat(published.exitCode()).isEqualTo(1);
        assertThat(published.out()).contains("1 of 2 witnesses confirmed");
    }

    @Test
    void aTokenComesFromAFileForItsOwnerOnlyAndIsNeverPrinted() throws IOException {
        posted = "{\"anchor_id\":\"a-1\"}";
        Path token = Files.writeString(dir.resolve("token"), "s3cret-token\n");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
        CommandRun open = publish("--witness-url", url(), "--token-file", token.toString());
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        CommandRun closed = publish("--witness-url", url(), "--token-file", token.toString());
        CommandRun unset = publish("--witness-url", url(), "--token-env", "NO_SUCH_TOKEN");

        assertThat(open.exitCode()).isEqualTo(2);
        assertThat(closed.exitCode()).isZero();
        assertThat(unset.exitCode()).isEqualTo(2);
        assertThat(unset.err()).contains("--token-env: the variable NO_SUCH_TOKEN is not set");
        assertThat(authorizations).containsExactly("Bearer s3cret-token");
        assertThat(open.out() + open.err() + closed.out() + closed.err()).doesNotContain("s3cret");
    }

    @Test
    void nothingIsPublishedOfALogThatIsNotSealedOrNotWhole() throws IOException {
        user.event();
        CommandRun behind = publish("--witness-url", url());
        user.seal();
        Files.writeString(
                user.file("events.jsonl"),
                Files.readString(user.file("events.jsonl")).replace("e1", "e9"));
        CommandRun changed = publish("--witness-url", url());

        assertThat(behind.exitCode()).isEqualTo(1);
        assertThat(behind.err())
                .contains("the newest seal is of 2 events", "but the log has 3 events", "patchwork seal");
        assertThat(changed.exitCode()).isEqualTo(1);
        assertThat(changed.err()).contains("does not verify, so nothing is published");
        assertThat(authorizations).isEmpty();
    }

    @Test
    void aSealThatWasChangedIsNotPublished() throws IOException {
        Files.writeString(
                user.file("seals.jsonl"),
                Files.readString(user.file("seals.jsonl")).replace("08:00:02", "08:00:03"));

        CommandRun published = publish("--witness-url", url());

        assertThat(published.exitCode()).isEqualTo(1);
        assertThat(published.err()).contains("was changed: its key did not sign it");
        assertThat(authorizations).isEmpty();
    }

    private static HttpServer unstarted() {
        try {
            return HttpServer.create();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/api/v1/anchor";
    }

    private CommandRun publish(String... options) {
        return witness("publish", options);
    }

    private CommandRun witness(String action, String... options) {
        String[] args = new String[2 + options.length];
        args[0] = "witness";
        args[1] = action;
        System.arraycopy(options, 0, args, 2, options.length);
        return CommandRun.atHome(user.path(), args);
    }
}
