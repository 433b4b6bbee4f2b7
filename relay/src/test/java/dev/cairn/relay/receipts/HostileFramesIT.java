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
    void framesThatGrowInTheirReceiptsAreStored() throws Exception {
        try (RelayProcess relay = RelayProcess.start(AS_IN_USE, dir)) {
            List<Emitter> emitters = connect(relay);

            for (int i = 0; i < 4; i++) {
                for (Emitter emitter : emitters) {
                    emitter.write(Emitter.framed(filled(",\"error\":\"", "\"", (byte) 0xFF)));
                }
            }
            leave(emitters);

            assertThat(relay.stop()).isZero();
            assertThat(count("action_type LIKE 'sdk.%'")).isEqualTo(4 * CONNECTIONS);
        }
    }

    @Test
    void framesOfManyValuesAreStored() throws Exception {
        try (RelayProcess relay = RelayProcess.start(AS_IN_USE, dir)) {
            List<Emitter> emitters = connect(relay);

            for (Emitter emitter : emitters) {
                emitter.write(Emitter.framed(filled(",\"input\":[0", "]", (byte) 0)));
            }
            leave(emitters);

            assertThat(relay.stop()).isZero();
            assertThat(count("action_type LIKE 'sdk.%'")).isEqualTo(CONNECTIONS);
        }
    }

    @Test
    void claimsOfManyShortConnectionsAreOneReceiptWhileNothingCanBeStored() throws Exception {
        int claims = 500;
        try (RelayProcess relay =
                RelayProcess.start(AS_IN_USE, dir, "--config", smallBacklog().toString())) {
            try (Emitter greedy = new Emitter(relay.socket());
                    Connection other = lockedByAnother()) {
                for (int i = 0; i < 24; i++) {
                    greedy.write(Emitter.framed(filled(",\"input\":\"", "\"", (byte) 'x')));
                }
                for (int i = 0; i < claims; i++) {
                    try (Emitter emitter = new Emitter(relay.socket())) {
                        emitter.write(Emitter.framed(filled(",\"drop_count\":1,\"input\":\"", "\"", (byte) 'x')));
                        emitter.endOutput();
                        emitter.awaitEnd();
                    }
                }
                other.rollback();
            }
            assertThat(relay.stop()).isZero();
        }

        List<Long> claimed = claimed();
        assertThat(claimed.stream().mapToLong(count -> count).sum()).isEqualTo(claims);
        assertThat(claimed).hasSizeLessThan(claims / 4);
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

    private long count(String condition) throws SQLException {
        return texts("SELECT count(*) FROM receipts WHERE " + condition)
                .mapToLong(Long::parseLong)
                .sum();
    }

    /// What receipts say that emitters have lost.
    private List<Long> claimed() throws SQLException {
        return texts("SELECT receipt_json FROM receipts WHERE tool_name = 'events_dropped'")
                .map(text -> new JsonObject(text)
                        .getJsonObject("credentialSubject")
                        .getJsonObject("action")
                        .getJsonObject("emitter_metadata"))
                .filter(metadata -> metadata != null)
                .map(metadata -> metadata.getLong("drop_count"))
                .toList();
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
