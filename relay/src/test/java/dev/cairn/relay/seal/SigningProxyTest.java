package dev.cairn.relay.seal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.json.JsonText;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `sign` and `verify` on the socket of a whole relay (`specs/audit-relay.md` 1.4, 5.3, 13).
@Timeout(60)
class SigningProxyTest {

    private static final String ATTESTATION = "{\"type\":\"commit-attestation\",\"schema_version\":1}";
    private static final String NOT_SIGNABLE =
            "sign payload must be a commit-attestation JSON or DSSE PAE — seals and arbitrary text are refused";

    @TempDir
    private Path dir;

    @Test
    void answersEveryKnownRequestAsTheVectorsSay() throws Exception {
        Vectors.writeRing(dir);
        int requests = 0;
        try (RunningRelay relay = RunningRelay.start(dir, "{}")) {
            for (JsonObject known : objects(Vectors.SEALS.getJsonArray("sign_requests_active_key"))) {
                String data = known.getString("data", "a".repeat(known.getInteger("data_length", 0)));
                assertAgrees(known.getString("name"), relay.sign(data), known.getJsonObject("response"));
                requests++;
            }
            String payload = Vectors.SEALS.getJsonObject("attestation").getString("payload");
            for (JsonObject known : objects(Vectors.SEALS.getJsonArray("sign_requests_with_key_id"))) {
                String keyId = known.getString("key_id");
                assertAgrees("key id " + keyId, relay.sign(payload, keyId), known.getJsonObject("response"));
                requests++;
            }
            for (JsonObject known : objects(Vectors.SEALS.getJsonArray("verify_requests"))) {
                JsonText request = JsonText.object().put("type", "verify").putRaw("payload", quoted(known));
                assertAgrees(known.getString("name"), relay.ask(request), known.getJsonObject("response"));
                requests++;
            }
        }
        assertThat(requests).isEqualTo(39);
    }

    @Test
    void signsTheDocumentedFormAndAThousandInOneGo() throws Exception {
        Vectors.writeRing(dir);
        try (RunningRelay relay = RunningRelay.start(dir, "{}")) {
            JsonText request = JsonText.object()
                    .put("type", "sign")
                    .put("data", ATTESTATION)
                    .put("key_id", Vectors.KEY2_ID);

            relay.send((request + "\n{\"type\":\"ping\"}\n").repeat(1_000));

            for (int i = 0; i < 1_000; i++) {
                assertThat(relay.answer().getString("key_id")).isEqualTo(Vectors.KEY2_ID);
                assertThat(relay.answer().getString("status")).isEqualTo("ok");
            }
        }
    }

    @Test
    void signsTheSealOfATrueTipOfItsTimeAndNoOther() throws Exception {
        try (RunningRelay relay = RunningRelay.start(dir, "{}")) {
            relay.emit("a");
            relay.emit("b");
            List<JsonObject> records = records();
            String first = records.get(0).getString("_relay_hash");
            String second = records.get(1).getString("_relay_hash");
            String firstAt = records.get(0).getJsonObject("_relay").getString("received_at");
            String secondAt = records.get(1).getJsonObject("_relay").getString("received_at");

            assertThat(relay.sign(seal(first, 1, firstAt)).getString("signature"))
                    .startsWith("hmac-sha256:");
            assertThat(relay.sign(seal(second, 2, secondAt)).getString("signature"))
                    .startsWith("hmac-sha256:");
            for (String untrue : List.of(
                    seal(second, 1, firstAt),
                    seal(first, 2, secondAt),
                    seal(first, 0, firstAt),
                    seal(second, 3, secondAt),
                    seal(first, 1, "2020-01-01T00:00:00.000Z"),
                    seal(first, 1, "2099-01-01T00:00:00.000Z"),
                    seal(second, 2, "2099-01-01T00:00:00.000Z"),
                    seal(second, 2, "2026-02-31T00:00:00.000Z"))) {
                assertThat(relay.sign(untrue).getString("error")).as(untrue).isEqualTo(NOT_SIGNABLE);
            }
        }
    }

    @Test
    void findsTheRecordOfASealAfterARestartToo() throws Exception {
        try (RunningRelay relay = RunningRelay.start(dir, "{}")) {
            relay.emit("a");
        }
        JsonObject record = records().getFirst();
        String at = record.getJsonObject("_relay").getString("received_at");

        try (RunningRelay relay = RunningRelay.start(dir, "{}")) {
            relay.emit("b");
            JsonObject answer = relay.sign(seal(record.getString("_relay_hash"), 1, at));

            assertThat(answer.getBoolean("ok")).as(answer.encode()).isTrue();
        }
    }

    @Test
    void signsSealsOfListedUsersWithAKeyOfTheirOwn() throws Exception {
        String ring = Vectors.writeRing(dir).toString();
        long uid = ((Integer) Files.getAttribute(Path.of(ring), "unix:uid")).longValue();
        String seal = Vectors.SEALS.getJsonArray("seals").getJsonObject(0).getString("payload");
        String config = "{\"sign\":{\"seal_payloads\":\"allow\",\"seal_payload_uids\":[%d]}}";
        try (RunningRelay relay = RunningRelay.start(dir, config.formatted(uid))) {
            JsonObject signed = relay.sign(seal);
            JsonText verify = JsonText.object()
                    .put("type", "verify")
                    .put(
                            "payload",
                            JsonText.object()
                                    .put("data", seal)
                                    .put("signature", signed.getString("signature"))
                                    .put("key_id", signed.getString("key_id")));

            assertThat(signed.getString("key_id")).isNotIn(null, Vectors.KEY_ID, Vectors.KEY2_ID);
            assertThat(relay.ask(verify).getBoolean("verified")).isTrue();
            assertThat(relay.sign(seal, Vectors.KEY_ID).getString("error")).isEqualTo("Sign failed: no such key");
        }

        try (RunningRelay relay = RunningRelay.start(dir, config.formatted(uid + 1))) {
            assertThat(relay.sign(seal).getString("error")).isEqualTo(NOT_SIGNABLE);
        }
    }

    @Test
    void signsOnlyForWhoIsOnTheListAndOnlySoOften() throws Exception {
        Vectors.writeRing(dir);
        try (RunningRelay relay = RunningRelay.start(dir, "{\"sign\":{\"executables\":[\"/nowhere/agent\"]}}")) {
            assertThat(relay.sign(ATTESTATION).getString("error"))
                    .isEqualTo("Sign failed: not allowed for this client");
            assertThat(relay.sign("text").getString("error")).isEqualTo(NOT_SIGNABLE);
        }

        try (RunningRelay relay = RunningRelay.start(dir, "{\"sign\":{\"rate_per_uid\":2}}")) {
            assertThat(relay.sign(ATTESTATION).getBoolean("ok")).isTrue();
            assertThat(relay.sign(ATTESTATION).getBoolean("ok")).isTrue();
            assertThat(relay.sign(ATTESTATION).getString("error")).isEqualTo("Sign failed: too many requests");
        }
    }

    @Test
    void followsTheRingAndNeverNamesAPath() throws Exception {
        Path ring = Vectors.writeRing(dir);
        try (RunningRelay relay = RunningRelay.start(dir, "{}")) {
            Vectors.activate(ring, Vectors.KEY2_ID);
            JsonObject rotated = awaitAnswer(relay, "key_id", Vectors.KEY2_ID);
            assertThat(rotated.getBoolean("ok")).isTrue();

            Vectors.chmod(ring.resolve(Vectors.KEY2_ID + ".key"), "rw-r--r--");
            String loose = "Sign failed: key " + Vectors.KEY2_ID + " is not safe to use";
            assertThat(awaitAnswer(relay, "error", loose).encode()).doesNotContain(dir.toString());

            Vectors.chmod(ring.resolve(Vectors.KEY2_ID + ".key"), "rw-------");
            awaitAnswer(relay, "key_id", Vectors.KEY2_ID);
        }
    }

    private static JsonObject awaitAnswer(RunningRelay relay, String member, String value) throws IOException {
        long end = System.nanoTime() + 20_000_000_000L;
        JsonObject answer = relay.sign(ATTESTATION);
        while (!value.equals(answer.getString(member))) {
            assertThat(System.nanoTime()).as(answer.encode()).isLessThan(end);
            LockSupport.parkNanos(20_000_000);
            answer = relay.sign(ATTESTATION);
        }
        return answer;
    }

    private List<JsonObject> records() throws IOException {
        return Files.readAllLines(dir.resolve("events.relay.jsonl")).stream()
                .map(JsonObject::new)
                .filter(line -> line.containsKey("_relay_hash"))
                .toList();
    }

    private static String seal(String tip, long count, String at) {
        return "patchwork-seal:v1:" + tip + ":" + count + ":" + at;
    }

    private static void assertAgrees(String name, JsonObject answer, JsonObject known) {
        for (String member : known.fieldNames()) {
            String expected = String.valueOf(known.getValue(member));
            if (!expected.contains("<")) {
                assertThat(String.valueOf(answer.getValue(member)))
                        .as(name + ": " + member)
                        .isEqualTo(expected);
            } else if (member.equals("error")) {
                assertThat(answer.getString(member)).as(name).startsWith("Sign failed: ");
            } else {
                assertThat(answer.getString(member)).as(name).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
            }
        }
    }

    /// The payload with unpaired surrogates escaped.
    private static String quoted(JsonObject known) {
        if (!(known.getValue("payload") instanceof JsonObject payload)) {
            return String.valueOf(known.getValue("payload"));
        }
        JsonText text = JsonText.object();
        payload.fieldNames().forEach(name -> text.put(name, payload.getString(name)));
        return text.toString();
    }

    private static List<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast).toList();
    }
}
