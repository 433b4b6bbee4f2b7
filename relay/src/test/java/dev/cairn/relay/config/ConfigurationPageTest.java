package dev.cairn.relay.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {

    private static final Path PAGE = Path.of("../docs/configuration.md");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `([a-z_.\\[\\]]+)` \\| ([^|]+) \\| ([^|]+) \\| [^|]+ \\|$");
    private static final Pattern EXAMPLE = Pattern.compile("(?s)```json\n(.*?)```");

    private static final Places SYSTEM =
            new Places(Path.of("/var/lib/cairn"), List.of(Path.of("/run/cairn/relay.sock")), false);

    @Test
    void itsTableSaysWhatTheReaderTakesAndWhatHoldsWithout() throws IOException {
        String everySection = "{\"witness\":{\"endpoints\":[{\"name\":\"w\",\"url\":\"http://w/\"}]},"
                + "\"receipts\":{\"transit\":{\"address\":\"https://v\",\"key\":\"k\",\"token_file\":\"/t\"}}}";

        List<String> read = read(everySection).keys().stream()
                .map(key -> key.name().replace("[0]", "[]") + " | " + key.expected() + " | " + shown(key.otherwise()))
                .toList();

        List<String> written = ROW.matcher(Files.readString(PAGE))
                .results()
                .map(row -> row.group(1) + " | " + row.group(2) + " | " + row.group(3))
                .toList();
        assertThat(written).containsExactlyInAnyOrderElementsOf(read);
    }

    @Test
    void itsExampleIsAValidFile() throws IOException {
        List<String> examples = EXAMPLE.matcher(Files.readString(PAGE))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();

        assertThat(examples)
                .singleElement()
                .satisfies(example -> assertThat(read(example).warnings()).isEmpty());
    }

    private static RelayConfig.Reading read(String json) {
        return RelayConfig.read(json.getBytes(StandardCharsets.UTF_8), SYSTEM);
    }

    private static String shown(String otherwise) {
        return otherwise.isEmpty() ? "none" : "`" + otherwise + "`";
    }
}
