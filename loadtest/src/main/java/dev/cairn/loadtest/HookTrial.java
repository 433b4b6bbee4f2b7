package dev.cairn.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// How long `cairn hook` takes as a whole process, which an agent waits for at every tool call; each must become a
/// receipt.
final class HookTrial {

    private static final String PAYLOAD = """
            {"session_id":"3f0c9f6e-5f0b-4c51-9f5f-0d9f6d5e7a10","transcript_path":"/nonexistent/transcript.jsonl",\
            "cwd":"/home/dev/shop","hook_event_name":"PostToolUse","tool_name":"Edit","tool_use_id":"toolu_01",\
            "tool_input":{"file_path":"/home/dev/shop/src/Cart.java","old_string":"a","new_string":"b"},\
            "tool_response":{"filePath":"/home/dev/shop/src/Cart.java","success":true}}
            """;

    private static final int WARM_UPS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Bench bench;
    private final List<Double> millis = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    HookTrial(Bench bench) {
        this.bench = bench;
    }

    Report run() throws IOException, InterruptedException {
        ReceiptRun.Place place = bench.receipts();
        Path input = Files.writeString(bench.directory().resolve("hook.json"), PAYLOAD);
        int rounds = bench.settings().rounds();
        try (StoredReceipts stored = bench.receiptRun().openWhenMade(place.database())) {
            long before = stored.count();
            for (int round = 1; round <= WARM_UPS + rounds; round++) {
                double took = hook(place.target().socket(), input);
                if (round > WARM_UPS) {
                    millis.add(took);
                }
            }
            long made = awaitRows(stored, before + WARM_UPS + rounds) - before;
            if (made != WARM_UPS + rounds) {
                faults.add((WARM_UPS + rounds) + " hooks made " + made + " receipts");
            }
        }
        return new Report(
                bench.settings().title(),
                List.of(),
                List.of(
                        Figure.median("cairn hook, whole process", millis, "ms"),
                        Figure.of("… the slowest", millis.stream().reduce(0.0, Math::max), "ms")),
                null,
                faults);
    }

    private double hook(Path socket, Path input) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        ProcessBuilder hook = new ProcessBuilder(bench.launcher().toString(), "hook")
                .redirectInput(input.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(bench.directory().resolve("hook.err").toFile());
        hook.environment().put("AGENTRECEIPTS_SOCKET", socket.toString());
        Process process = hook.start();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("cairn hook did not end");
        }
        double took = (System.nanoTime() - begun) / 1e6;
        if (process.exitValue() != 0) {
            faults.add("cairn hook ended with exit code " + process.exitValue() + ": "
                    + Files.readString(bench.directory().resolve("hook.err")).strip());
        }
        return took;
    }

    private static long awaitRows(StoredReceipts stored, long expected) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (stored.count() < expected && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        return stored.count();
    }
}
