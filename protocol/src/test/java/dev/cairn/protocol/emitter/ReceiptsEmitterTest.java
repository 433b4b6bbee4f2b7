package dev.cairn.protocol.emitter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.cairn.protocol.VectorFile;
import dev.cairn.protocol.frame.LengthDecoder;
import dev.cairn.protocol.receipt.Decision;
import dev.cairn.protocol.receipt.Frame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiptsEmitterTest {

    private static final Instant NOW = Instant.parse("2026-07-01T08:00:00Z");
    private static final EmitOutcome SENT = new EmitOutcome.Sent();

    @TempDir
    private Path directory;

    @Test
    void aCallArrivesAsItWasTold() throws Exception {
        ToolCall call = ToolCall.of("mcp", "list \"repos\" \ud800", Decision.ALLOWED)
                .server("github")
                .input("{ \"b\" : 1, \"a\" : 2 }")
                .output("{\"isError\":true}")
                .error("exit 1")
                .actionType("data.api.read")
                .target("github", "acme/repo")
                .correlationId("toolu_01")
                .idempotencyKey("7")
                .issuer("Claude Code", "claude-x")
                .operator("did:org:acme", "Acme")
                .agent("a1", "general-purpose")
                .model("claude-x-1", "transcript")
                .usage("{\"input_tokens\":12}")
                .promptPreview("list them")
                .build();

        try (var daemon = TestDaemon.reading(socket());
                var emitter = emitter("s-1")) {
            emitter.emit(call);

            Frame frame = daemon.next();
            assertThat(frame.sessionId()).isEqualTo("s-1");
            assertThat(frame.emittedAt()).isEqualTo(NOW);
            assertThat(frame.channel()).isEqualTo("mcp");
            assertThat(frame.tool()).isEqualTo(new Frame.Tool("github", "list \"repos\" \ufffd"));
            assertThat(frame.actionType()).isEqualTo("data.api.read");
            assertThat(frame.decision()).isEqualTo(Decision.ALLOWED);
            assertThat(frame.error()).isEqualTo("exit 1");
            assertThat(frame.dropCount()).isZero();
            assertThat(frame.issuer()).isEqualTo(new Frame.Issuer("Claude Code", "claude-x", "did:org:acme", "Acme"));
            assertThat(frame.runtime())
                    .isEqualTo(new Frame.AgentRuntime(
                            "a1", "general-purpose", "claude-x-1", "transcript", "{\"input_tokens\":12}"));
            assertThat(frame.target()).isEqualTo(new Frame.Target("github", "acme/repo"));
            assertThat(frame.idempotencyKey()).isEqualTo("7");
            assertThat(frame.correlationId()).isEqualTo("toolu_01");
            assertThat(frame.promptPreview()).isEqualTo("list them");
            assertThat(frame.inputHash())
                    .isEqualTo("sha256:d3626ac30a87e6f7a6428233b3c68299976865fa5508e4267c5415c76af7a772");
            assertThat(frame.outputIsError()).isTrue();
        }
    }

    @Test
    void manyCallsLeaveInOrderOnOneConnection() throws Exception {
        try (var daemon = TestDaemon.reading(socket());
                var emitter = emitter("s")) {
            List<CompletableFuture<EmitOutcome>> outcomes = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                outcomes.add(emitter.emitAsync(call("t" + i)));
            }

            for (int i = 0; i < 200; i++) {
                assertThat(outcomes.get(i).get(20, TimeUnit.SECONDS)).isEqualTo(SENT);
                assertThat(daemon.next().tool().name()).isEqualTo("t" + i);
            }
            assertThat(daemon.connections()).isEqualTo(1);
        }
    }

    @Test
    void whatWasLostIsReportedByTheNextFrameThatGetsThroughAndOnce() throws Exception {
        try (var emitter = emitter("s")) {
            EmitOutcome first = emitter.send(call("lost"));
            EmitOutcome second = emitter.emitAsync(call("lost")).get(10, TimeUnit.SECONDS);
            assertThat(emitter.drops()).isEqualTo(2);

            try (var daemon = TestDaemon.reading(socket())) {
                emitter.send(call("a"));
                emitter.send(call("b"));

                assertThat(List.of(first, second)).hasOnlyElementsOfType(EmitOutcome.Failed.class);
                assertThat(daemon.next().dropCount()).isEqualTo(2);
                assertThat(daemon.next().dropCount()).isZero();
                assertThat(emitter.drops()).isZero();
            }
        }
    }

    @Test
    void aRestartOfTheDaemonBetweenTwoCallsLosesNothingAndKeepsTheSession() throws Exception {
        try (var emitter = new ReceiptsEmitter(socket(), InstantSource.fixed(NOW))) {
            Frame before;
            try (var daemon = TestDaemon.reading(socket())) {
                emitter.send(call("before"));
                before = daemon.next();
            }
            try (var daemon = TestDaemon.reading(socket())) {
                EmitOutcome outcome = emitter.send(call("after"));

                Frame after = daemon.next();
                assertThat(outcome).isEqualTo(SENT);
                assertThat(after.tool().name()).isEqualTo("after");
                assertThat(after.dropCount()).isZero();
                assertThat(after.sessionId()).isEqualTo(before.sessionId()).isEqualTo(emitter.sessionId());
                assertThat(UUID.fromString(after.sessionId()).version()).isEqualTo(4);
                assertThat(daemon.hasMore()).isFalse();
            }
        }
    }

    @Test
    void aDaemonThatDoesNotReadHoldsNobodyForLong() throws Exception {
        try (var daemon = TestDaemon.deaf(socket());
                var emitter = emitter("s")) {
            ToolCall large = ToolCall.of("sdk", "t", Decision.ALLOWED)
                    .input('"' + "x".repeat(900_000) + '"')
                    .build();
            long start = System.nanoTime();

            EmitOutcome outcome = emitter.send(large);

            Duration took = Duration.ofNanos(System.nanoTime() - start);
            assertThat(outcome).isInstanceOf(EmitOutcome.Failed.class);
            assertThat(took).isBetween(Duration.ofMillis(80), Duration.ofSeconds(2));
            assertThat(emitter.drops()).isEqualTo(1);
            assertThat(daemon.connections()).isEqualTo(1);
        }
    }

    @Test
    void aQueueThatIsFullCountsWhatItDoesNotTakeAndNeverBlocks() throws Exception {
        ToolCall call = call("t");
        List<CompletableFuture<EmitOutcome>> outcomes = new ArrayList<>();
        try (var daemon = TestDaemon.withFullBacklog(socket())) {
            var emitter = emitter("s");
            for (int i = 0; i < 2 * ReceiptsEmitter.QUEUE_MAX; i++) {
                outcomes.add(emitter.emitAsync(call));
            }

            emitter.close();

            assertThat(daemon.connections()).isZero();
            assertThat(outcomes)
                    .allSatisfy(outcome -> assertThat(outcome)
                            .succeedsWithin(Duration.ofSeconds(10))
                            .isInstanceOf(EmitOutcome.Failed.class));
            assertThat(outcomes.stream().map(CompletableFuture::join))
                    .filteredOn(new EmitOutcome.Failed("too many calls wait")::equals)
                    .hasSizeBetween(ReceiptsEmitter.QUEUE_MAX / 2, ReceiptsEmitter.QUEUE_MAX);
            assertThat(emitter.drops()).isGreaterThanOrEqualTo(ReceiptsEmitter.QUEUE_MAX / 2);
        }
    }

    @Test
    void anInterruptedHostIsToldSoAndKeepsItsInterruption() throws Exception {
        try (var daemon = TestDaemon.reading(socket());
                var emitter = emitter("s")) {
            Thread.currentThread().interrupt();

            EmitOutcome outcome = emitter.send(call("t"));

            assertThat(Thread.interrupted()).isTrue();
            assertThat(outcome).isInstanceOf(EmitOutcome.Failed.class);
            assertThat(emitter.send(call("next"))).isEqualTo(SENT);
            assertThat(daemon.next().dropCount()).isEqualTo(1);
        }
    }

    @Test
    void failsAsThePublishedContractSays() throws IOException {
        VectorFile contract =
                VectorFile.parse(Files.readString(VectorFile.thirdParty("receipts/emit_failure_vectors.json")));

        try (var emitter = emitter("s")) {
            assertThat(contract.at("cases").items())
                    .allSatisfy(vector ->
                            assertThat(category(vector.text("name"), emitter)).isEqualTo(vector.text("expect")));
        }
    }

    private static String category(String name, ReceiptsEmitter emitter) {
        String decision = switch (name) {
            case "dial_failure_unreachable_socket" -> "allowed";
            case "caller_bug_invalid_decision" -> "maybe";
            default -> throw new AssertionError("a case that nobody wrote: " + name);
        };
        try {
            ToolCall call = ToolCall.of("sdk", "t", Decision.named(decision)).build();
            return switch (emitter.send(call)) {
                case EmitOutcome.Sent _ -> "success";
                case EmitOutcome.Failed _ -> "transport_error";
            };
        } catch (IllegalArgumentException _) {
            return "caller_error";
        }
    }

    @Test
    void refusesWhatNoRelayWouldTake() {
        ToolCall.Builder call = ToolCall.of("sdk", "t", Decision.ALLOWED);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> ToolCall.of("", "t", Decision.ALLOWED).build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ToolCall.of("sdk", "", Decision.ALLOWED).build());
        assertThatIllegalArgumentException().isThrownBy(() -> call.input("{bad"));
        assertThatIllegalArgumentException().isThrownBy(() -> call.input("1,\"decision\":\"denied\""));
        assertThatIllegalArgumentException().isThrownBy(() -> call.usage(""));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ToolCall.of("sdk", "t", Decision.ALLOWED)
                        .output("{\"n\":1e400}")
                        .build())
                .withMessage("output has a number beyond a double");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ToolCall.of("sdk", "t", Decision.ALLOWED)
                        .agent("a/b", "")
                        .build());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ToolCall.of("sdk", "t", Decision.ALLOWED)
                        .target("fs", "")
                        .build());
    }

    @Test
    void sendsTheLongestFrameAndRefusesOneByteMore() throws Exception {
        int overhead = call("t").frame("2026-07-01T08:00:00.000Z", "s", 0).length + ",\"input\":\"\"".length();
        ToolCall longest = withInput(LengthDecoder.FRAME_MAX - overhead);
        ToolCall longer = withInput(LengthDecoder.FRAME_MAX - overhead + 1);

        try (var emitter = emitter("s")) {
            emitter.send(call("lost"));
            try (var daemon = TestDaemon.reading(socket())) {
                EmitOutcome outcome = emitter.send(longest);

                assertThat(outcome).isEqualTo(SENT);
                assertThat(daemon.next().dropCount())
                        .as("there is no room for it")
                        .isZero();
                assertThat(emitter.drops()).isEqualTo(1);
                assertThatIllegalArgumentException().isThrownBy(() -> emitter.send(longer));
                assertThatIllegalArgumentException().isThrownBy(() -> emitter.emit(longer));
                assertThat(emitter.drops()).as("a caller's mistake is no drop").isEqualTo(1);
            }
        }
    }

    @Test
    void takesNothingOnceItIsClosed() {
        var emitter = emitter("s");

        emitter.close();

        assertThatIllegalStateException().isThrownBy(() -> emitter.emit(call("t")));
        assertThatIllegalStateException().isThrownBy(() -> emitter.send(call("t")));
        assertThat(emitter.drops()).isZero();
    }

    @Test
    void theCountOfDropsStaysAtItsLargest() throws Exception {
        DropCounter counter = new DropCounter();
        counter.add(Long.MAX_VALUE);
        counter.add(1);

        byte[] frame = call("t").frame("2026-07-01T08:00:00.000Z", "s", counter.take());

        assertThat(new String(frame, UTF_8)).contains("\"drop_count\":9223372036854775807}");
        assertThat(counter.get()).isZero();
    }

    private static ToolCall withInput(int length) {
        return ToolCall.of("sdk", "t", Decision.ALLOWED)
                .input('"' + "x".repeat(length) + '"')
                .build();
    }

    private static ToolCall call(String tool) {
        return ToolCall.of("sdk", tool, Decision.ALLOWED).build();
    }

    private ReceiptsEmitter emitter(String sessionId) {
        return new ReceiptsEmitter(socket(), sessionId, InstantSource.fixed(NOW));
    }

    private Path socket() {
        return directory.resolve("events.sock");
    }
}
