package dev.cairn.protocol.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DivergenceTest {

    @TempDir
    Path directory;

    private final List<String> inUserLogOnly = new ArrayList<>();
    private final List<String> inRelayOnly = new ArrayList<>();
    private final List<String> differing = new ArrayList<>();
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
    void anEventWhoseContentsDifferIsToldOnce(int idsMax) throws Exception {
        List<String> user = List.of(with(1, "\"n\":1"), with(2, "\"n\":3"), with(2, "\"n\":4"));
        List<String> relay = List.of(with(1, "\"n\":1"), with(2, "\"n\":1"), with(1, "\"n\":1.0"));

        Divergence.Report report = between(user, relay, idsMax);

        assertThat(differing).containsExactly("evt_2");
        assertThat(report).isEqualTo(new Divergence.Report(2, 2, 0, 0, 1, 0));
        assertThat(report.isNone()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1, 1|2", "2, 1|2", "1|2, 1", "1|2, 1|2"})
    void whatOneIdHasSeveralContentsOfIsNeverTheSame(String inUserLog, String inRelay) throws Exception {
        Divergence.Report report = between(several(inUserLog), several(inRelay), 10);

        assertThat(differing).containsExactly("evt_1");
        assertThat(report).isEqualTo(new Divergence.Report(1, 1, 0, 0, 1, 0));
    }

    @Test
    void oneIdMayHaveAnyNumberOfContentsInEitherLog() throws Exception {
        List<String> flood =
                IntStream.range(0, 400).mapToObj(n -> with(1, "\"n\":" + n)).toList();

        assertThat(between(List.of(with(1, "\"n\":0")), flood, 2)).isEqualTo(new Divergence.Report(1, 1, 0, 0, 1, 0));
        assertThat(between(flood, List.of(with(1, "\"n\":0")), 2)).isEqualTo(new Divergence.Report(1, 1, 0, 0, 1, 0));
        assertThat(between(List.of(with(2, "\"n\":0")), flood, 2)).isEqualTo(new Divergence.Report(1, 1, 1, 1, 0, 0));
    }

    @Test
    void spellingAndTheHashesThatAClientAddsToItsCopyMakeNoDifference() throws Exception {
        List<String> user = List.of(
                "{\"n\":1.0,\"id\":\"evt_1\",\"prev_hash\":null,\"event_hash\":\"sha256:aa\"}",
                "{\"id\":\"\\u0065vt_2\",\"hash\":\"bb\",\"prev_hash\":\"cc\"}",
                "{\"id\":\"evt_3\",\"prev_hash\":\"dd\",\"event_hash\":\"ee\"}");
        List<String> relay = List.of(
                "{\"_relay\":{\"relay_prev_hash\":null},\"id\":\"evt_1\",\"n\":1,\"_relay_hash\":\"sha256:dd\"}",
                "{\"_relay\":{\"salt\":\"x\"},\"id\":\"evt_2\",\"_relay_hash\":\"sha256:ee\"}",
                "{\"_relay\":{},\"event_hash\":\"ee\",\"id\":\"evt_3\",\"prev_hash\":\"dd\",\"_relay_hash\":\"ff\"}");

        assertThat(between(user, relay, 10)).isEqualTo(new Divergence.Report(3, 3, 0, 0, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"hash\":\"b\",\"event_hash\":\"x\"",
                "\"hash\":\"b\"",
                "\"hash\":\"a\",\"_relay\":{}",
                "\"hash\":\"a\",\"_relay_hash\":\"x\""
            })
    void aMemberIsLeftOutOnlyWhereItIsNoContent(String inUserLog) throws Exception {
        between(List.of(with(1, inUserLog)), List.of(with(1, "\"_relay\":{},\"hash\":\"a\"")), 10);

        assertThat(differing).containsExactly("evt_1");
    }

    @Test
    void hashesThatTheRelayWasSentAreCompared() throws Exception {
        between(
                List.of(with(1, "\"prev_hash\":\"a\",\"event_hash\":\"x\"")),
                List.of(with(1, "\"prev_hash\":\"b\",\"event_hash\":\"y\"")),
                10);

        assertThat(differing).containsExactly("evt_1");
    }

    @Test
    void aLineThatIsNestedTooDeepIsOneThatCannotBeCompared() throws Exception {
        String deepest = "{\"id\":\"evt_1\",\"a\":" + "[".repeat(127) + "]".repeat(127) + "}";
        String deeper = "{\"id\":\"evt_2\",\"a\":" + "[".repeat(128) + "]".repeat(128) + "}";

        assertThat(between(List.of(deepest, deeper), List.of(deepest), 10))
                .isEqualTo(new Divergence.Report(1, 1, 0, 0, 0, 1));
    }

    @Test
    void countsALineThatCannotBeComparedOnceHoweverOftenTheLogsAreRead() throws Exception {
        String longest = "{\"id\":\"evt_9\"}" + " ".repeat(AuditVerifier.LINE_MAX - 14);
        String tooLong = longest + " ";

        assertThat(between(List.of(event(1), "no JSON", longest), List.of(event(1), longest, event(2), tooLong), 1))
                .isEqualTo(new Divergence.Report(2, 3, 0, 1, 0, 2));
        assertThat(inRelayOnly).containsExactly("evt_2");
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
                    public void differing(Divergence.Event event) {
                        differing.add(event.id());
                    }
                },
                (_, share) -> shares.add(share),
                idsMax);
    }

    private static List<String> several(String numbers) {
        return Stream.of(numbers.split("\\|")).map(n -> with(1, "\"n\":" + n)).toList();
    }

    private static String with(int number, String member) {
        return "{\"id\":\"evt_" + number + "\"," + member + "}";
    }

    private static String event(int number) {
        return "{\"id\":\"evt_" + number + "\",\"timestamp\":\"2026-07-01T08:00Z\"}";
    }
}
