package dev.cairn.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.relay.chain.StartGivenUpException;
import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.RelayConfig;
import io.vertx.core.Future;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A start that is given up while the log is read.
@Timeout(60)
class GivenUpStartTest {

    private static final Path LOG = Path.of("events.relay.jsonl");

    @TempDir
    private Path dir;

    @Test
    void leavesLogLockAndSocketAsTheyWere() throws Exception {
        RelayConfig config =
                RelayConfig.read("{}".getBytes(UTF_8), Places.in(dir)).config().withHttp("127.0.0.1", 0);
        Relay.start(config, _ -> {}).await(20, SECONDS).stop().await(20, SECONDS);
        List<String> before = Files.readAllLines(dir.resolve(LOG));

        assertThatThrownBy(() ->
                        Relay.start(config, Future.succeededFuture(), _ -> {}).await(20, SECONDS))
                .isInstanceOf(StartGivenUpException.class);

        assertThat(Files.readAllLines(dir.resolve(LOG))).isEqualTo(before);
        assertThat(dir.resolve("relay.sock")).doesNotExist();
        Relay.start(config, _ -> {}).await(20, SECONDS).stop().await(20, SECONDS);
        assertThat(Files.readAllLines(dir.resolve(LOG))).hasSizeGreaterThan(before.size());
    }
}
