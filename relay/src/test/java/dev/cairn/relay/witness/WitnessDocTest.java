package dev.cairn.relay.witness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.config.Places;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.witness.RunningWitness.Reply;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The operators' page says what the witness does: its examples are sent, and the answers have the members
/// that it shows.
class WitnessDocTest {

    private static final Path PAGE = Path.of("../docs/witness.md");
    private static final String TOKEN = "5f1d0a4c3b2e19876a5b4c3d2e1f0987";

    @TempDir
    private Path dir;

    @Test
    void theExamplesAreAnsweredAsItSays() throws Exception {
        Tokens tokens = Tokens.parse(example("text tokens"));

        try (RunningWitness witness = RunningWitness.start(dir, tokens, RunningWitness.UNLIMITED)) {
            String relay = example("json relay");
            Reply anchored = witness.postAs(TOKEN, relay);
            Reply user = witness.postAs(TOKEN, example("json user"));
            Reply contradiction = witness.postAs(TOKEN, relay.replace("abab", "cdcd"));
            Reply health = witness.get("/api/v1/health");
            String record = witness.logged("\"kind\":\"anchor\"").getFirst();

            assertThat(anchored.status()).isEqualTo(201);
            assertThat(user.status()).isEqualTo(201);
            assertThat(contradiction.status()).isEqualTo(409);
            assertSameMembers(anchored.json(), example("json receipt"));
            assertSameMembers(contradiction.json(), example("json contradiction"));
            assertThat(contradiction.json().getString("detail"))
                    .isEqualTo(new JsonObject(example("json contradiction")).getString("detail"));
            assertSameMembers(health.json(), example("json health"));
            assertSameMembers(new JsonObject(record), example("json record"));
        }
    }

    @Test
    void theEntryIsOneThatARelayTakes() throws IOException {
        JsonArray endpoints = new JsonArray().add(new JsonObject(example("json endpoint")));
        JsonObject config = new JsonObject()
                .put("witness", new JsonObject().put("enabled", true).put("endpoints", endpoints));

        RelayConfig.Reading reading =
                RelayConfig.read(config.encode().getBytes(StandardCharsets.UTF_8), Places.in(dir));

        assertThat(reading.warnings()).isEmpty();
    }

    /// The fenced block of this name.
    private static String example(String name) throws IOException {
        Matcher block =
                Pattern.compile("```" + name + "\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        assertThat(block.find()).as(name).isTrue();
        return block.group(1).strip();
    }

    private static void assertSameMembers(JsonObject found, String example) {
        assertThat(found.fieldNames()).containsExactlyInAnyOrderElementsOf(new JsonObject(example).fieldNames());
    }
}
