package dev.cairn.protocol.audit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.audit.AuditAnswer.Failure;
import dev.cairn.protocol.audit.RecordBatchWriter.Added;
import dev.cairn.protocol.audit.RecordBatchWriter.Refused;
import dev.cairn.protocol.audit.RecordBatchWriter.Result;
import dev.cairn.protocol.json.ByteBuilder;
import dev.cairn.protocol.json.CanonicalJson;
import dev.cairn.protocol.json.CanonicalJson.Dialect;
import dev.cairn.protocol.json.JsonTape;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The way of an event into its stored line: written with gaps, then linked.
class RecordBatchTest {

    private static final String SALT = "AAAAAAAAAAAAAAAAAAAAAA";
    private static final String SALT_MEMBER = ",\"salt\":\"" + SALT + "\"";
    private static final long NOON = Instant.parse("2026-01-02T12:00:00.007Z").toEpochMilli();
    private static final String MEMBERS = "\"id\":\"e\",\"session_id\":\"s\",\"timestamp\":\"2026-01-01T00:00:00Z\","
            + "\"agent\":\"custom\",\"action\":\"file_read\",\"risk\":{\"level\":\"none\"}";
    private static final String SORTED =
            "\"action\":\"file_read\",\"agent\":\"custom\",\"id\":\"e\",\"risk\":{\"level\":\"none\"},"
                    + "\"session_id\":\"s\",\"timestamp\":\"2026-01-01T00:00:00Z\"";

    private final RecordBatchWriter writer =
            new RecordBatchWriter((target, at) -> Arrays.fill(target, at, at + SaltSource.TEXT_LENGTH, (byte) 'A'));

    @ParameterizedTest
    @MethodSource
    void storesTheRecordsOfThePeerAsTheVectorsSay(VectorFile item) {
        VectorFile stored = VectorFile.parse(item.text("stored_line")).at("_relay");
        Object prev = stored.at("relay_prev_hash").value();

        add(
                item.text("payload_json"),
                Peer.NOBODY,
                Instant.parse(stored.text("received_at")).toEpochMilli());
        RecordBatch batch = writer.take();
        new RecordLinker(tip(prev)).link(batch);

        assertThat(hashedTextWithoutSalt(batch)).isEqualTo(item.text("hash_input_without__relay_hash_and_event_hash"));
        assertThat(hashOf(hashedTextWithoutSalt(batch)))
                .isEqualTo(item.at("response").text("relay_hash"));
        VectorFile line = VectorFile.parse(batch.toString()
                .replace(SALT_MEMBER, "")
                .replace(batch.hash(0).text(), item.at("response").text("relay_hash")));
        assertThat(line).isEqualTo(VectorFile.parse(item.text("stored_line")));
    }

    static List<VectorFile> storesTheRecordsOfThePeerAsTheVectorsSay() {
        return VectorFile.audit("chain.json").at("relay_chain").at("items").items().stream()
                .filter(item -> item.at("recomputes").flag())
                .toList();
    }

    @ParameterizedTest
    @MethodSource
    void storesWhoSentAnEvent(VectorFile vector) {
        Object prev = VectorFile.parse(vector.text("stored_line"))
                .at("_relay")
                .at("relay_prev_hash")
                .value();

        add(
                vector.at("payload").json(),
                peer(vector),
                Instant.parse(vector.text("received_at")).toEpochMilli());
        RecordBatch batch = writer.take();
        new RecordLinker(tip(prev)).link(batch);

        assertThat(hashedTextWithoutSalt(batch)).isEqualTo(vector.text("hashed_text"));
        assertThat(hashOf(hashedTextWithoutSalt(batch))).isEqualTo(vector.text("relay_hash"));
    }

    static List<VectorFile> storesWhoSentAnEvent() {
        return VectorFile.audit("cairn.json").at("records_with_peer").items();
    }

    @Test
    void writesTheRelaysMemberFirstAndTheHashesLast() {
        String eventHash = hashOf("{" + SORTED + "}");
        add("{" + MEMBERS + ",\"event_hash\":\"" + eventHash + "\"}", Peer.NOBODY, NOON);
        RecordBatch batch = writer.take();

        new RecordLinker(Tip.EMPTY).link(batch);

        assertThat(batch.toString())
                .isEqualTo("{\"_relay\":{\"received_at\":\"2026-01-02T12:00:00.007Z\",\"relay_prev_hash\":null"
                        + SALT_MEMBER + "}," + SORTED + ",\"event_hash\":\"" + eventHash + "\",\"_relay_hash\":\""
                        + batch.hash(0) + "\"}\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"A\":1 | \"A\":1,_,*",
                "\"\":1 | \"\":1,_,*",
                "\"_a\":{},\"0\":[1.0] | \"0\":[1],\"_a\":{},_,*",
                "\"_relax\":1,\"_\":2 | \"_\":2,\"_relax\":1,_,*",
                "\"_relay_\":1 | _,\"_relay_\":1,*",
                "\"\\u005a\":1 | \"Z\":1,_,*",
                "\"`\":1 | _,\"`\":1,*",
                "\"é\":1 | _,*,\"é\":1",
                "\"\\u005f\":1 | \"_\":1,_,*",
                "\"\\ud83d\":1 | _,*,\"\\ud83d\":1"
            })
    void putsTheRelaysMemberWhereItSorts(String member, String order) {
        add("{" + member + "," + MEMBERS + "}", Peer.NOBODY, NOON);
        add("{" + MEMBERS + "}", Peer.NOBODY, NOON);
        RecordBatch batch = writer.take();

        new RecordLinker(Tip.EMPTY).link(batch);

        String relay =
                "\"_relay\":{\"received_at\":\"2026-01-02T12:00:00.007Z\",\"relay_prev_hash\":null" + SALT_MEMBER + "}";
        String first = "{" + order.replace("_,", "<,").replace("*", SORTED).replace("<", relay) + "}";
        assertThat(line(batch, 0))
                .isEqualTo(first.substring(0, first.length() - 1) + ",\"_relay_hash\":\"" + batch.hash(0) + "\"}\n");
        assertThat(batch.hash(0).text()).isEqualTo(hashOf(first));
        assertThat(line(batch, 1)).contains("\"relay_prev_hash\":\"" + batch.hash(0) + "\"");
    }

    @Test
    void linksBatchAfterBatchAndPreparesTheAnswers() {
        RecordLinker linker = new RecordLinker(Tip.EMPTY);
        add("{" + MEMBERS + "}", Peer.NOBODY, NOON);
        add("{" + MEMBERS + "}", Peer.NOBODY, NOON);
        RecordBatch first = writer.take();
        add("{" + MEMBERS + "}", Peer.NOBODY, NOON);
        RecordBatch second = writer.take();

        linker.link(first);
        Tip afterFirst = linker.tip();
        linker.link(second);
        Tip afterSecond = linker.tip();
        linker.resetTo(afterFirst);

        assertThat(afterFirst).isEqualTo(new Tip(first.hash(1), 2));
        assertThat(afterSecond).isEqualTo(new Tip(second.hash(0), 3));
        assertThat(line(second, 0)).contains("\"relay_prev_hash\":\"" + first.hash(1) + "\"");
        assertThat(new String(first.answers(), ISO_8859_1))
                .isEqualTo("{\"ok\":true,\"relay_hash\":\"" + first.hash(0) + "\"}\n{\"ok\":true,\"relay_hash\":\""
                        + first.hash(1) + "\"}\n")
                .hasSize(2 * RecordBatch.ANSWER_LENGTH);
        assertThat(first.toByteArray()).hasSize(first.length()).endsWith('\n');
        assertThat(linker.tip()).isEqualTo(afterFirst);
    }

    @Test
    void startsAfreshAfterEachTake() {
        assertThatIllegalStateException().isThrownBy(writer::take);
        add("{" + MEMBERS + "}", Peer.NOBODY, NOON);
        RecordBatch batch = writer.take();

        assertThat(batch.count()).isEqualTo(1);
        assertThat(writer.count()).isZero();
        assertThatIllegalStateException().isThrownBy(writer::take);
        add("{" + MEMBERS + "}", Peer.NOBODY, NOON);
        assertThat(writer.take().length()).isEqualTo(batch.length());
    }

    @Test
    void leavesNothingOfARefusedEventInTheBatch() {
        add("{" + MEMBERS + "}", Peer.NOBODY, NOON);
        int bytes = writer.take().length();
        add("{" + MEMBERS + "}", Peer.NOBODY, NOON);

        Result invalid = add("{}", Peer.NOBODY, NOON);
        Result tampered = add("{" + MEMBERS + ",\"event_hash\":\"x\"}", Peer.NOBODY, NOON);
        Result grown = add("{" + MEMBERS + ",\"n\":[" + "1e20,".repeat(60_000) + "1]}", Peer.NOBODY, NOON);

        assertThat(invalid).isInstanceOf(Refused.class);
        assertThat(tampered).isEqualTo(new Refused(Failure.TAMPERED));
        assertThat(grown).isEqualTo(new Refused(Failure.TOO_LARGE));
        assertThat(writer.count()).isEqualTo(1);
        assertThat(writer.take().length()).isEqualTo(bytes);
    }

    @Test
    void storesLinesUpToTheLimitAndNotOneByteMore() {
        add("{" + MEMBERS + ",\"x\":\"\"}", Peer.NOBODY, NOON);
        int room = RecordBatchWriter.LINE_MAX - writer.take().length();

        Result fits = add("{" + MEMBERS + ",\"x\":\"" + "y".repeat(room) + "\"}", Peer.NOBODY, NOON);
        Result tooLarge = add("{" + MEMBERS + ",\"x\":\"" + "y".repeat(room + 1) + "\"}", Peer.NOBODY, NOON);

        assertThat(fits).isEqualTo(new Added());
        assertThat(tooLarge).isEqualTo(new Refused(Failure.TOO_LARGE));
        assertThat(writer.take().length()).isEqualTo(1_048_575);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",\"prev_hash\":null", ",\"raw\":{\"event_hash\":\"kept\"}"})
    void checksAnEventsOwnHash(String more) {
        String event = "{" + MEMBERS + more + "}";
        String hash = hashOf(canonical(event));

        assertThat(add(with(event, "event_hash", hash))).isEqualTo(new Added());
        assertThat(add(with(event, "event_hash", ""))).isEqualTo(new Added());
        assertThat(add(with(event, "event_hash", hash.replace("sha256:", ""))))
                .isEqualTo(new Refused(Failure.TAMPERED));
        assertThat(add(with(event, "event_hash", hash.substring(0, 70)))).isEqualTo(new Refused(Failure.TAMPERED));
        assertThat(add(with(with(event, "event_hash", hash), "x", "1"))).isEqualTo(new Refused(Failure.TAMPERED));
    }

    @Test
    void checksTheHashOfTheDocumentedForm() {
        String event = "{" + MEMBERS + "}";
        String hash = hashOf(canonical(event));
        String chained = with(event, "prev_hash", "sha256:" + "0".repeat(64));
        String wrong = "sha256:" + "0".repeat(64);

        assertThat(add(with(event, "hash", hash))).isEqualTo(new Added());
        assertThat(add(with(chained, "hash", hash))).isEqualTo(new Added());
        assertThat(add(with(event, "hash", hash.substring(7)))).isEqualTo(new Added());
        assertThat(add(with(event, "hash", wrong))).isEqualTo(new Refused(Failure.TAMPERED));
        assertThat(add(with(event, "hash", wrong.substring(7)))).isEqualTo(new Refused(Failure.TAMPERED));
        assertThat(add(with(event, "hash", "my own"))).isEqualTo(new Added());
        assertThat(add("{" + MEMBERS + ",\"hash\":5}")).isEqualTo(new Added());
        String withHash = with(event, "hash", wrong);
        assertThat(add(with(withHash, "event_hash", hashOf(canonical(withHash)))))
                .isEqualTo(new Added());
    }

    private static String with(String event, String member, String value) {
        return event.substring(0, event.length() - 1) + ",\"" + member + "\":\"" + value + "\"}";
    }

    private Result add(String payload) {
        return add(payload, Peer.NOBODY, NOON);
    }

    private Result add(String payload, Peer peer, long millis) {
        byte[] text = payload.getBytes(UTF_8);
        JsonTape tape = new JsonTape();
        tape.parse(text, 0, text.length);
        return writer.add(tape, 0, PeerStamp.of(peer), millis);
    }

    private static Peer peer(VectorFile vector) {
        if (!vector.has("peer") || vector.at("peer").value() == null) {
            return Peer.NOBODY;
        }
        VectorFile peer = vector.at("peer");
        return new Peer(
                peer.at("pid").number(),
                peer.at("uid").number(),
                peer.at("gid").number(),
                peer.has("exe") ? peer.text("exe") : "");
    }

    private static Tip tip(@Nullable Object prev) {
        return prev == null ? Tip.EMPTY : new Tip(new Hash((String) prev), 1);
    }

    /// What was hashed of the only line, as if records had no salt.
    private static String hashedTextWithoutSalt(RecordBatch batch) {
        String text = new String(batch.bytes(), batch.start(0), batch.hashedEnd(0) - batch.start(0), UTF_8);
        assertThat(text).contains(SALT_MEMBER).endsWith(",");
        return text.substring(0, text.length() - 1).replace(SALT_MEMBER, "") + "}";
    }

    private static String line(RecordBatch batch, int i) {
        return new String(batch.bytes(), batch.start(i), batch.end(i) - batch.start(i), UTF_8);
    }

    private static String canonical(String json) {
        byte[] text = json.getBytes(UTF_8);
        JsonTape tape = new JsonTape();
        tape.parse(text, 0, text.length);
        ByteBuilder out = new ByteBuilder(64);
        new CanonicalJson(Dialect.AUDIT).write(tape, 0, out);
        return out.toString();
    }

    private static String hashOf(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        return Hash.of(bytes, 0, bytes.length).text();
    }
}
