package dev.cairn.relay.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

final class TailCommand implements Callable<Integer> {

    private static final int NEWEST = 10;
    private static final int RETRY_SECONDS = 1;

    private final Surroundings surroundings;

    private @Nullable Long since;

    private boolean follow;

    private boolean json;

    private final RelayOptions relay = new RelayOptions();

    static CommandLine line(Surroundings surroundings) {
        TailCommand tail = new TailCommand(surroundings);
        Shape shape = Shape.of("tail", tail)
                .header("Show records: the newest ones, those after a sequence, or all that come.")
                .description("With --follow it goes on across restarts of the relay, without gap or repeat.")
                .footer(
                        "Examples:",
                        "  cairn tail                      the ten newest records",
                        "  cairn tail --follow             and those that come, until Ctrl-C",
                        "  cairn tail --since 0 --json     the whole chain, each record as it is stored")
                .number(value -> tail.since = value, "N", "Begin after record N (default: the ten newest).", "--since")
                .flag(value -> tail.follow = value, "Go on with what comes.", "-f", "--follow")
                .flag(
                        value -> tail.json = value,
                        "Print each record as stored, one a line; with --follow heartbeats too. On a terminal, what could "
                                + "steer that is escaped, which changes no value.",
                        "--json");
        return tail.relay.addTo(shape).line();
    }

    TailCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (since != null && since < 0) {
            throw CommandFailedException.usage("--since: expected the number of a record, 0 or more, got " + since);
        }
        RelayFiles files = relay.locate(surroundings);
        long cursor = since == null ? Math.max(0, count(files) - NEWEST) : since;
        RecordPrinter printer = new RecordPrinter(surroundings, json, cursor);
        End end = show(files, printer);
        while (follow && end == End.LOST) {
            printer.remark("the relay is gone; waiting for it to come back");
            end = reconnect(printer);
        }
        if (end == End.LOST) {
            throw CommandFailedException.unreachable(
                    "the relay ended the stream",
                    "Look for the reason with: " + files.commands().of("doctor"));
        }
        return ExitCode.GOOD;
    }

    /// Why a stream ended.
    private enum End {
        COMPLETE,
        LOST
    }

    private static long count(RelayFiles files) {
        try (RelaySocket socket = RelaySocket.connect(files)) {
            return socket.ask(StatusCommand.CHAIN_STATE).number("event_count", 0);
        }
    }

    private End reconnect(RecordPrinter printer) throws InterruptedException {
        while (true) {
            TimeUnit.SECONDS.sleep(RETRY_SECONDS);
            try {
                return show(relay.locate(surroundings), printer); // It may have another address now.
            } catch (CommandFailedException e) {
                if (e.exitCode() != ExitCode.UNREACHABLE) {
                    throw e;
                }
            }
        }
    }

    private End show(RelayFiles files, RecordPrinter printer) throws InterruptedException {
        try (StreamFeed feed = StreamFeed.subscribe(files, printer.cursor())) {
            for (String text = feed.next(); text != null; text = feed.next()) {
                JsonObject frame = JsonObject.parse(text);
                switch (frame.text("t", "")) {
                    case "rec" -> printer.record(frame.number("seq", 0), frame);
                    case "beat" -> printer.beat(frame);
                    case "ctl" -> printer.control(frame);
                    case "live" -> {
                        if (!follow) {
                            printer.flush();
                            return End.COMPLETE;
                        }
                    }
                    case "closed", "err" -> {
                        printer.flush();
                        return judge(frame, printer);
                    }
                    default -> {} // Frames that a later relay may send.
                }
                if (feed.isDrained()) {
                    printer.flush(); // Whoever reads along sees each record when it comes.
                }
            }
        }
        return End.LOST;
    }

    /// What the relay's refusal means here; one that passes is waited out.
    private End judge(JsonObject refusal, RecordPrinter printer) {
        String code = refusal.text("code", "no reason given");
        switch (code) {
            case "future-cursor" -> {
                String end = "the chain ends at record " + Human.count(refusal.number("tip", 0));
                throw printer.hasPrinted()
                        ? CommandFailedException.failed(
                                end + " now, and record " + Human.count(printer.cursor()) + " was shown before",
                                "It is another log, or it was put back")
                        : CommandFailedException.usage("--since " + printer.cursor() + ": " + end);
            }
            case "too-many-subscribers" -> printer.remark("the relay has all the subscribers that it takes");
            case "consumer-too-slow" -> printer.remark("we read too slowly for the relay");
            case "internal" -> printer.remark("the relay cannot read its log");
            default ->
                throw CommandFailedException.failed(
                        "the relay refuses the stream: " + Human.visible(refusal.text("detail", code), 200));
        }
        return End.LOST;
    }
}
