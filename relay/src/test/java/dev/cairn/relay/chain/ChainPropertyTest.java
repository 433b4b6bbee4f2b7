package dev.cairn.relay.chain;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.protocol.audit.LogState;
import dev.cairn.relay.bus.Address;
import dev.cairn.relay.bus.BusMessage.Append;
import dev.cairn.relay.bus.BusMessage.AppendReply;
import dev.cairn.relay.bus.BusMessage.Appended;
import dev.cairn.relay.bus.BusMessage.Beat;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever batches, faults, kills and restarts come in whatever order: what was acknowledged is in the log
/// exactly once, and the log verifies from its first byte to its last.
class ChainPropertyTest {

    private static final int STEPS = 60;

    @TempDir
    private Path temp;

    private final List<String> acknowledged = new ArrayList<>();
    private final List<Future<AppendReply>> pending = new ArrayList<>();

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 8);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void keepsWhatItAcknowledged(long seed) throws TimeoutException, IOException {
        Random random = new Random(seed);
        Path dir = temp.resolve("data");
        RunningChain chain = RunningChain.start(Given.config(dir));
        for (int step = 0; step < STEPS; step++) {
            switch (random.nextInt(20)) {
                case 0 -> chain = restart(chain, dir, random.nextBoolean());
                case 1, 2 -> chain.store().breakWith(new FaultyStore.Fault.Cut(random.nextInt(1_500)));
                case 3 -> chain.bus().ask(Address.BEAT_AUDIT, new Beat());
                case 4, 5, 6, 7 -> awaitServing(chain);
                default -> append(chain, "s" + step, 1 + random.nextInt(4));
            }
        }

        chain = restart(chain, dir, false);
        awaitServing(chain);
        chain.stop();

        LogState state = Given.intact(dir);
        List<String> stored = Given.ids(dir);
        assertThat(state.tip().count()).isEqualTo(stored.size());
        assertThat(stored).doesNotHaveDuplicates().containsAll(acknowledged);
        assertThat(acknowledged).isNotEmpty();
    }

    private void append(RunningChain chain, String name, int count) {
        pending.add(chain.bus()
                .ask(Address.APPEND_AUDIT, new Append(Given.batch(name, count)))
                .onSuccess(reply -> {
                    if (reply instanceof Appended) {
                        for (int i = 0; i < count; i++) {
                            acknowledge(name + "-" + i);
                        }
                    }
                }));
    }

    private synchronized void acknowledge(String id) {
        acknowledged.add(id);
    }

    private RunningChain restart(RunningChain chain, Path dir, boolean killed) throws TimeoutException {
        Future.join(Collections.unmodifiableList(pending)).await(10, SECONDS);
        pending.clear();
        if (killed) {
            chain.kill();
        } else {
            chain.end();
        }
        return RunningChain.start(Given.config(dir));
    }

    private void awaitServing(RunningChain chain) throws TimeoutException {
        Future.join(Collections.unmodifiableList(pending)).await(10, SECONDS);
        chain.awaitServing();
    }
}
