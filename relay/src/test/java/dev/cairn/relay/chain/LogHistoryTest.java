package dev.cairn.relay.chain;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.BusMessage.Append;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.BusMessage.Beat;
import dev.cairn.relay.bus.BusMessage.NotAppended;
import dev.cairn.relay.bus.BusMessage.Recovered;
import dev.cairn.relay.live.History;
import dev.cairn.relay.live.History.Page;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogHistoryTest {

    private static final int RECORDS = 5_000;
    private static final int BATCH = 125;

    @TempDir
    private Path temp;

    private Path dir;
    private RunningChain chain;
    private History history;

    @BeforeEach
    void start() throws TimeoutException {
        dir = temp.resolve("data");
        run();
    }

    @AfterEach
    void stop() throws TimeoutException {
        chain.end();
    }

    @Test
    void pagesThroughRecordsPastHeartbeatsAndFragments() throws TimeoutException, IOException {
        write();

        List<String> lines = readAll(20_000);

        assertThat(lines).isEqualTo(recordLines());
        assertThat(lines).hasSize(RECORDS + 1);
    }

    @Test
    void answersAnyCursorAlike() throws TimeoutException, IOException {
        write();
        List<String> expected = recordLines();
        for (int cursor = 0; cursor <= RECORDS; cursor += 97) {
            Page page = after(cursor, 1_000);

            assertThat(page.firstSeq()).isEqualTo(cursor + 1);
            assertThat(texts(page))
                    .isEqualTo(expected.subList(cursor, cursor + page.lines().size()))
                    .isNotEmpty();
        }
    }

    @Test
    void givesOneRecordHoweverLittleIsAskedFor() throws TimeoutException {
        append("a", "b");

        Page page = after(0, 1);

        assertThat(page.lines()).hasSize(1);
    }

    @Test
    void keepsToTheBytesAskedFor() throws TimeoutException {
        append("a", "b", "c");
        int line = after(1, 1).lines().getFirst().length;

        Page fitting = after(1, 2 * line);
        Page tooLittle = after(1, 2 * line - 1);

        assertThat(fitting.lines()).hasSize(2);
        assertThat(tooLittle.lines()).hasSize(1);
    }

    @Test
    void isEmptyAtTheEnd() throws TimeoutException {
        append("a");

        assertThat(after(1, 1_000).lines()).isEmpty();
        assertThat(after(99, 1_000).lines()).isEmpty();
    }

    @Test
    void servesTheHeadWhileItIsCheckedInTheBackground() throws TimeoutException, IOException {
        write();
        chain.stop();
        run();
        append("last");

        List<String> lines = readAll(50_000);

        assertThat(lines).isEqualTo(recordLines());
        assertThat(lines).hasSize(RECORDS + 2);
    }

    @Test
    void passesOverARecordInARepairedFragment() throws TimeoutException, IOException {
        append("a", "b");
        chain.stop();
        String copy = recordLines().getFirst();
        Files.writeString(Given.log(dir), "torn\n" + copy + "\n", StandardOpenOption.APPEND);
        run();
        append("c");
        chain.stop();
        run();

        List<String> lines = readAll(50_000);

        assertThat(lines).hasSize(3).doesNotHaveDuplicates();
        assertThat(lines.getLast()).contains("\"id\":\"c\"");
    }

    @Test
    void readsNothingThatIsNotDurable() throws TimeoutException {
        append("a");
        chain.store().breakWith(new FaultyStore.Fault.Cut(250), new FaultyStore.Fault.Cut(0));

        chain.bus().ask(Address.APPEND_AUDIT, new Append(Given.batch("b"))).await(10, SECONDS);

        assertThat(after(1, 1_000).lines()).isEmpty();
    }

    /// Records among heartbeats, a repaired fragment in the middle; one record more than the constant says
    /// gets in before the cut.
    private void write() throws TimeoutException {
        for (int i = 0; i < RECORDS / BATCH; i++) {
            if (i == 20) {
                var batch = Given.batch("cut", 3);
                chain.store().breakWith(new FaultyStore.Fault.Cut(batch.end(0) + 100));
                var reply =
                        chain.bus().ask(Address.APPEND_AUDIT, new Append(batch)).await(10, SECONDS);
                assertThat(reply).isInstanceOf(NotAppended.class);
                chain.awaitControl(Recovered.class);
            }
            var reply = chain.bus()
                    .ask(Address.APPEND_AUDIT, new Append(Given.batch("b" + i, BATCH)))
                    .await(10, SECONDS);
            assertThat(reply).isInstanceOf(Appended.class);
            if (i % 5 == 0) {
                chain.bus().ask(Address.BEAT_AUDIT, new Beat()).await(10, SECONDS);
            }
        }
    }

    private void run() throws TimeoutException {
        chain = RunningChain.start(Given.config(dir));
        history = chain.recovered().history(chain.vertx());
    }

    private void append(String... ids) throws TimeoutException {
        chain.bus().ask(Address.APPEND_AUDIT, new Append(Given.batch(ids))).await(10, SECONDS);
    }

    private Page after(long cursor, int bytesMax) throws TimeoutException {
        return history.after(cursor, bytesMax).await(10, SECONDS);
    }

    private List<String> readAll(int bytesMax) throws TimeoutException {
        List<String> lines = new ArrayList<>();
        Page page = after(0, bytesMax);
        while (!page.lines().isEmpty()) {
            assertThat(page.firstSeq()).isEqualTo(lines.size() + 1);
            lines.addAll(texts(page));
            page = after(lines.size(), bytesMax);
        }
        return lines;
    }

    private static List<String> texts(Page page) {
        return page.lines().stream()
                .map(line -> new String(line, StandardCharsets.UTF_8))
                .toList();
    }

    private List<String> recordLines() throws IOException {
        return Files.readAllLines(Given.log(dir)).stream()
                .filter(line -> line.startsWith("{\"_relay\"") && line.endsWith("}"))
                .toList();
    }
}
