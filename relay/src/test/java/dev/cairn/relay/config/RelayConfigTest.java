package dev.cairn.relay.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.cairn.protocol.crypto.Ed25519KeyPair;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RelayConfigTest {

    private static final Witness.Patience PATIENCE = new Witness.Patience(
            Duration.ofMinutes(5), Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(15));

    private static final Places PLACES = Places.in(Path.of("/data"));

    @ParameterizedTest
    @CsvSource({
        "overdue_seconds, 0",
        "overdue_seconds, 86401",
        "try_timeout_seconds, 0",
        "try_timeout_seconds, 301",
        "retry_max_seconds, 0.5",
        "retry_max_seconds, 3601",
        "circuit_max_seconds, 59",
        "circuit_max_seconds, 86401"
    })
    void noWitnessIsWaitedForLongerOrShorterThanMakesSense(String key, String value) {
        assertThat(problems("{\"witness\":{\"" + key + "\":" + value + "}}"))
                .singleElement()
                .asString()
                .startsWith("witness." + key + ": expected a whole number from ");
    }

    @Test
    void anEmptyFileGivesTheDefaults() {
        RelayConfig config = read("{}").config();

        assertThat(config.dataDir()).isEqualTo(Path.of("/data"));
        assertThat(config.ingress().sockets()).containsExactly(Path.of("/data/relay.sock"));
        assertThat(config.ingress().socketMode()).isEqualTo(0660);
        assertThat(config.ingress().idleTimeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(config.chain().dataMode()).isEqualTo(0640);
        assertThat(config.stream().ring()).isEqualTo(65_536);
        assertThat(config.http()).isEqualTo(new RelayConfig.Http(true, "127.0.0.1", 8787, Set.of()));
        assertThat(config.heartbeat()).isEqualTo(new RelayConfig.Heartbeat(Duration.ofSeconds(30), false));
        assertThat(config.autoSeal()).isEqualTo(new AutoSeal(true, 15, 1, true, true, false));
        assertThat(config.sign())
                .isEqualTo(new Sign(Sign.SealPayloads.TRUE_ONLY, Set.of(), Set.of(), Set.of(), Set.of(), 50_000));
        assertThat(config.witness()).isEqualTo(new Witness(false, List.of(), 1, PATIENCE));
    }

    @Test
    void everyMistakeIsReportedAtOnceByItsFullKey() {
        String file = """
                {
                  "ingress": 7,
                  "chain": {"batch_bytes_max": "soon", "bytes": 1},
                  "stream": {"ring": 1.5},
                  "http": {"port": 65536, "port": 80},
                  "socket_group": "no way",
                  "heartbeats": {}
                }""";

        assertThat(problems(file))
                .containsExactlyInAnyOrder(
                        "ingress: expected an object, got 7",
                        "chain.batch_bytes_max: expected a whole number from 1,048,576 to 33,554,432, got \"soon\"",
                        "chain.bytes: unknown key",
                        "stream.ring: expected a whole number from 1 to 1,000,000, got 1.5",
                        "http.port: given twice",
                        "socket_group: expected a group name, got \"no way\"",
                        "heartbeats: unknown key");
    }

    @ParameterizedTest
    @CsvSource({
        "ingress,connections_max,1,100000",
        "ingress,connections_per_uid_max,1,100000",
        "ingress,line_bytes_max,65536,1047552",
        "ingress,unanswered_bytes_max,65536,67108864",
        "ingress,pending_bytes_max,1048576,268435456",
        "ingress,unfinished_bytes_max,1048576,268435456",
        "ingress,idle_timeout_seconds,60,86400",
        "chain,batch_bytes_max,1048576,33554432",
        "chain,commit_delay_micros,0,50000",
        "stream,ring,1,1000000",
        "stream,ring_bytes_max,2097152,536870912",
        "stream,subscribers_max,1,100000",
        "stream,stall_timeout_seconds,1,600",
        "http,port,0,65535",
        "heartbeat,interval_seconds,1,3600",
        "sign,rate_per_uid,1,1000000",
    })
    void aNumberIsTakenAtItsLimitsAndRefusedOnePast(String section, String key, int min, int max) {
        String file = "{\"" + section + "\":{\"" + key + "\":%s}}";

        assertThat(read(file.formatted(min)).warnings()).isEmpty();
        assertThat(read(file.formatted(max)).warnings()).isEmpty();
        for (String past : List.of(String.valueOf(min - 1), String.valueOf(max + 1), "1e400", "-1e400", "null")) {
            assertThat(problems(file.formatted(past)))
                    .singleElement()
                    .asString()
                    .startsWith(section + "." + key + ": expected a whole number from ")
                    .endsWith(", got " + past);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.5,1", "-3,1", "0,1", "1,1", "7.5,7", "35791,35791"})
    void anIntervalIsClampedAsThePeerDoesIt(String given, int taken) {
        var reading = read("{\"auto_seal\":{\"interval_minutes\":" + given + "}}");

        assertThat(reading.config().autoSeal().intervalMinutes()).isEqualTo(taken);
        assertThat(reading.warnings()).hasSize(given.equals(String.valueOf(taken)) ? 0 : 1);
    }

    @ParameterizedTest
    @MethodSource("clampedKeysPastTheirRange")
    void aNumberThatThePeerWouldTurnIntoNonsenseIsRefused(String file, String key) {
        assertThat(problems(file)).singleElement().asString().startsWith(key + ": expected a number from ");
    }

    static Stream<Arguments> clampedKeysPastTheirRange() {
        return Stream.of(
                arguments("{\"auto_seal\":{\"interval_minutes\":35792}}", "auto_seal.interval_minutes"),
                arguments("{\"auto_seal\":{\"interval_minutes\":-1e400}}", "auto_seal.interval_minutes"),
                arguments("{\"auto_seal\":{\"interval_minutes\":\"15\"}}", "auto_seal.interval_minutes"),
                arguments("{\"auto_seal\":{\"min_events_between_seals\":1e10}}", "auto_seal.min_events_between_seals"),
                arguments("{\"witness\":{\"quorum\":101}}", "witness.quorum"));
    }

    @Test
    void thePeersFileIsTakenAsItIsAndItsUnknownMembersAreWarnings() {
        String file = """
                {
                  "auto_seal": {"enabled": true, "interval_minutes": 5, "min_events_between_seals": 0, "color": 1},
                  "witness": {"enabled": true, "quorum": 1, "endpoints":
                    [{"name": "w", "url": "https://w.example/anchor", "auth_token": "s3cret", "note": ""}]},
                  "socket_group": "staff"
                }""";

        var reading = read(file);

        assertThat(reading.config().ingress().socketGroup()).contains("staff");
        assertThat(reading.config().witness().endpoints()).singleElement().satisfies(endpoint -> {
            assertThat(endpoint.authToken()).isEqualTo("s3cret");
            assertThat(endpoint.require()).isEqualTo(Witness.Require.STATUS);
            assertThat(endpoint.toString()).doesNotContain("s3cret");
        });
        assertThat(reading.warnings())
                .containsExactlyInAnyOrder("auto_seal.color: unknown key", "witness.endpoints[0].note: unknown key");
    }

    @Test
    void theWellKnownFileMayHaveSectionsThatNobodyKnows() {
        var reading = read("{\"audit\":{\"well_known_paths\":true},\"team\":{}}");

        assertThat(reading.config().dataDir()).isEqualTo(Path.of("/Library/Patchwork"));
        assertThat(reading.config().ingress().sockets()).containsExactly(Path.of("/Library/Patchwork/relay.sock"));
        assertThat(reading.config().ingress().socketMode()).isEqualTo(0666);
        assertThat(reading.config().chain().dataMode()).isEqualTo(0644);
        assertThat(reading.warnings()).hasSize(2).anyMatch("team: unknown key"::equals);
    }

    @ParameterizedTest
    @CsvSource({"0660", "0600", "0666", "660"})
    void aModeIsOctalText(String mode) {
        assertThat(read("{\"socket_mode\":\"" + mode + "\"}").config().ingress().socketMode())
                .isEqualTo(Integer.parseInt(mode, 8));
    }

    @ParameterizedTest
    @CsvSource({"\"0777\"", "\"0661\"", "\"0888\"", "432", "\"rw\""})
    void aModeWithExecuteBitsOrAsNumberIsRefused(String mode) {
        assertThat(problems("{\"socket_mode\":" + mode + "}"))
                .singleElement()
                .asString()
                .startsWith("socket_mode: ");
    }

    @Test
    void aQuorumThatCanNeverBeMetIsRefused() {
        String twice = "{\"name\":\"a\",\"url\":\"http://a/\"},{\"name\":\"b\",\"url\":\"http://a/\"}";

        assertThat(problems("{\"witness\":{\"enabled\":true,\"quorum\":2,\"endpoints\":[" + twice + "]}}"))
                .containsExactly("witness.endpoints: expected at least 2, as many as witness.quorum, got 1"
                        + " (one of the same name, URL or key counts once)");
    }

    @ParameterizedTest
    @CsvSource({
        "a,http://a/,0,b,https://b/,0,2",
        "a,http://a/,0,b,http://a,0,1",
        "a,https://a/x,0,b,https://A:443/x,0,1",
        "a,https://a/x,0,b,https://a/y,0,2",
        "a,https://a/,1,b,https://b/,1,1",
        "a,https://a/,1,b,https://b/,2,2",
        "a,https://a/,0,a,https://b/,0,1",
    })
    void endpointsOfOneNameOrUrlOrKeyAreOneWitness(
            String name, String url, byte key, String other, String otherUrl, byte otherKey, int witnesses) {
        Witness witness =
                new Witness(true, List.of(endpoint(name, url, key), endpoint(other, otherUrl, otherKey)), 1, PATIENCE);

        assertThat(witness.distinct()).isEqualTo(witnesses);
    }

    /// @param key 0 for none
    private static Witness.Endpoint endpoint(String name, String url, byte key) {
        byte[] seed = new byte[Ed25519KeyPair.SEED_LENGTH];
        Arrays.fill(seed, key);
        String pinned =
                key == 0 ? "" : Ed25519KeyPair.fromSeed(seed).publicKey().text();
        return new Witness.Endpoint(name, url, "", Witness.Require.STATUS, pinned);
    }

    @Test
    void aPinnedKeyThatIsNoneIsRefused() {
        String endpoint = "{\"name\":\"a\",\"url\":\"https://a/\",\"public_key\":\"u" + "A".repeat(43) + "\"}";

        assertThat(problems("{\"witness\":{\"endpoints\":[" + endpoint + "]}}"))
                .singleElement()
                .asString()
                .startsWith("witness.endpoints[0].public_key: expected an Ed25519 key");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[7]|witness.endpoints[0]: expected an object, got 7",
                "[{\"url\":\"https://a/\"}]|witness.endpoints[0].name: missing",
                "[{\"name\":\"a\"}]|witness.endpoints[0].url: missing",
                "[{\"name\":\"a\",\"url\":\"ftp://a/\"}]|witness.endpoints[0].url: expected an http or https URL",
                "[{\"name\":\"a\",\"url\":\"http://a/\",\"require\":\"signature\"}]|witness.endpoints[0].public_key: missing",
                "[{\"name\":\"a\",\"url\":\"http://a/\",\"require\":\"luck\"}]|witness.endpoints[0].require: expected one of status, anchor, signature, got \"luck\"",
                "[{\"name\":\"a\",\"url\":\"http://a/\",\"auth_token\":\"\"}]|witness.endpoints[0].auth_token: expected printable text",
                "7|witness.endpoints: expected an array of objects, got 7",
            })
    void aBadEndpointIsRefused(String endpoints, String problem) {
        assertThat(problems("{\"witness\":{\"endpoints\":" + endpoints + "}}"))
                .anyMatch(text -> text.startsWith(problem));
    }

    @Test
    void aTokenIsNeverPrinted() {
        String file =
                "{\"witness\":{\"endpoints\":[{\"name\":\"a\",\"url\":\"http://a/\",\"auth_token\":\"to ken\"}]}}";

        assertThat(problems(file)).singleElement().asString().doesNotContain("to ken");
    }

    @Test
    void aUrlThatIsRefusedIsNotPrintedEitherAsItMayHoldAPassword() {
        String file = "{\"witness\":{\"endpoints\":[{\"name\":\"a\",\"url\":\"ftp://me:pass@a/?key=1\"}]}}";

        assertThat(problems(file)).singleElement().asString().doesNotContain("pass", "key=1");
    }

    @Test
    void aFileThatIsNoJsonIsRefusedWithLineAndColumn() {
        assertThat(problems("{\n  \"http\": {,}\n}"))
                .singleElement()
                .asString()
                .startsWith("line 2, column 12: not JSON");
    }

    @Test
    void aSocketPathMustFitASocketAddress() {
        String longest = "/" + "s".repeat(RelayConfig.Ingress.SOCKET_PATH_MAX - 1);

        assertThat(read("{\"ingress\":{\"sockets\":[\"" + longest + "\"]}}").warnings())
                .isEmpty();
        assertThat(problems("{\"ingress\":{\"sockets\":[\"" + longest + "s\"]}}"))
                .hasSize(1);
        assertThat(problems("{\"ingress\":{\"sockets\":[\"relay.sock\"]}}")).hasSize(1);
    }

    private static RelayConfig.Reading read(String json) {
        return RelayConfig.read(json.getBytes(StandardCharsets.UTF_8), PLACES);
    }

    @Test
    void aKeyIsToldAsItIsWritten() {
        assertThat(problems("{\"\\u001b[31mred\":1}")).containsExactly("\\u001b[31mred: unknown key");
        assertThat(problems("{\"\\u001b\":1,\"\\u001b\":2}")).contains("\\u001b: given twice");
    }

    private static List<String> problems(String json) {
        List<String> problems = new ArrayList<>();
        assertThatExceptionOfType(InvalidConfigException.class)
                .isThrownBy(() -> read(json))
                .satisfies(e -> problems.addAll(e.problems()));
        return problems;
    }
}
