package dev.cairn.relay.chain;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.BusMessage.Append;
import dev.cairn.relay.bus.BusMessage.Appended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Logs that another relay wrote are adopted and continued.
class PeerLogTest {

    private static final String UNLINKED = "{\"type\":\"heartbeat\",\"timestamp\":\"2026-01-01T00:00:00.000Z\","
            + "\"relay_chain_tip\":null,\"relay_event_count\":0,\"uptime_ms\":1}\n";

    @TempDir
    private Path temp;

    @Test
    void continuesTheLogOfTheVectors() throws IOException, TimeoutException {
        Path vector = Path.of(System.getProperty("vectors", "vectors"), "audit", "cairn.json");
        assumeTrue(Files.exists(vector), "the shared vectors are not here: " + vector);
        Path dir = Files.createDirectory(temp.resolve("data"));
        Files.writeString(Given.log(dir), textOfLog(vector));

        continueLog(dir);

        LogState state = Given.intact(dir);
        assertThat(state.tip().count()).isEqualTo(4);
        assertThat(state.repairs()).isEqualTo(1);
        assertThat(state.last()).isNotNull().extracting(last -> last.seq()).isEqualTo(7L);
    }

    @Test
    void continuesALogWithUnlinkedHeartbeatsAndMembersInAnyOrder() throws IOException, TimeoutException {
        Path vector = Path.of(System.getProperty("vectors", "vectors"), "audit", "chain.json");
        assumeTrue(Files.exists(vector), "the shared vectors are not here: " + vector);
        Path dir = Files.createDirectory(temp.resolve("data"));
        Files.writeString(Given.log(dir), UNLINKED + firstStoredLine(vector) + "\n" + UNLINKED);

        continueLog(dir);

        LogState state = Given.intact(dir);
        assertThat(state.tip().count()).isEqualTo(2);
        assertThat(state.unprotected()).isEqualTo(2);
        assertThat(state.last()).isNotNull().extracting(last -> last.seq()).isEqualTo(2L);
    }

    private static void continueLog(Path dir) throws TimeoutException {
        RunningChain chain = RunningChain.start(Given.config(dir));
        var reply = chain.bus()
                .ask(Address.APPEND_AUDIT, new Append(Given.batch("ours")))
                .await(10, SECONDS);
        chain.stop();
        assertThat(reply).isInstanceOf(Appended.class);
    }

    private static String textOfLog(Path vector) throws IOException {
        try (JsonParser json = new JsonFactory().createParser(vector.toFile())) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.FIELD_NAME
                        && json.currentName().equals("log")) {
                    break;
                }
            }
            return nextText(json, "text");
        }
    }

    private static String firstStoredLine(Path vector) throws IOException {
        try (JsonParser json = new JsonFactory().createParser(vector.toFile())) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.FIELD_NAME
                        && json.currentName().equals("relay_chain")) {
                    break;
                }
            }
            return nextText(json, "stored_line");
        }
    }

    private static String nextText(JsonParser json, String name) throws IOException {
        while (json.nextToken() != null) {
            if (json.currentToken() == JsonToken.FIELD_NAME
                    && json.currentName().equals(name)) {
                return json.nextTextValue();
            }
        }
        throw new IOException("no " + name);
    }
}
