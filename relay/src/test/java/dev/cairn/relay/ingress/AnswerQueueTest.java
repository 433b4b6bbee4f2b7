package dev.cairn.relay.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.json.ByteBuilder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AnswerQueueTest {

    private static final List<StateQuestion> QUESTIONS = List.of(StateQuestion.values());
    private static final byte[] REFUSAL = ascii("refused\n");

    private final AnswerQueue queue = new AnswerQueue();
    private final ByteBuilder out = new ByteBuilder(64);

    @Test
    void holdsBackWhatStandsBehindAnEventThatIsNotSettled() {
        PendingBatch batch = new PendingBatch();
        queue.finished(ascii("first\n"), 1);
        queue.event(batch, 1);
        queue.state(StateQuestion.PING, 1);

        queue.drainTo(out, 1_000, AnswerQueueTest::word);
        String before = out.toString();
        boolean awaited = queue.isOwed();
        batch.refused(REFUSAL);
        queue.drainTo(out, 1_000, AnswerQueueTest::word);

        assertThat(before).isEqualTo("first\n");
        assertThat(awaited).isTrue();
        assertThat(out).hasToString("first\nrefused\nPING\n");
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void stopsAboutWhereItIsTold() {
        for (int i = 0; i < 100; i++) {
            queue.state(StateQuestion.PING, 10);
        }

        queue.drainTo(out, 20, AnswerQueueTest::word);

        assertThat(out.length()).isBetween(20, 25);
        assertThat(queue.isEmpty()).isFalse();
    }

    @Test
    void forgetsWhatNobodyWillTake() {
        queue.finished(ascii("x\n"), 1);
        queue.event(new PendingBatch(), 1);

        queue.clear();

        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.waitingBytes()).isZero();
        assertThat(queue.keptBytes()).isZero();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void givesEveryAnswerOnceAndInOrderWhateverHappensWhen(long seed) {
        Random random = new Random(seed);
        List<String> expected = new ArrayList<>();
        ArrayDeque<PendingBatch> unsettled = new ArrayDeque<>();
        PendingBatch current = new PendingBatch();

        for (int step = 0; step < 2_000; step++) {
            switch (random.nextInt(8)) {
                case 0 -> {
                    unsettled.add(current);
                    current = new PendingBatch();
                }
                case 1 -> settleOne(unsettled);
                case 2 -> queue.drainTo(out, out.length() + random.nextInt(50), AnswerQueueTest::word);
                case 3 -> ask(QUESTIONS.get(random.nextInt(3)), expected);
                case 4 -> finish("answer " + step, expected);
                default -> {
                    queue.event(current, 100);
                    expected.add("refused");
                }
            }
        }
        unsettled.add(current);
        while (!unsettled.isEmpty()) {
            settleOne(unsettled);
        }
        queue.drainTo(out, Integer.MAX_VALUE, AnswerQueueTest::word);

        assertThat(out.toString().lines().toList()).isEqualTo(expected);
        assertThat(queue.waitingBytes()).isZero();
        assertThat(queue.keptBytes()).isZero();
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 20);
    }

    private void ask(StateQuestion question, List<String> expected) {
        queue.state(question, 15);
        expected.add(question.name());
    }

    private void finish(String answer, List<String> expected) {
        queue.finished(ascii(answer + "\n"), 20);
        expected.add(answer);
    }

    private static void settleOne(ArrayDeque<PendingBatch> unsettled) {
        if (!unsettled.isEmpty()) {
            unsettled.remove().refused(REFUSAL);
        }
    }

    private static void word(StateQuestion question, ByteBuilder out) {
        out.putAscii(question.name() + "\n");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
