package dev.cairn.loadtest;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonTape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Has the relay seal its chain once a second, from [#start] to [#close].
final class Sealing implements AutoCloseable {

    private static final long PERIOD_NANOS = Duration.ofSeconds(1).toNanos();
    private static final String REQUEST = "{\"protocol_version\":1,\"type\":\"seal\"}";

    private final ControlConnection relay;
    private final Thread thread = Thread.ofPlatform().name("sealing").unstarted(this::seal);
    private final List<Double> millis = new ArrayList<>(); // Read when the thread has ended.
    private volatile boolean going = true;
    private volatile String fault = "";

    private Sealing(Path socket) throws IOException {
        relay = new ControlConnection(socket);
    }

    static Sealing start(Path socket) throws IOException {
        Sealing sealing = new Sealing(socket);
        sealing.thread.start();
        return sealing;
    }

    /// How long each seal took, from request to answer; once closed.
    List<Double> millis() {
        return List.copyOf(millis);
    }

    /// Why it ended before its time, or an empty text.
    String fault() {
        return fault;
    }

    @Override
    public void close() throws IOException {
        going = false;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        relay.close();
    }

    private void seal() {
        try {
            for (long due = System.nanoTime() + PERIOD_NANOS; awaited(due); due += PERIOD_NANOS) {
                long begun = System.nanoTime();
                byte[] answer = relay.ask(REQUEST + "\n");
                millis.add((System.nanoTime() - begun) / 1e6);
                if (!isSealed(answer)) {
                    throw new IOException(new String(answer, StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            fault = "the relay does not seal on request: " + e.getMessage();
        }
    }

    private boolean awaited(long due) {
        for (long left = due - System.nanoTime(); going && left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        return going;
    }

    private static boolean isSealed(byte[] answer) {
        JsonTape tape = new JsonTape();
        tape.parse(answer, 0, answer.length);
        int ok = tape.member(0, "ok");
        return ok >= 0 && tape.is(ok, JsonKind.TRUE);
    }
}
