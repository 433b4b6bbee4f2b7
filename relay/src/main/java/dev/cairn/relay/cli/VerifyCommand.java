package dev.cairn.relay.cli;

import dev.cairn.protocol.audit.LogState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

final class VerifyCommand implements Callable<Integer> {

    private static final int LOOK_AGAIN_MILLIS = 1_000;

    private final Surroundings surroundings;

    private @Nullable Path file;

    private @Nullable Path userLog;

    private boolean strict;

    private boolean follow;

    private boolean json;

    private final RelayOptions relay = new RelayOptions();

    static CommandLine line(Surroundings surroundings) {
        VerifyCommand verify = new VerifyCommand(surroundings);
        Shape shape = Shape.of("verify", verify)
                .header("Check every hash and every link of a log, with the relay running or not.")
                .description(
                        "Reads the file alone: no relay, no key. Every record's hash is computed again from its "
                                + "content, in constant memory.",
                        "Exit code: 0 intact, 1 broken, torn, without records, or events of the user's log are "
                                + "missing, 2 it cannot be read.")
                .footer(
                        "Examples:",
                        "  cairn verify",
                        "  cairn verify --file /backup/events.relay.jsonl --json",
                        "  cairn verify --against ~/.patchwork/events.jsonl",
                        "  cairn verify --follow")
                .path(
                        value -> verify.file = value,
                        "FILE",
                        "A relay's or a user's log (default: the relay's own).",
                        "--file")
                .path(
                        value -> verify.userLog = value,
                        "USER_LOG",
                        "Verify this user's log too, and tell which events one has and the other lacks.",
                        "--against")
                .flag(
                        value -> verify.strict = value,
                        "In a user's log, an event without a hash is a failure.",
                        "--strict")
                .flag(
                        value -> verify.follow = value,
                        "Go on with what the relay appends, until something does not verify. It never looks back at what it "
                                + "has checked.",
                        "-f",
                        "--follow")
                .flag(value -> verify.json = value, "Print one line of JSON.", "--json");
        return verify.relay.addTo(shape).line();
    }

    VerifyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        RelayFiles files = relay.locate(surroundings);
        if (file == null && !Files.exists(files.log())) {
            throw CommandFailedException.usage(
                    "there is no log " + files.log(),
                    "A relay makes it on its first start: " + files.commands().of("up"));
        }
        Path log = file == null ? files.log() : file;
        NamedFile.check(log);
        if (userLog != null) {
            NamedFile.check(userLog); // Before a long check of the other one.
        }
        if (file != null && userLog == null && UserLogCheck.isUserLog(log)) {
            return exitCode(new UserLogCheck(surroundings, json).verify(log, strict));
        }
        LogReport.Place place = isSame(log, files.log()) ? LogReport.Place.LIVE : LogReport.Place.ELSEWHERE;
        boolean good = verifyRelayLog(log, place);
        if (userLog != null) {
            UserLogCheck check = new UserLogCheck(surroundings, json);
            good &= check.verify(userLog, strict);
            good &= check.compare(userLog, log);
        }
        return exitCode(good);
    }

    private static boolean isSame(Path file, Path other) {
        try {
            return Files.exists(other) && Files.isSameFile(file, other);
        } catch (IOException _) {
            return false;
        }
    }

    private boolean verifyRelayLog(Path log, LogReport.Place place) throws InterruptedException {
        LogReport report = LogReport.of(log, place, new Progress(surroundings, "records"));
        print(report);
        while (follow && report.isGood()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            LogState before = report.verdict().state();
            report = report.goOn();
            if (report.verdict().state().offset() > before.offset() || !report.isGood()) {
                print(report);
            }
        }
        return report.isGood();
    }

    private static Integer exitCode(boolean good) {
        return good ? ExitCode.GOOD : ExitCode.FAILED;
    }

    private void print(LogReport report) {
        LogReportPrinter printer = new LogReportPrinter(surroundings);
        if (json) {
            printer.printJson(report);
        } else {
            printer.print(report);
        }
        surroundings.out().flush();
    }
}
