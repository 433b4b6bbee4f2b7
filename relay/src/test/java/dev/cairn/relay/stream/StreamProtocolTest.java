package dev.cairn.relay.stream;

import static dev.cairn.relay.stream.TestRelay.LIMITS;
import static dev.cairn.relay.stream.TestRelay.SETTINGS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.cairn.relay.bus.BusMessage.Degraded;
import dev.cairn.relay.bus.BusMessage.Recovered;
import dev.cairn.relay.bus.BusMessage.Stopping;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.bus.ChainStatus.Refusing;
import dev.cairn.relay.config.RelayConfig;
import dev.cairn.relay.stream.StreamVerticle.Settings;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class StreamProtocolTest {

    private static final String HELLO = "{\"t\":\"hello\",\"v\":1}";
    private static final String MAX = "9007199254740991";

    @Test
    void replaysThenSaysLiveThenFollows() throws Exception {
        try (var relay = new TestRelay(SETTINGS, "{\"n\":1}", "{\"n\":2}", "{\"n\":3}");
                var client = relay.client().subscribed(1)) {
            var replayed = client.take(3);
            relay.append("{\"n\":4}");

            assertThat(replayed)
                    .containsExactly(
                            "{\"t\":\"rec\",\"chain\":\"audit\",\"seq\":2,\"record\":{\"n\":2}}",
                            "{\"t\":\"rec\",\"chain\":\"audit\",\"seq\":3,\"record\":{\"n\":3}}",
                            "{\"t\":\"live\",\"chain\":\"audit\",\"seq\":3}");
            assertThat(client.next()).isEqualTo("{\"t\":\"rec\",\"chain\":\"audit\",\"seq\":4,\"record\":{\"n\":4}}");
        }
    }

    @Test
    void followsFromNowOnWhenSinceIsAbsent() throws Exception {
        try (var relay = new TestRelay(SETTINGS, "{\"n\":1}", "{\"n\":2}");
                var client = relay.client().welcomed().send("{\"t\":\"sub\",\"chain\":\"audit\"}")) {
            var answers = client.take(2);
            relay.append("{\"n\":3}");

            assertThat(answers)
                    .containsExactly(
                            "{\"t\":\"subok\",\"chain\":\"audit\",\"since\":2,\"tip\":2}",
                            "{\"t\":\"live\",\"chain\":\"audit\",\"seq\":2}");
            assertThat(client.next()).contains("\"seq\":3");
        }
    }

    @Test
    void endsTheSubscriptionOfOneThatHasSeenMoreThanThereIs() throws Exception {
        try (var relay = new TestRelay(SETTINGS, "{\"n\":1}", "{\"n\":2}");
                var client = relay.client().welcomed()) {
            client.send("{\"t\":\"sub\",\"chain\":\"audit\",\"since\":3}");
            String closed = client.next();
            relay.append("{\"n\":3}");
            client.send("{\"t\":\"sub\",\"chain\":\"audit\",\"since\":3}");

            assertThat(closed).isEqualTo("{\"t\":\"closed\",\"chain\":\"audit\",\"code\":\"future-cursor\",\"tip\":2}");
            assertThat(client.next()).isEqualTo("{\"t\":\"subok\",\"chain\":\"audit\",\"since\":3,\"tip\":3}");
        }
    }

    @Test
    void startsOverOnTheSameSocket() throws Exception {
        try (var relay = new TestRelay(SETTINGS, "{\"n\":1}", "{\"n\":2}");
                var client = relay.client().subscribed(1)) {
            client.take(2);
            client.send("{\"t\":\"sub\",\"chain\":\"audit\",\"since\":0}");

            assertThat(client.take(4))
                    .satisfiesExactly(
                            subok -> assertThat(subok).contains("\"since\":0"),
                            first -> assertThat(first).contains("\"seq\":1"),
                            second -> assertThat(second).contains("\"seq\":2"),
                            live -> assertThat(live).startsWith("{\"t\":\"live\""));
        }
    }

    @Test
    void doesNotTakeTheAnswerToItsPingForAMessage() throws Exception {
        try (var relay = new TestRelay(SETTINGS, "{\"n\":1}");
                var client = relay.client().welcomed()) {
            client.socket().sendPong(ByteBuffer.allocate(0)).join();
            client.send("{\"t\":\"sub\",\"chain\":\"audit\",\"since\":1}");

            assertThat(client.next()).startsWith("{\"t\":\"subok\"");
        }
    }

    @Test
    void welcomesWithWhatControlMessagesWouldHaveSaid() throws Exception {
        try (var relay = new TestRelay(SETTINGS, "{\"n\":1}");
                var client = relay.client()) {
            relay.status.set(new ChainStatus(relay.status.get().tip(), 0, new Refusing("disk \"full\"")));
            client.send(HELLO);

            assertThat(client.next())
                    .isEqualTo("{\"t\":\"welcome\",\"v\":1,\"chains\":[{\"chain\":\"audit\",\"tip\":1}],"
                            + "\"beatSec\":3600,\"degraded\":[{\"part\":\"chain\",\"reason\":\"disk \\\"full\\\"\"}]}");
        }
    }

    @Test
    void passesControlMessagesOnToEverybodyItWelcomed() throws Exception {
        try (var relay = new TestRelay(SETTINGS);
                var client = relay.client().welcomed()) {
            relay.control(new Degraded("chain", "No space left on device"));
            relay.control(new Recovered("chain"));
            relay.control(new Stopping());

            assertThat(client.take(3))
                    .containsExactly(
                            "{\"t\":\"ctl\",\"type\":\"degraded\",\"part\":\"chain\",\"reason\":\"No space left on device\"}",
                            "{\"t\":\"ctl\",\"type\":\"recovered\",\"part\":\"chain\"}",
                            "{\"t\":\"ctl\",\"type\":\"stopping\"}");
        }
    }

    @Test
    void passesHeartbeatsOnVerbatimBehindTheRecordsThatPrecedeThem() throws Exception {
        try (var relay = new TestRelay(SETTINGS);
                var client = relay.client().subscribed(0)) {
            client.next();
            relay.append("{\"n\":1}");
            relay.beat("{\"type\":\"heartbeat\", \"odd\" : 1.0}");

            assertThat(client.next()).contains("\"seq\":1");
            assertThat(client.next())
                    .isEqualTo(
                            "{\"t\":\"beat\",\"chain\":\"audit\",\"heartbeat\":{\"type\":\"heartbeat\", \"odd\" : 1.0}}");
        }
    }

    @Test
    void asksForHeartbeatsOnSchedule() throws Exception {
        Settings often = new Settings(LIMITS, Duration.ofMillis(50), Duration.ofSeconds(10));
        try (var relay = new TestRelay(often);
                var client = relay.client().subscribed(0)) {
            client.next();

            assertThat(client.take(2)).allMatch(frame -> frame.startsWith("{\"t\":\"beat\""));
        }
    }

    @Test
    void closesWith1012WhenItStops() throws Exception {
        try (var relay = new TestRelay(SETTINGS);
                var client = relay.client().subscribed(0)) {
            relay.undeploy();

            assertThat(client.closeCode()).isEqualTo(1012);
        }
    }

    @Test
    void ignoresMembersItDoesNotKnow() throws Exception {
        try (var relay = new TestRelay(SETTINGS);
                var client = relay.client()) {
            client.send("{\"since\":[{}],\"v\":1.0,\"t\":\"hello\",\"later\":{\"a\":[1]}}");

            assertThat(client.next()).startsWith("{\"t\":\"welcome\"");
        }
    }

    @ParameterizedTest
    @MethodSource("badFrames")
    void namesWhatIsWrongAndCloses(String sent, String code, String detail, int closeCode) throws Exception {
        try (var relay = new TestRelay(SETTINGS);
                var client = relay.client().welcomed()) {
            client.send(sent);

            assertThat(client.next())
                    .isEqualTo("{\"t\":\"err\",\"code\":\"" + code + "\",\"detail\":\"" + detail + "\"}");
            assertThat(client.closeCode()).isEqualTo(closeCode);
        }
    }

    static Stream<Arguments> badFrames() {
        String integer = ": expected an integer from 0 to " + MAX;
        return Stream.of(
                argumentSet("no JSON", "{", "malformed", "frame: not JSON: unexpected end at byte 1", 4400),
                argumentSet("empty", "", "malformed", "frame: not JSON: unexpected end at byte 0", 4400),
                argumentSet("no object", "[1]", "malformed", "frame: expected an object", 4400),
                argumentSet("no t", "{}", "malformed", "t: expected a string", 4400),
                argumentSet("wrong t", "{\"t\":1}", "malformed", "t: expected a string", 4400),
                argumentSet("unknown t", "{\"t\":\"rec\"}", "malformed", "t: expected hello or sub", 4400),
                argumentSet("hello again", HELLO, "malformed", "t: hello was said before", 4400),
                argumentSet("no version", "{\"t\":\"hello\"}", "malformed", "v" + integer, 4400),
                argumentSet(
                        "other version",
                        "{\"t\":\"hello\",\"v\":2}",
                        "unsupported-version",
                        "v: this relay speaks version 1",
                        1000),
                argumentSet("no chain", "{\"t\":\"sub\"}", "malformed", "chain: expected a string", 4400),
                argumentSet(
                        "unknown chain",
                        "{\"t\":\"sub\",\"chain\":\"receipts\",\"since\":0}",
                        "unknown-chain",
                        "chain: this relay has audit",
                        4400),
                argumentSet("since -1", sub("-1"), "malformed", "since" + integer, 4400),
                argumentSet("since 1.5", sub("1.5"), "malformed", "since" + integer, 4400),
                argumentSet("since 2^53", sub("9007199254740992"), "malformed", "since" + integer, 4400),
                argumentSet("since infinite", sub("1e999"), "malformed", "since" + integer, 4400),
                argumentSet("since text", sub("\"1\""), "malformed", "since" + integer, 4400),
                argumentSet("since null", sub("null"), "malformed", "since" + integer, 4400));
    }

    @Test
    void refusesASubscriptionBeforeHello() throws Exception {
        try (var relay = new TestRelay(SETTINGS);
                var client = relay.client()) {
            client.send(sub("0"));

            assertThat(client.next()).contains("t: expected hello first");
            assertThat(client.closeCode()).isEqualTo(4400);
        }
    }

    @Test
    void refusesBinaryFrames() throws Exception {
        try (var relay = new TestRelay(SETTINGS);
                var client = relay.client().welcomed()) {
            client.sendBinary(new byte[] {1});

            assertThat(client.next()).contains("frame: expected text");
            assertThat(client.closeCode()).isEqualTo(1003);
        }
    }

    @Test
    void takesAFrameOf64KiBAndRefusesOneByteMore() throws Exception {
        String beginning = "{\"t\":\"sub\",\"chain\":\"audit\"";
        String longest = beginning + " ".repeat(4_096 - beginning.length() - 1) + "}";
        try (var relay = new TestRelay(SETTINGS);
                var client = relay.client().welcomed()) {
            client.send(longest);
            String answer = client.take(2).getFirst();
            client.send(longest + " ");

            assertThat(longest).hasSize(4_096);
            assertThat(answer).startsWith("{\"t\":\"subok\"");
            assertThat(client.next()).contains("\"code\":\"too-large\"");
            assertThat(client.closeCode()).isIn(1009, 1006);
        }
    }

    @Test
    void closesASocketThatDoesNotSayHello() throws Exception {
        Settings hasty = new Settings(LIMITS, Duration.ofHours(1), Duration.ofMillis(200));
        try (var relay = new TestRelay(hasty);
                var quick = relay.client().welcomed();
                var silent = relay.client()) {
            assertThat(silent.next()).contains("\"code\":\"hello-timeout\"");
            assertThat(silent.closeCode()).isEqualTo(4408);
            assertThat(quick.send(sub("0")).next()).startsWith("{\"t\":\"subok\"");
        }
    }

    @Test
    void refusesMoreThanTwentyFramesInASecond() throws Exception {
        try (var relay = new TestRelay(SETTINGS);
                var client = relay.client().welcomed()) {
            client.sendUntilClosed("{\"t\":\"sub\",\"chain\":\"audit\"}");

            String last = client.next();
            while (!last.startsWith("{\"t\":\"err\"")) {
                last = client.next();
            }
            assertThat(last).contains("\"code\":\"rate-limited\"");
            assertThat(client.closeCode()).isEqualTo(4429);
        }
    }

    @Test
    void servesAsManySubscribersAsItMayAndRefusesTheNext() throws Exception {
        RelayConfig.Stream two = new RelayConfig.Stream(10, 2_000_000, 2, Duration.ofSeconds(10), 32);
        try (var relay = new TestRelay(new Settings(two, Duration.ofHours(1), Duration.ofSeconds(10)));
                var first = relay.client().welcomed();
                var second = relay.client().welcomed();
                var third = relay.client()) {
            String refused = third.next();
            int code = third.closeCode();
            first.socket().sendClose(1000, "").join();
            first.closeCode();

            assertThat(refused).contains("\"code\":\"too-many-subscribers\"");
            assertThat(code).isEqualTo(1013);
            assertThat(second.send(sub("0")).next()).startsWith("{\"t\":\"subok\"");
            try (var fourth = relay.client()) {
                assertThat(fourth.send(HELLO).next()).startsWith("{\"t\":\"welcome\"");
            }
        }
    }

    private static String sub(String since) {
        return "{\"t\":\"sub\",\"chain\":\"audit\",\"since\":" + since + "}";
    }
}
