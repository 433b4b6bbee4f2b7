package dev.cairn.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReceiptCheckTest {

    private final ReceiptCheck check = new ReceiptCheck(List.of(new SentFrames(7, List.of(3L, 2L))));

    @Test
    void isContentWhenEachFrameIsThereOnceAndInOrder() {
        take(0, 0);
        take(1, 0);
        take(0, 1);
        take(0, 2);
        take(1, 1);
        check.take("{\"correlation_id\":\"somebody else\"}");

        CheckResult result = check.result();

        assertThat(result.isGood()).isTrue();
        assertThat(result.records()).isEqualTo(6);
        assertThat(result.found()).isEqualTo(5);
        assertThat(result.acknowledged()).isEqualTo(5);
    }

    @Test
    void findsAFrameThatIsMissing() {
        take(0, 0);
        take(0, 2);
        take(1, 0);
        take(1, 1);

        assertThat(check.result().missing()).isEqualTo(1);
    }

    @Test
    void findsFramesThatAreMissingAtTheEnd() {
        take(0, 0);

        assertThat(check.result().missing()).isEqualTo(4);
        assertThat(check.result().isGood()).isFalse();
    }

    @Test
    void findsAFrameThatComesTwiceOrTooLate() {
        take(0, 0);
        take(0, 0);
        take(0, 1);
        take(0, 2);
        take(1, 0);
        take(1, 1);

        assertThat(check.result().reordered()).isEqualTo(1);
    }

    @Test
    void countsReceiptsOfDrops() {
        check.take("{\"action\":{\"type\":\"agent_receipts.events_dropped\"}}");

        assertThat(check.result().broken()).isEqualTo(1);
    }

    private void take(int connection, long number) {
        check.take("{\"correlation_id\":\"%s%012d\"}".formatted(FrameBlock.idPrefix(7, connection), number));
    }
}
