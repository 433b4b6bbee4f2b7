package dev.cairn.relay.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// The known answers for lines that would end, or fool, another relay.
@Timeout(30)
class HostileLinesTest {

    @TempDir
    static Path dir;

    private static RunningIngress relay;

    @BeforeAll
    static void start() {
        relay = RunningIngress.in(dir);
    }

    @AfterAll
    static void stop() {
        relay.close();
    }

    @ParameterizedTest
    @MethodSource("knownAnswers")
    void answersAsKnownAndGoesOn(String line, String answerBegins) throws IOException {
        try (Client client = relay.connect()) {
            assertThat(client.ask(line)).startsWith(answerBegins);
            assertThat(client.ask(Requests.PING.strip())).startsWith("{\"ok\":true");
        }
    }

    static Stream<Arguments> knownAnswers() throws IOException, JsonSyntaxException {
        Path file = Path.of(System.getProperty("vectors", "absent"), "audit", "cairn.json");
        if (!Files.exists(file)) {
            abort("no vectors at " + file);
        }
        byte[] bytes = Files.readAllBytes(file);
        JsonTape tape = new JsonTape();
        tape.parse(bytes, 0, bytes.length);
        return Stream.of("hostile_lines", "nesting", "reserved_members")
                .flatMap(section -> items(tape, tape.member(0, section)));
    }

    private static Stream<Arguments> items(JsonTape tape, int array) {
        Stream.Builder<Arguments> items = Stream.builder();
        for (int item = tape.firstChild(array); item < tape.next(array); item = tape.next(item)) {
            int line = tape.member(item, "line");
            int payload = tape.member(item, "payload");
            items.add(Arguments.of(
                    line >= 0
                            ? tape.text(line)
                            : "{\"protocol_version\":1,\"type\":\"event\",\"payload\":" + verbatim(tape, payload) + "}",
                    answer(tape, tape.member(item, "response"))));
        }
        return items.build();
    }

    private static String answer(JsonTape tape, int response) {
        return tape.is(tape.member(response, "ok"), JsonKind.TRUE)
                ? "{\"ok\":true"
                : "{\"ok\":false,\"error\":\"" + tape.text(tape.member(response, "error")) + "\"}";
    }

    private static String verbatim(JsonTape tape, int node) {
        String text =
                new String(tape.source(), tape.start(node), tape.end(node) - tape.start(node), StandardCharsets.UTF_8);
        return text.replace("\n", "");
    }
}
