package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.Receipts;
import dev.cairn.relay.config.Receipts.Door.Need;
import dev.cairn.relay.config.RelayConfig;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmitterEnvironmentTest {

    private static final Path DATA = Path.of("/data");

    @TempDir
    private Path dir;

    @Test
    void variablesWinOverTheConfiguration() {
        Receipts receipts = apply(
                "{\"db\":\"/a\",\"issuer_id\":\"did:a\"}",
                Map.of("AGENTRECEIPTS_DB", "/b", "AGENTRECEIPTS_KEY", "/k", "AGENTRECEIPTS_CHAIN_ID", "c"));

        assertThat(receipts.files().db(DATA)).isEqualTo(Path.of("/b"));
        assertThat(receipts.files().publicKey(DATA)).isEqualTo(Path.of("/k.pub"));
        assertThat(receipts.identity().chainId()).contains("c");
        assertThat(receipts.identity().issuerId()).isEqualTo("did:a");
    }

    @Test
    void everyVariableWinsOverItsKey() {
        Receipts receipts = apply(
                """
                {"public_key":"/a.pub","anchor_log":"/a.log","issuer_id":"did:a","verification_method":"did:a#1",
                 "parameter_disclosure":"off","forensic_public_key":"/a.fpub","redact_patterns":"/a.yaml"}""",
                Map.of(
                        "AGENTRECEIPTS_PUBLIC_KEY", "/b.pub",
                        "AGENTRECEIPTS_ANCHOR_LOG", "/b.log",
                        "AGENTRECEIPTS_ISSUER_ID", "did:b",
                        "AGENTRECEIPTS_VERIFICATION_METHOD", "did:b#1",
                        "AGENTRECEIPTS_PARAMETER_DISCLOSURE", "high",
                        "AGENTRECEIPTS_FORENSIC_PUBLIC_KEY", "/b.fpub",
                        "AGENTRECEIPTS_REDACT_PATTERNS", "/b.yaml"));

        assertThat(receipts.files().publicKey(DATA)).isEqualTo(Path.of("/b.pub"));
        assertThat(receipts.files().anchorLog()).contains(Path.of("/b.log"));
        assertThat(receipts.identity().issuerId()).isEqualTo("did:b");
        assertThat(receipts.identity().verificationMethod()).isEqualTo("did:b#1");
        assertThat(receipts.privacy().parameterDisclosure()).isEqualTo("high");
        assertThat(receipts.privacy().forensicPublicKey()).contains(Path.of("/b.fpub"));
        assertThat(receipts.privacy().redactPatterns()).contains(Path.of("/b.yaml"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"high,x.y", "x.y,off", "all,"})
    void aDisclosureThatMixesAWordWithActionTypesIsAMistakeOfUsage(String disclosure) {
        assertThatExceptionOfType(CommandFailedException.class)
                .isThrownBy(() -> apply("{}", Map.of("AGENTRECEIPTS_PARAMETER_DISCLOSURE", disclosure)))
                .satisfies(failure -> {
                    assertThat(failure.exitCode()).isEqualTo(ExitCode.USAGE);
                    assertThat(failure.error())
                            .contains("AGENTRECEIPTS_PARAMETER_DISCLOSURE")
                            .contains(disclosure);
                });
    }

    @Test
    void emptyVariablesSayNothing() {
        Receipts receipts = apply("{}", Map.of("AGENTRECEIPTS_DB", "", "AGENTRECEIPTS_SOCKET", ""));

        assertThat(receipts.files().db()).isEmpty();
        assertThat(receipts.door().need()).isEqualTo(Need.WELCOME);
    }

    @Test
    void theUsualSocketIsInTheRuntimeDirectory() {
        Receipts.Door door =
                apply("{}", Map.of("XDG_RUNTIME_DIR", dir.toString())).door();

        assertThat(door.socket()).contains(dir.resolve("agentreceipts/events.sock"));
        assertThat(door.need()).isEqualTo(Need.WELCOME);
        assertThat(apply("{}", Map.of()).door().socket()).contains(Path.of("/run/agentreceipts/events.sock"));
    }

    @Test
    void aRuntimeDirectoryThatIsEmptyIsAsGoodAsNone() {
        assertThat(apply("{}", Map.of("XDG_RUNTIME_DIR", "")).door().socket())
                .contains(Path.of("/run/agentreceipts/events.sock"));
    }

    @Test
    void aConfigurationThatWantsNoSocketGetsNone() {
        assertThat(apply("{\"well_known_socket\":false}", Map.of()).door().socket())
                .isEmpty();
    }

    @Test
    void aRuntimeDirectoryThatIsRelativeIsNotUsedAndThatIsTold() {
        Map<String, String> relative = Map.of("XDG_RUNTIME_DIR", "run");

        assertThat(apply("{}", relative).door().socket()).isEmpty();
        assertThat(warnings("{}", relative))
                .singleElement()
                .asString()
                .contains("run/agentreceipts/events.sock", "XDG_RUNTIME_DIR", "AGENTRECEIPTS_SOCKET");
    }

    @Test
    void whereEmittersLookAndNoSocketCanBeThatIsTold() throws Exception {
        Path elsewhere = Files.createDirectory(dir.resolve("elsewhere"));
        Path runtime = Files.createDirectory(dir.resolve("runtime"));
        Files.createSymbolicLink(runtime.resolve("agentreceipts"), elsewhere);
        String tooLong = dir.resolve("x".repeat(100)).toString();

        assertThat(warnings("{}", Map.of("XDG_RUNTIME_DIR", runtime.toString())))
                .singleElement()
                .asString()
                .contains("outside the directories for sockets");
        assertThat(warnings("{}", Map.of("XDG_RUNTIME_DIR", tooLong)))
                .singleElement()
                .asString()
                .contains("longer than 96 bytes");
    }

    @Test
    void aUsualSocketThatCannotBeResolvedIsNotCalledOutside() throws Exception {
        Path looping = Files.createDirectory(dir.resolve("looping"));
        Files.createSymbolicLink(looping.resolve("agentreceipts"), Path.of("agentreceipts"));
        Path file = Files.createFile(Files.createDirectory(dir.resolve("file")).resolve("agentreceipts"));

        assertThat(warnings("{}", Map.of("XDG_RUNTIME_DIR", looping.toString())))
                .singleElement()
                .asString()
                .contains("cannot be told: Too many levels of symbolic links")
                .doesNotContain("outside");
        assertThat(warnings("{}", Map.of("XDG_RUNTIME_DIR", dir.resolve("file").toString())))
                .singleElement()
                .asString()
                .contains("cannot be told: ", file + " is no directory")
                .doesNotContain("outside");
    }

    @Test
    void whereNothingIsAmissNothingIsTold() {
        Map<String, String> relative = Map.of("XDG_RUNTIME_DIR", "run");

        assertThat(warnings("{}", Map.of("XDG_RUNTIME_DIR", dir.toString()))).isEmpty();
        assertThat(warnings("{\"enabled\":false}", relative)).isEmpty();
        assertThat(warnings("{\"well_known_socket\":false}", relative)).isEmpty();
        assertThat(warnings("{\"socket\":\"/run/e.sock\"}", relative)).isEmpty();
    }

    @Test
    void aNamedSocketOutsideTheDirectoriesForSocketsIsRefusedUnlessThatIsAccepted() {
        Path socket = dir.resolve("e.sock");

        assertThatExceptionOfType(CommandFailedException.class)
                .isThrownBy(() -> apply("{}", Map.of("AGENTRECEIPTS_SOCKET", socket.toString())));
        Receipts.Door accepted = apply(
                        "{}",
                        Map.of("AGENTRECEIPTS_SOCKET", socket.toString(), "AGENTRECEIPTS_UNSAFE_SOCKET_PATH", "true"))
                .door();
        assertThat(accepted.socket()).contains(socket);
        assertThat(accepted.need()).isEqualTo(Need.REQUIRED_UNSAFE);
    }

    @Test
    void aSocketOfCairnsOwnIsNotOpenedTwice() {
        Path own = Places.in(DATA).sockets().getFirst();

        Receipts receipts = apply("{}", Map.of("AGENTRECEIPTS_SOCKET", own.toString()));

        assertThat(receipts.door().socket()).isEmpty();
        assertThat(receipts.door().wellKnownSocket()).isFalse();
    }

    @Test
    void aLinkThatLeadsOutOfTheDirectoryForSocketsIsFollowed() throws Exception {
        Path runtime = Files.createDirectory(dir.resolve("runtime"));
        Path elsewhere = Files.createDirectory(dir.resolve("elsewhere"));
        Files.createSymbolicLink(runtime.resolve("link"), elsewhere);
        String socket = runtime.resolve("link/e.sock").toString();

        assertThatExceptionOfType(CommandFailedException.class)
                .isThrownBy(() ->
                        apply("{}", Map.of("AGENTRECEIPTS_SOCKET", socket, "XDG_RUNTIME_DIR", runtime.toString())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://h:1", "TCP4://h", "tcp6://[::1]:9", "localhost:8080"})
    void whatLooksLikeTcpIsRefused(String socket) {
        assertThatExceptionOfType(CommandFailedException.class)
                .isThrownBy(() -> apply("{}", Map.of("AGENTRECEIPTS_SOCKET", socket)));
    }

    @Test
    void aFlagThatIsNeitherTrueNorFalseIsRefused() {
        assertThatExceptionOfType(CommandFailedException.class)
                .isThrownBy(() -> apply("{}", Map.of("AGENTRECEIPTS_UNSAFE_SOCKET_PATH", "yes")));
    }

    private static Receipts apply(String receipts, Map<String, String> variables) {
        return environment(variables).apply(config(receipts)).receipts();
    }

    private static List<String> warnings(String receipts, Map<String, String> variables) {
        return environment(variables).warnings(config(receipts));
    }

    private static RelayConfig config(String receipts) {
        String file = "{\"receipts\":" + receipts + "}";
        return RelayConfig.read(file.getBytes(StandardCharsets.UTF_8), Places.in(DATA))
                .config();
    }

    private static EmitterEnvironment environment(Map<String, String> variables) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Surroundings surroundings = new Surroundings(
                new ByteArrayInputStream(new byte[0]), nowhere, nowhere, false, false, false, variables::get);
        return new EmitterEnvironment(surroundings, false);
    }
}
