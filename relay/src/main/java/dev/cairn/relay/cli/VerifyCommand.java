package dev.cairn.relay.cli;

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

    private final ProofOptions proof = new ProofOptions(ProofSubject.LOG);

    static CommandLine line(Surroundings surroundings) {
        VerifyCommand verify = new VerifyCommand(surroundings);
        Shape shape = Shape.of("verify", verify)
                .header("Check every hash, link, seal and witness of a log, with the relay running or not.")
                .description(
                        "Reads files alone: no relay, no network. Every record's hash is computed again from its "
                                + "content, in constant memory. Seals and replies of witnesses that lie beside the log are "
                                + "checked in the same pass, and it says up to which record what is proven, by whom and since "
                                + "when, and what is not.",
                        "Exit code: 0 intact, 1 something is broken, torn or without records, records are missing that a seal "
                                + "names or seals that a witness's reply names, events of the user's log are missing or have "
                                + "different contents under one id, or "
                                + "--quorum is not reached, 2 a file cannot be read. What is merely not proven is no failure: "
                                + "seals that were taken away together with all replies, nothing shows.")
                .footer(
                        "Examples:",
                        "  cairn verify",
                        "  cairn verify --file /backup/events.relay.jsonl --json",
                        "  cairn verify --file events.relay.jsonl --keys keys/seal --config relay-config.json --quorum 2",
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
                        "Verify this user's log too, and tell which events one has and the other lacks or has otherwise, "
                                + "once: with --follow before it goes on.",
                        "--against")
                .flag(
                        value -> verify.strict = value,
                        "In a user's log, a single event without a hash is a failure; otherwise only if no event has one.",
                        "--strict")
                .flag(
                        value -> verify.follow = value,
                        "Go on with what the relay appends, until something does not verify. It never looks back at what it "
                                + "has checked.",
                        "-f",
                        "--follow")
                .flag(
                        value -> verify.json = value,
                        "Print one line of JSON; with --follow one for each time that there is news.",
                        "--json");
        return verify.relay.addTo(verify.proof.addTo(shape)).line();
    }

    VerifyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws InterruptedException {
        RelayFiles files = relay.locate(surroundings);
        if (file == null && !NamedFile.exists(files.log())) {
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
            return verifyUserLog(log);
        }
        LogReport.Place place =
                files.areKnown() && isSame(log, files.log()) ? LogReport.Place.LIVE : LogReport.Place.ELSEWHERE;
        return exitCode(verifyRelayLog(log, place, proof.evidence(log, files)));
    }

    private Integer verifyUserLog(Path log) {
        UserLogCheck check = UserLogCheck.of(surroundings, log, strict);
        if (json) {
            surroundings.out().println(check.toJson());
        } else {
            check.print(surroundings);
        }
        return exitCode(check.isGood());
    }

    private static boolean isSame(Path file, Path other) {
        try {
            return Files.exists(other) && Files.isSameFile(file, other);
        } catch (IOException _) {
            return false;
        }
    }

    private boolean verifyRelayLog(Path log, LogReport.Place place, Evidence evidence) throws InterruptedException {
        long evidenceSize = evidence.size();
        LogReport report = LogReport.of(log, place, evidence, new Progress(surroundings, "records"));
        UserLogComparison comparison =
                userLog == null ? null : UserLogComparison.of(surroundings, userLog, strict, log);
        print(report, comparison);
        FollowedLog followed = new FollowedLog(report, evidenceSize);
        boolean same = comparison == null || comparison.isGood();
        while (follow && same && followed.report().isGood()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            if (followed.advance()) {
                print(followed.report(), null);
            }
        }
        return same && followed.report().isGood();
    }

    private static Integer exitCode(boolean good) {
        return good ? ExitCode.GOOD : ExitCode.FAILED;
    }

    private void print(LogReport report, @Nullable UserLogComparison comparison) {
        if (json) {
            surroundings.out().println(LogReportPrinter.toJson(report, comparison));
        } else {
            new LogReportPrinter(surroundings).print(report);
            if (comparison != null) {
                comparison.print(surroundings);
            }
        }
        surroundings.out().flush();
    }
}
