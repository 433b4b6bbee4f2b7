package dev.cairn.relay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.config.Transit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The page about receipts shows what the commands print.
class ReceiptsDocTest {

    private static final Path PAGE = Path.of("../docs/receipts.md");

    @TempDir
    private Path home;

    private ReceiptsFixture store;

    @BeforeEach
    void makeReceipts() throws IOException, SQLException {
        SealedReceipts sealed = new SealedReceipts(home);
        store = sealed.receipts();
        store.from("{\"exe_path\":\"/usr/bin/node\",\"gid\":1000,\"pid\":4242,\"platform\":\"linux\",\"uid\":1000}")
                .chain("2026-06-15/agent/a1", 2)
                .chain("2026-06-15", 3);
        sealed.seal();
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify", "expected", "list", "show", "event"})
    void theExamplesPrintWhatItShows(String name) throws IOException {
        assertPrinted("console " + name);
    }

    @Test
    void aBrokenChainPrintsWhatItShows() throws Exception {
        store.execute("UPDATE receipts SET receipt_json = replace(receipt_json, 'alice', 'mallory')"
                + " WHERE chain_id = '2026-06-15' AND sequence = 2");

        assertPrinted("console broken");
    }

    @Test
    void receiptsThatWereTakenAwayPrintWhatItShows() throws Exception {
        store.execute("DELETE FROM receipts WHERE chain_id = '2026-06-15' AND sequence = 3");

        assertPrinted("console removed");
    }

    @Test
    void theJsonIsAsItShows() throws IOException {
        CommandRun run = CommandRun.atHome(home, "receipts", "verify", "--json");

        assertThat(stripped(run.out().lines().findFirst().orElseThrow())).isEqualTo(stripped(example("json chain")));
    }

    @Test
    void theConfigurationOfATransitEngineIsRight() throws IOException {
        byte[] config = example("json transit").getBytes(StandardCharsets.UTF_8);

        RelayConfig read = RelayConfig.read(config, Places.in(home)).config();

        assertThat(read.receipts().transit()).get().extracting(Transit::key).isEqualTo("cairn-receipts");
    }

    private void assertPrinted(String kind) throws IOException {
        String example = example(kind);
        int line = example.indexOf('\n');
        String[] args = example.substring("$ cairn ".length(), line).split(" ", -1);

        CommandRun run = CommandRun.atHome(home, args);

        assertThat(run.err()).isEmpty();
        assertThat(stripped(run.out())).isEqualTo(stripped(example.substring(line + 1)));
    }

    /// Without what differs from run to run and from machine to machine.
    private static String stripped(String text) {
        return text.replaceAll("/[^ ,]*/receipts/", "")
                .replaceAll("in [0-9]+ ms", "in N ms")
                .replaceAll("sha256:[0-9a-f]*…?", "sha256:")
                .replaceAll("by key [0-9a-f]{16}", "by key K")
                .strip();
    }

    private static String example(String kind) throws IOException {
        Matcher block =
                Pattern.compile("```" + kind + "\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        assertThat(block.find()).as(kind).isTrue();
        return block.group(1);
    }
}
