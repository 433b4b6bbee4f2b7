package dev.cairn.relay.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// A client that behaves while others do not: on one connection it has one event after another stored.
///
/// It notices something when an event is refused, when the connection ends, or when no answer comes.
final class Bystander implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private final LineClient client;
    private final String name;
    private final List<String> noticed = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private final AtomicInteger served = new AtomicInteger();
    private volatile boolean leaving;

    private Bystander(LineClient client, String name) {
        this.client = client;
        this.name = name;
        thread = Thread.ofPlatform().name(name).start(this::emit);
    }

    /// @param name what the ids of its events begin with
    static Bystander at(Path socket, String name) throws IOException {
        return new Bystander(LineClient.connect(socket), name);
    }

    /// Leaves, once it was served after this call too; returns how many events it had stored.
    int leave() throws InterruptedException {
        int before = served.get();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (served.get() == before && noticed.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        leaving = true;
        assertThat(thread.join(PATIENCE)).as("its last event is answered").isTrue();
        assertThat(noticed).isEmpty();
        assertThat(served.get()).as("events stored meanwhile").isGreaterThan(before);
        return served.get();
    }

    @Override
    public void close() throws IOException {
        leaving = true;
        client.close();
    }

    private void emit() {
        try {
            while (!leaving) {
                String answer = client.ask(LineClient.event(name + served.get()));
                if (answer.startsWith("{\"ok\":true")) {
                    served.incrementAndGet();
                } else {
                    noticed.add(answer);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (IOException e) {
            noticed.add(e.toString());
        }
    }
}
