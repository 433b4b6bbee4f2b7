package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.Relay;
import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.RelayConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadyReportTest {

    private static final String SAME_USER = "an agent that runs as this user could touch all of this";

    @Test
    void whatOtherToolsNeedCanBePastedLineByLine() throws Exception {
        String said = said(Path.of("/home/you/it's mine"), "2026-11-22-2", ReadyReport.Audience.USER);

        String exports = String.join("\n", exports(said));
        Process shell = new ProcessBuilder("sh", "-c", exports + "\nenv").start();
        String environment = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(environment.lines())
                .contains(
                        "AGENTRECEIPTS_SOCKET=/run/user/1000/agentreceipts/events.sock",
                        "AGENTRECEIPTS_DB=/home/you/it's mine/receipts/receipts.db",
                        "AGENTRECEIPTS_PUBLIC_KEY=/home/you/it's mine/receipts/signing.key.pub",
                        "AGENTRECEIPTS_CHAIN_ID=2026-11-22-2");
    }

    @Test
    void theReadmeShowsWhatIsSaid() throws IOException {
        String said = said(Path.of("/home/you/.local/share/cairn"), "2026-11-22", ReadyReport.Audience.USER);

        assertThat(Files.readString(Path.of("../README.md"))).contains(said);
    }

    @Test
    void aChainThatIsNotKnownIsNotNamed() {
        assertThat(said(Path.of("/d"), "", ReadyReport.Audience.USER)).doesNotContain("CHAIN_ID");
        assertThat(said(Path.of("/d"), "", ReadyReport.Audience.PROGRAM)).contains("\"receipts_chain\":null");
        assertThat(said(Path.of("/d"), "c", ReadyReport.Audience.PROGRAM)).contains("\"receipts_chain\":\"c\"");
    }

    @Test
    void onlyWhoStartsARelayForThemselvesIsToldWhatAnAgentOfTheSameUserCouldDo() {
        assertThat(said(Path.of("/d"), "c", ReadyReport.Audience.USER)).contains(SAME_USER);
        assertThat(said(Path.of("/d"), "c", ReadyReport.Audience.OPERATOR)).doesNotContain(SAME_USER);
    }

    @Test
    void whoseEventsAreRefusedIsNotToldThatTheyAreKept() {
        Map<String, String> damaged = Map.of("chain", "line 3, offset 700: expected a, found b");

        String people = said(Path.of("/d"), "c", ReadyReport.Audience.USER, damaged);
        String program = said(Path.of("/d"), "c", ReadyReport.Audience.PROGRAM, damaged);

        assertThat(people)
                .startsWith("Cairn runs, but it is not ready.")
                .contains("  chain: events are refused: line 3, offset 700: expected a, found b\n")
                .contains("  ./cairn verify --data /d\n  ./cairn doctor --data /d\n")
                .doesNotContain("Cairn is ready")
                .doesNotContain("emit --action");
        assertThat(program)
                .startsWith("{\"ready\":false,\"down\":[{\"part\":\"chain\","
                        + "\"reason\":\"line 3, offset 700: expected a, found b\"}],");
    }

    @Test
    void whoseEventsAreKeptIsToldWhatElseDoesNotWork() {
        String people =
                said(Path.of("/d"), "c", ReadyReport.Audience.USER, Map.of("seal", "key 01 is not safe to use"));

        assertThat(people)
                .startsWith("Cairn runs, but it is not ready. It keeps what your agents do; what does not work:")
                .contains("  seal: key 01 is not safe to use\n");
    }

    @Test
    void aRelayThatIsReadyHasNothingDown() {
        assertThat(said(Path.of("/d"), "c", ReadyReport.Audience.PROGRAM))
                .startsWith("{\"ready\":true,\"down\":[],\"version\":");
    }

    private static List<String> exports(String said) {
        return said.lines()
                .map(String::strip)
                .filter(line -> line.contains("AGENTRECEIPTS_"))
                .toList();
    }

    private static String said(Path data, String rootChain, ReadyReport.Audience audience) {
        return said(data, rootChain, audience, Map.of());
    }

    private static String said(Path data, String rootChain, ReadyReport.Audience audience, Map<String, String> down) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, false, StandardCharsets.UTF_8);
        Surroundings surroundings = new Surroundings(
                new ByteArrayInputStream(new byte[0]),
                stream,
                stream,
                false,
                false,
                false,
                Map.of("HOME", "/home/you", "CAIRN_COMMAND", "./cairn")::get);
        RelayConfig config = RelayConfig.defaults(Places.in(data));
        Relay.Doors doors = new Relay.Doors(
                List.of(
                        Path.of("/run/user/1000/cairn/relay.sock"),
                        Path.of("/run/user/1000/agentreceipts/events.sock")),
                URI.create("http://127.0.0.1:8787"));
        new ReadyReport(surroundings, config, doors, down, rootChain, null).print(audience);
        return out.toString(StandardCharsets.UTF_8);
    }
}
