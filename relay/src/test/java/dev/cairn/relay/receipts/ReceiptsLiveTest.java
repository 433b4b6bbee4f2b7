package dev.cairn.relay.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ReceiptsLiveTest {

    private static final String CHAIN = "{\"chain_id\":\"c\"}";

    @TempDir
    private Path dir;

    @Test
    void aSubscriberGetsWhatIsStoredAndThenWhatComesWithoutASeam() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir, CHAIN);
                Emitter emitter = relay.connect()) {
            emit(emitter, 300);
            relay.stored.await(300);
            try (Subscription subscription = new Subscription(relay)) {
                JsonObject answer = subscription.follow("receipts/c", 0);
                emit(emitter, 300);

                List<JsonObject> records = subscription.records(600);

                assertThat(answer.getString("t")).isEqualTo("subok");
                assertThat(records.stream().map(record -> record.getLong("seq")))
                        .containsExactlyElementsOf(
                                LongStream.rangeClosed(1, 600).boxed().toList());
                assertThat(records.stream()
                                .map(record -> record.getJsonObject("record"))
                                .toList())
                        .isEqualTo(relay.stored.of("c"));
            }
        }
    }

    @Test
    void theWelcomeTellsOfTheRootChain() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir, CHAIN);
                Emitter emitter = relay.connect()) {
            emit(emitter, 3);
            relay.stored.await(3);
            try (Subscription subscription = new Subscription(relay)) {

                assertThat(subscription
                                .welcome()
                                .getJsonArray("chains")
                                .getJsonObject(1)
                                .getString("chain"))
                        .isEqualTo("receipts/c");
            }
        }
    }

    @Test
    void aRootChainWithoutReceiptsCanBeFollowedAlready() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir, CHAIN);
                Subscription subscription = new Subscription(relay);
                Emitter emitter = relay.connect()) {
            subscription.follow("receipts/c", 0);

            emitter.emit("first");

            assertThat(subscription.records(1).getFirst().getLong("seq")).isEqualTo(1);
        }
    }

    @Test
    void asManyChainsAreFollowedAsTheConfigurationSaysAndOneMoreWhenOneIsGivenUp() throws Exception {
        String config =
                "{\"auto_seal\":{\"enabled\":false},\"stream\":{\"receipt_chains_max\":2},\"receipts\":" + CHAIN + "}";
        try (RunningReceipts relay = RunningReceipts.sealed(dir, config);
                Emitter emitter = relay.connect();
                Subscription first = new Subscription(relay);
                Subscription second = new Subscription(relay);
                Subscription third = new Subscription(relay);
                Subscription also = new Subscription(relay)) {
            for (String agent : List.of("a", "b", "d")) {
                emitter.send(Emitter.frame("t", ",\"agent_id\":\"" + agent + "\""));
            }
            relay.stored.await(3);
            first.follow("receipts/c/agent/a", 0);

            JsonObject atTheLimit = second.follow("receipts/c/agent/b", 0);
            JsonObject beyond = third.follow("receipts/c/agent/d", 0);
            JsonObject sameChain = also.follow("receipts/c/agent/a", 0);
            second.follow("receipts/c/agent/a", 0);
            while (second.records(1).getFirst().getString("chain").endsWith("/b")) {
                // Of the chain before, until the other one has begun.
            }
            JsonObject afterwards = third.follow("receipts/c/agent/d", 0);

            assertThat(atTheLimit.getString("t")).isEqualTo("subok");
            assertThat(beyond.getString("t")).isEqualTo("closed");
            assertThat(beyond.getString("code")).isEqualTo("too-many-chains");
            assertThat(sameChain.getString("t")).isEqualTo("subok");
            assertThat(afterwards.getString("t")).isEqualTo("subok");
        }
    }

    @Test
    void aSubAgentsChainIsFollowedByItsName() throws Exception {
        String agent = "a \"helper\" ✓";
        try (RunningReceipts relay = RunningReceipts.in(dir, CHAIN);
                Emitter emitter = relay.connect()) {
            String frame = Emitter.frame(
                    "t",
                    ",\"agent_id\":"
                            + new JsonObject()
                                    .put("a", agent)
                                    .encode()
                                    .substring(5)
                                    .replace("}", ""));
            emitter.send(frame);
            relay.stored.await(1);
            try (Subscription subscription = new Subscription(relay)) {
                subscription.follow("receipts/c/agent/" + agent, 0);
                emitter.send(frame);
                emitter.emit("of another chain");

                List<JsonObject> records = subscription.records(2);

                assertThat(records.getLast().getString("chain")).isEqualTo("receipts/c/agent/" + agent);
                assertThat(records.getLast().getLong("seq")).isEqualTo(2);
            }
        }
    }

    @Test
    void aChainThatDoesNotExistIsSaidSoAndTheSocketStays() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir, CHAIN);
                Subscription subscription = new Subscription(relay)) {

            JsonObject refusal = subscription.follow("receipts/2026-01-01", 0);
            JsonObject other = subscription.follow("audit", 0);

            assertThat(refusal)
                    .isEqualTo(
                            new JsonObject(
                                    "{\"t\":\"closed\",\"chain\":\"receipts/2026-01-01\",\"code\":\"unknown-chain\",\"tip\":0}"));
            assertThat(other.getString("t")).isEqualTo("subok");
        }
    }

    @Test
    void aCursorBehindTheEndOfAChainIsSaidSo() throws Exception {
        try (RunningReceipts relay = RunningReceipts.in(dir, CHAIN);
                Subscription subscription = new Subscription(relay)) {

            assertThat(subscription.follow("receipts/c", 7).getString("code")).isEqualTo("future-cursor");
        }
    }

    private static void emit(Emitter emitter, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            emitter.emit("tool-" + i);
        }
    }
}
