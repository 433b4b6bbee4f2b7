package dev.cairn.protocol.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.audit.RecordBatchWriter.Added;
import dev.cairn.protocol.json.JsonString;
import dev.cairn.protocol.json.JsonTape;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Random events in random batches: every stored line verifies when it is read, sorted and hashed again by
/// other means, and holds the event as it was sent.
class RecordBatchPropertyTest {

    private static final String[] KEYS = {
        "x", "_a", "_relay_x", "A", "0", "é", "😀", "\uE000", "", "_", "hash_", "zz", "a\"b", "payload", "\ud83d"
    };
    private static final Hash START = new Hash("sha256:" + "5".repeat(64));

    @ParameterizedTest
    @MethodSource("seeds")
    void storesLinesThatVerify(long seed) {
        Random random = new Random(seed);
        RecordBatchWriter writer = new RecordBatchWriter(new KeystreamSalts(new SecureRandom()));
        Tip start = random.nextBoolean() ? Tip.EMPTY : new Tip(START, 3);
        RecordLinker linker = new RecordLinker(start);
        @Nullable Hash prev = start.hash();

        for (int i = 0; i < 40; i++) {
            List<String> events = new ArrayList<>();
            for (int count = 1 + random.nextInt(6); count > 0; count--) {
                events.add(event(random));
            }
            RecordBatch batch = write(writer, events);
            linker.link(batch);

            for (int at = 0; at < events.size(); at++) {
                String line = new String(batch.bytes(), batch.start(at), batch.end(at) - batch.start(at), UTF_8);
                assertVerifies(line, events.get(at), prev, "seed " + seed + ": " + events.get(at));
                prev = batch.hash(at);
                assertThat(line).contains(prev.text());
            }
            assertThat(batch.end(batch.count() - 1)).isEqualTo(batch.start(0) + batch.length());
        }
        assertThat(linker.tip().hash()).isEqualTo(prev);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void answersOrStoresEventsWithAnyBytesInThem(long seed) {
        Random random = new Random(seed);
        AuditRequestReader reader = new AuditRequestReader();
        RecordBatchWriter writer = new RecordBatchWriter(new KeystreamSalts(new SecureRandom()));
        RecordLinker linker = new RecordLinker(Tip.EMPTY);
        int stored = 0;

        for (int i = 0; i < 2000; i++) {
            byte[] line = ("{\"type\":\"event\",\"payload\":" + event(random) + "}").getBytes(UTF_8);
            for (int change = random.nextInt(3); change > 0; change--) {
                line[random.nextInt(line.length)] = (byte) random.nextInt(256);
            }
            if (reader.read(line, 0, line.length) instanceof AuditRequest.Event sent) {
                writer.add(reader.tape(), sent.payload(), PeerStamp.NOBODY, i);
            }
        }
        RecordBatch batch = writer.take();
        linker.link(batch);

        for (int i = 0; i < batch.count(); i++) {
            String line = new String(batch.bytes(), batch.start(i), batch.end(i) - batch.start(i), UTF_8);
            Map<Object, @Nullable Object> record =
                    new TreeMap<>(VectorFile.parse(line).members());
            assertThat(record).as("seed %d: %s", seed, line).containsKeys("id", "_relay", "_relay_hash");
            stored++;
        }
        assertThat(stored).isEqualTo(batch.count()).isPositive();
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 8);
    }

    private static RecordBatch write(RecordBatchWriter writer, List<String> events) {
        JsonTape tape = new JsonTape();
        for (String event : events) {
            byte[] text = event.getBytes(UTF_8);
            tape.parse(text, 0, text.length);
            assertThat(writer.add(tape, 0, PeerStamp.of(new Peer(1, 2, 3, "/é")), 1_795_301_771_726L))
                    .as(event)
                    .isEqualTo(new Added());
        }
        return writer.take();
    }

    private static void assertVerifies(String line, String event, @Nullable Hash prev, String what) {
        assertThat(line).endsWith("\n");
        Map<Object, @Nullable Object> record =
                new TreeMap<>(VectorFile.parse(line).members());
        Map<Object, @Nullable Object> sent =
                new TreeMap<>(VectorFile.parse(event).members());
        Object stored = record.remove("_relay_hash");
        assertThat(record.remove("event_hash")).as(what).isEqualTo(sent.remove("event_hash"));
        byte[] canonical = print(record).getBytes(UTF_8);
        assertThat(Hash.of(canonical, 0, canonical.length).text()).as(what).isEqualTo(stored);
        VectorFile relay = new VectorFile(record.remove("_relay"));
        assertThat(relay.at("relay_prev_hash").value()).as(what).isEqualTo(prev == null ? null : prev.text());
        assertThat(relay.at("peer")).isEqualTo(VectorFile.parse("{\"pid\":1,\"uid\":2,\"gid\":3,\"exe\":\"/é\"}"));
        assertThat(record).as(what).isEqualTo(sent);
    }

    /// Canonical text once more, of maps and strings.
    private static String print(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                List<String> members = new ArrayList<>();
                new TreeMap<Object, @Nullable Object>(map)
                        .forEach((key, member) -> members.add(JsonString.quote((String) key) + ":" + print(member)));
                yield "{" + String.join(",", members) + "}";
            }
            case List<?> list ->
                "["
                        + String.join(
                                ",",
                                list.stream()
                                        .map(RecordBatchPropertyTest::print)
                                        .toList()) + "]";
            case String text -> JsonString.quote(text);
            case null, default -> String.valueOf(value);
        };
    }

    private static String event(Random random) {
        List<String> members = new ArrayList<>(List.of(
                "\"id\":" + text(random),
                "\"session_id\":" + text(random),
                "\"timestamp\":\"2026-01-01T00:00:00.5Z\"",
                "\"agent\":\"codex\"",
                "\"action\":\"command_execute\"",
                "\"risk\":{\"level\":\"low\",\"flags\":[" + text(random) + "]}"));
        if (random.nextBoolean()) {
            members.add("\"target\":{\"type\":\"command\",\"command\":" + text(random) + "}");
        }
        if (random.nextBoolean()) {
            members.add("\"event_hash\":\"\"");
        }
        List<String> keys = new ArrayList<>(List.of(KEYS));
        Collections.shuffle(keys, random);
        keys.subList(0, random.nextInt(keys.size()))
                .forEach(key -> members.add(JsonString.quote(key) + ":" + value(random, 3)));
        Collections.shuffle(members, random);
        return "{ " + String.join(" , ", members) + "\t}";
    }

    private static String value(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 4 : 6)) {
            case 0 -> text(random);
            case 1 -> String.valueOf(random.nextLong(1L << 52));
            case 2 -> random.nextInt(1, 9999) + ".5";
            case 3 -> random.nextInt(3) == 0 ? "null" : String.valueOf(random.nextBoolean());
            case 4 -> "[" + value(random, depth - 1) + "," + value(random, depth - 1) + "]";
            default ->
                "{\"b\":" + value(random, depth - 1) + ",\"a\\u0041\":" + value(random, 0) + ",\"event_hash\":1}";
        };
    }

    private static String text(Random random) {
        String units = "ab \"\\/\n\u0000é日\uE000";
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i > 0; i--) {
            text.append(random.nextInt(15) == 0 ? "😀" : random.nextInt(25) == 0 ? "\udc05" : "");
            text.append(units.charAt(random.nextInt(units.length())));
        }
        return JsonString.quote(text.toString());
    }
}
