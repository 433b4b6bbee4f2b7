package dev.cairn.relay.cli;

import dev.cairn.protocol.json.JsonText;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

final class StatusCommand implements Callable<Integer> {

    static final String PING = "{\"protocol_version\":1,\"type\":\"ping\"}";
    static final String CHAIN_STATE = "{\"protocol_version\":1,\"type\":\"get_chain_state\"}";
    static final String SEAL_STATUS = "{\"protocol_version\":1,\"type\":\"seal_status\"}";

    /// The beat is due every 30 s unless configured longer; the dialect's own readers turn red at two minutes.
    private static final Duration LATE = Duration.ofMinutes(2);

    private static final int GAPS_SHOWN = 3;

    private final Surroundings surroundings;

    private final RelayOptions relay = new RelayOptions();

    private boolean json;

    static CommandLine line(Surroundings surroundings) {
        StatusCommand status = new StatusCommand(surroundings);
        Shape shape = Shape.of("status", status)
                .header("Say whether the relay runs and where its chains stand.")
                .description(
                        "Exit code: 0 it runs and accepts events and frames, 1 it is degraded or its heartbeat is late, "
                                + "3 it is down.")
                .flag(value -> status.json = value, "Print one line of JSON.", "--json");
        return status.relay.addTo(shape).line();
    }

    StatusCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /// What the relay answered, and how old its last beat was then.
    ///
    /// @param degraded which part cannot do its work and why; null when all can
    record State(
            JsonObject ping,
            JsonObject chain,
            JsonObject seals,
            ReceiptsLook receipts,
            @Nullable Duration beatAge,
            @Nullable String degraded) {

        static State ask(RelayFiles files) {
            try (RelaySocket socket = RelaySocket.connect(files)) {
                JsonObject ping = socket.ask(PING);
                JsonObject chain = socket.ask(CHAIN_STATE);
                JsonObject seals = socket.ask(SEAL_STATUS);
                ReceiptsLook receipts = ReceiptsLook.of(socket.ask(ReceiptsLook.QUESTION));
                Long beat = chain.number("last_heartbeat");
                Duration age = beat == null ? null : Duration.ofMillis(System.currentTimeMillis() - beat);
                return new State(ping, chain, seals, receipts, age, degraded(files, chain, receipts));
            }
        }

        /// HTTP knows of every part, the socket of the chains.
        private static @Nullable String degraded(RelayFiles files, JsonObject chain, ReceiptsLook receipts) {
            String reason = chain.text("degraded");
            String known = Stream.of(reason == null ? null : "chain: " + reason, receipts.complaint())
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining("; "));
            String complaint = known.isEmpty() ? null : known;
            return files.http() == null
                    ? complaint
                    : Readiness.complaint(files.http()).orElse(complaint);
        }

        boolean isLate() {
            return beatAge == null ? chain.number("uptime_ms", 0) > LATE.toMillis() : beatAge.compareTo(LATE) > 0;
        }
    }

    @Override
    public Integer call() {
        RelayFiles files = relay.locate(surroundings);
        State state = ask(files);
        String degraded = state.degraded();
        if (json) {
            surroundings.out().println(toJson(files, state, degraded));
        } else {
            print(files, state, degraded);
        }
        return degraded != null || state.isLate() ? ExitCode.FAILED : ExitCode.GOOD;
    }

    private State ask(RelayFiles files) {
        try {
            return State.ask(files);
        } catch (CommandFailedException down) {
            throw down.answering(JsonText.object()
                    .put("ok", false)
                    .put("status", "down")
                    .put("socket", files.socket().toString()));
        }
    }

    private static JsonText toJson(RelayFiles files, State state, @Nullable String degraded) {
        JsonText json = JsonText.object().put("ok", degraded == null && !state.isLate());
        if (degraded != null || state.isLate()) {
            json.put("error", degraded != null ? "degraded: " + degraded : "the heartbeat is late");
        }
        json.put("status", degraded != null ? "degraded" : state.isLate() ? "heartbeat_late" : "ok")
                .put("reason", degraded)
                .put("pid", state.ping().number("pid", 0))
                .put("uptime_ms", state.chain().number("uptime_ms", 0))
                .put("chain_tip", state.chain().text("chain_tip"))
                .put("event_count", state.chain().number("event_count", 0))
                .putRaw("last_heartbeat", String.valueOf(state.chain().number("last_heartbeat")))
                .put("heartbeat_late", state.isLate())
                .put("gaps", state.chain().number("gaps", 0))
                .putRaw("newest_gaps", Objects.requireNonNullElse(state.chain().raw("newest_gaps"), "[]"));
        SealLook.of(state, Instant.now()).addTo(json);
        return state.receipts()
                .addTo(json)
                .put("socket", files.socket().toString())
                .put("http", files.http())
                .put("data", files.areKnown() ? files.dataDir().toString() : null)
                .put("log", files.areKnown() ? files.log().toString() : null);
    }

    private void print(RelayFiles files, State state, @Nullable String degraded) {
        Style style = surroundings.style();
        String headline =
                degraded == null ? style.good("running") : style.bad("degraded") + "  " + Human.visible(degraded, 500);
        line(style, "relay", headline);
        long pid = state.ping().number("pid", 0);
        Duration up = Duration.ofMillis(state.chain().number("uptime_ms", 0));
        line(style, "process", (pid > 0 ? "pid " + pid + ", up " : "up ") + Human.duration(up));
        String tip = state.chain().text("chain_tip");
        String records = Human.count(state.chain().number("event_count", 0), "record");
        line(style, "chain", records + (tip == null ? "" : ", tip " + Human.shortHash(tip)));
        line(style, "heartbeat", beat(style, state));
        printGaps(style, state.chain());
        SealLook seals = SealLook.of(state, Instant.now());
        line(style, "seals", seals.isSealLate() ? style.warning(seals.seals() + ", late") : seals.seals());
        line(style, "auto-seal", seals.auto());
        line(style, "witnesses", seals.isQuorumInDoubt() ? style.warning(seals.witnesses()) : seals.witnesses());
        line(style, "receipts", state.receipts().shown());
        if (state.receipts().key() != null) {
            line(
                    style,
                    "",
                    style.faint("signed with " + Human.visible(state.receipts().key(), 100)));
            String sealed = state.receipts().seals();
            line(style, "", state.receipts().isQuorumInDoubt() ? style.warning(sealed) : style.faint(sealed));
        }
        line(style, "socket", files.socket().toString());
        if (files.http() != null) {
            line(style, "http", files.http());
        } else if (files.isWithoutHttp()) {
            line(style, "http", style.warning(RelayFiles.HTTP_OFF));
        }
        if (!files.areKnown()) {
            line(style, "files", style.warning("not known: " + files.unknown("files")));
            line(style, "", RelayFiles.NAME_DIRECTORY);
        } else if (Files.exists(files.log())) {
            line(style, "log", files.log().toString());
        }
    }

    /// Silences that the relay has seen; those before, the log tells.
    private void printGaps(Style style, JsonObject chain) {
        long count = chain.number("gaps", 0);
        List<JsonObject> newest = chain.objects("newest_gaps");
        if (count == 0) {
            return;
        }
        line(style, "gaps", style.warning(Human.count(count, "silence") + " where a heartbeat was due, the newest:"));
        for (JsonObject gap : newest.subList(Math.max(0, newest.size() - GAPS_SHOWN), newest.size())) {
            Duration length = Duration.ofMillis(gap.number("length_ms", 0));
            line(style, "", Human.duration(length) + " from " + Human.visible(gap.text("since", "?"), 40));
        }
    }

    private static String beat(Style style, State state) {
        Duration age = state.beatAge();
        String text = age == null ? "none yet" : Human.duration(age) + " ago";
        return state.isLate() ? style.bad(text + ", late") : text;
    }

    private void line(Style style, String label, String value) {
        surroundings.out().println(style.faint(String.format("%-10s", label)) + " " + value);
    }
}
