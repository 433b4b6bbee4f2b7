package dev.cairn.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DivergenceTest {

    @TempDir
    Path directory;

    private final List<String> inUserLogOnly = new ArrayList<>();
    private final List<String> inRelayOnly = new ArrayList<>();
    private final List<String> changed = new ArrayList<>();
    private final List<Double> shares = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(ints = {100_000, 4_000, 900, 37})
    void whatEitherLogLacksIsToldOnceHoweverManyReadingsItTakes(int idsMax) throws Exception {
        List<String> user =
                IntStream.range(0, 2_000).mapToObj(DivergenceTest::event).toList();
        var relay = new ArrayList<>(
                IntStream.range(5, 2_003).mapToObj(DivergenceTest::event).toList());
        relay.add(event(1_000)); // The relay stores what is sent again.
        relay.add(event(2_001));
        relay.add("{\"type\":\"heartbeat\",\"timestamp\":\"2026-07-01T08:00:00.000Z\"}");
        relay.add("{\"id\":\"torn");

        Divergence.Report report = between(user, relay, idsMax);

        assertThat(inUserLogOnly).containsExactlyInAnyOrder("evt_0", "evt_1", "evt_2", "evt_3", "evt_4");
        assertThat(inRelayOnly).containsExactlyInAnyOrder("evt_2000", "evt_2001", "evt_2002");
        assertThat(report).isEqualTo(new Divergence.Report(2_000, 1_998, 5, 3, 0, 1));
        assertThat(report.isNone()).isFalse();
        assertThat(shares).last().isEqualTo(1.0);
    }

    @Test
    void equalLogsDoNotDiverge() throws Exception {
        assertThat(between(List.of(event(1), event(2)), List.of(event(2), event(1)), 10)
                        .isNone())
                .isTrue();
        assertThat(between(List.of(), List.of(), 10).isNone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 2})
    void anEventThatTheRelayHasWithAnotherContentOnlyIsToldOnce(int idsMax) throws Exception {
        List<String> user = List.of(with(1, "\"n\":1"), with(2, "\"n\":3"), with(2, "\"n\":3"), with(3, "\"n\":2"));
        List<String> relay = List.of(
                with(1, "\"n\":1"),
                with(2, "\"n\":1"),
                with(2, "\"n\":2"),
                with(3, "\"n\":1"),
                with(3, "\"n\":2")); // Sent twice, with two contents: either is what the relay was sent.

        Divergence.Report report = between(user, relay, idsMax);

        assertThat(changed).containsExactly("evt_2");
        assertThat(report).isEqualTo(new Divergence.Report(3, 3, 0, 0, 1, 0));
        assertThat(report.isNone()).isFalse();
    }

    @Test
    void spellingAndTheMembersOfOneLogMakeNoDifference() throws Exception {
        List<String> user = List.of(
                "{\"n\":1.0,\"id\":\"evt_1\",\"prev_hash\":null,\"event_hash\":\"sha256:aa\"}",
                "{\"id\":\"\\u0065vt_2\",\"hash\":\"bb\",\"prev_hash\":\"cc\"}");
        List<String> relay = List.of(
                "{\"_relay\":{\"relay_prev_hash\":null},\"id\":\"evt_1\",\"n\":1,\"_relay_hash\":\"sha256:dd\"}",
                "{\"_relay\":{\"salt\":\"x\"},\"id\":\"evt_2\",\"_relay_hash\":\"sha256:ee\"}");

        assertThat(between(user, relay, 10)).isEqualTo(new Divergence.Report(2, 2, 0, 0, 0, 0));
    }

    @Test
    void aLineThatIsNestedTooDeepIsOneThatCannotBeCompared() throws Exception {
        String deepest = "{\"id\":\"evt_1\",\"a\":" + "[".repeat(127) + "]".repeat(127) + "}";
        String deeper = "{\"id\":\"evt_2\",\"a\":" + "[".repeat(128) + "]".repeat(128) + "}";

        assertThat(between(List.of(deepest, deeper), List.of(deepest), 10))
                .isEqualTo(new Divergence.Report(1, 1, 0, 0, 0, 1));
    }

    private Divergence.Report between(List<String> user, List<String> relay, int idsMax) throws Exception {
        return Divergence.between(
                Files.write(directory.resolve("events.jsonl"), user),
                Files.write(directory.resolve("events.relay.jsonl"), relay),
                new Divergence.Listener() {
                    @Override
                    public void missingInRelay(Divergence.Event event) {
                        inUserLogOnly.add(event.id());
                    }

                    @Override
                    public void missingInUserLog(Divergence.Event event) {
                        inRelayOnly.add(event.id());
                    }

                    @Override
                    public void changedInUserLog(Divergence.Event event) {
                        changed.add(event.id());
                    }
                },
                (_, share) -> shares.add(share),
                idsMax);
    }

    private static String with(int number, String member) {
        return "{\"id\":\"evt_" + number + "\"," + member + "}";
    }

    private static String event(int number) {
        return "{\"id\":\"evt_" + number + "\",\"timestamp\":\"2026-07-01T08:00Z\"}";
    }
}
