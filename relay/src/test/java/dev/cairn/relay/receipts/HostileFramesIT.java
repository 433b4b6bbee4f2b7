package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.RelayProcess;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Legal frames that are made to take as much of the relay's memory as they can, with the heap that it has in use.
@Timeout(120)
class HostileFramesIT {

    private static final List<String> AS_IN_USE =
            List.of("-Xmx96m", "-Xmn56m", "-XX:SurvivorRatio=2", "-XX:+ExitOnOutOfMemoryError");
    private static final int FRAME_MAX = 1 << 20;
    private static final int CONNECTIONS = 12;

    @TempDir
    private Path dir;

    /// Each byte that is no UTF-8 becomes three in the receipt.
    @Test
    void framesThatGrowInTheirReceiptsAreStoredOrCounted() throws Exception {
        try (RelayProcess relay = RelayProcess.start(AS_IN_USE, dir)) {
            List<Emitter> emitters = connect(relay);

            for (int i = 0; i < 2; i++) {
                for (Emitter emitter : emitters) {
                    emitter.write(Emitter.framed(filled(",\"error\":\"", "\"", (byte) 0xFF)));
                }
            }
            leave(emitters);

            awaitFrames(2 * CONNECTIONS);
            assertThat(relay.stop()).as(this::log).isZero();
        }
    }

    @Test
    void framesOfManyValuesAreStoredOrCounted() throws Exception {
        try (RelayProcess relay = RelayProcess.start(AS_IN_USE, dir)) {
            List<Emitter> emitters = connect(relay);

            for (Emitter emitter : emitters) {
                emitter.write(Emitter.framed(filled(",\"input\":[0", "]", (byte) 0)));
            }
            leave(emitters);

            awaitFrames(CONNECTIONS);
            assertThat(relay.stop()).as(this::log).isZero();
        }
    }

    @Test
    void claimsOfManyShortConnectionsAreFewReceiptsWhileNothingCanBeStored() throws Exception {
        int claims = 500;
        try (RelayProcess relay =
                RelayProcess.start(AS_IN_USE, dir, "--config", smallBacklog().toString())) {
            List<Emitter> greedy = connect(relay);
            try (Connection other = lockedByAnother()) {
                for (int i = 0; i < 3; i++) {
                    for (Emitter emitter : greedy) {
                        emitter.write(Emitter.framed(filled(",\"error\":\"", "\"", (byte) 'x')));
                    }
                }
                for (int i = 0; i < claims; i++) {
                    try (Emitter emitter = new Emitter(relay.socket())) {
                        emitter.send(
                                Emitter.frame("lost", ",\"drop_count\":1,\"input\":\"" + "x".repeat(50_000) + '"'));
                        emitter.endOutput();
                        emitter.awaitEnd();
                    }
                }
                other.rollback();
            }
            leave(greedy);
            awaitFrames(3 * CONNECTIONS + claims);
            assertThat(relay.stop()).as(this::log).isZero();
        }

        List<Long> claimed = claimed();
        assertThat(claimed.stream().mapToLong(count -> count).sum()).isEqualTo(claims);
        assertThat(claimed).hasSizeLessThan(claims / 2);
    }

    /// Waits until so many frames have their receipt or are counted as lost.
    private void awaitFrames(long frames) throws Exception {
        for (int i = 0; i < 600 && stored() + shed() < frames; i++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        assertThat(stored() + shed()).as(this::log).isEqualTo(frames);
    }

    private long stored() throws SQLException {
        return texts("SELECT id FROM receipts WHERE action_type LIKE 'sdk.%'").count();
    }

    private long shed() throws SQLException {
        return drops().map(receipt -> receipt.getJsonObject("issuer").getJsonObject("runtime"))
                .filter(runtime -> runtime != null)
                .mapToLong(runtime -> runtime.getJsonObject("reasons").getLong("shed"))
                .sum();
    }

    private String log() {
        try {
            return Files.readString(dir.resolve("relay-stderr.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private Path smallBacklog() throws IOException {
        return Files.writeString(dir.resolve("config.json"), "{\"receipts\":{\"backlog_bytes_max\":16777216}}");
    }

    private static List<Emitter> connect(RelayProcess relay) throws Exception {
        List<Emitter> emitters = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            emitters.add(new Emitter(relay.socket()));
        }
        return emitters;
    }

    private static void leave(List<Emitter> emitters) throws Exception {
        for (Emitter emitter : emitters) {
            emitter.endOutput();
            emitter.awaitEnd();
            emitter.close();
        }
    }

    /// A frame as long as can be: members, then as many of a byte as fit; `0` stands for more elements of a
    /// list.
    private static byte[] filled(String members, String end, byte filling) {
        byte[] first = Emitter.frame("long", members).getBytes(StandardCharsets.UTF_8);
        first = Arrays.copyOf(first, first.length - 1); // Without the brace.
        byte[] last = (end + "}").getBytes(StandardCharsets.UTF_8);
        byte[] frame = Arrays.copyOf(first, FRAME_MAX);
        for (int i = first.length; i < FRAME_MAX - last.length; i++) {
            frame[i] = filling != 0 ? filling : (byte) ((i - first.length) % 2 == 0 ? ',' : '0');
        }
        if (frame[FRAME_MAX - last.length - 1] == ',') {
            frame[FRAME_MAX - last.length - 1] = ' ';
        }
        System.arraycopy(last, 0, frame, FRAME_MAX - last.length, last.length);
        return frame;
    }

    private Connection lockedByAnother() throws SQLException {
        Connection other = open();
        other.setAutoCommit(false);
        try (Statement statement = other.createStatement()) {
            statement.executeUpdate("UPDATE receipts SET created_at = created_at");
        }
        return other;
    }

    /// What receipts say that emitters have lost.
    private List<Long> claimed() throws SQLException {
        return drops().filter(receipt -> receipt.getJsonObject("issuer").getJsonObject("runtime") == null)
                .map(receipt -> receipt.getJsonObject("credentialSubject")
                        .getJsonObject("action")
                        .getJsonObject("emitter_metadata"))
                .filter(metadata -> metadata != null)
                .map(metadata -> metadata.getLong("drop_count"))
                .toList();
    }

    private Stream<JsonObject> drops() throws SQLException {
        return texts("SELECT receipt_json FROM receipts WHERE tool_name = 'events_dropped'")
                .map(JsonObject::new);
    }

    private Stream<String> texts(String query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Connection database = open();
                Statement statement = database.createStatement();
                var rows = statement.executeQuery(query)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts.stream();
    }

    private Connection open() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("receipts/receipts.db"));
    }
}
