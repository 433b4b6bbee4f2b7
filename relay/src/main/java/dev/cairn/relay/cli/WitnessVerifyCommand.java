package dev.cairn.relay.cli;

import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.json.JsonText;
import dev.cairn.protocol.witness.SealedTip;
import dev.cairn.relay.VertxSetup;
import dev.cairn.witness.UserWitnesses;
import dev.cairn.witness.UserWitnesses.Check;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

final class WitnessVerifyCommand implements Callable<Integer> {

    private static final int TIMEOUT_MILLIS_MAX = 60_000;

    private final Surroundings surroundings;

    private @Nullable Path witnessFile;
    private String tipHash = "";
    private long quorum = 1;
    private long timeoutMillis = 5_000;
    private boolean json;

    static CommandLine line(Surroundings surroundings) {
        WitnessVerifyCommand verify = new WitnessVerifyCommand(surroundings);
        return Shape.of("verify", verify)
                .header("Ask the witnesses of your own log whether they still say what they said.")
                .description(
                        "Asks for each recorded anchor of one seal, the newest unless --tip-hash names another, and compares "
                                + "tip, count and signature. A witness that does not say of what its anchor is does not count, and "
                                + "each witness counts once.",
                        "Exit code: 0 as many distinct witnesses as --quorum confirm, 1 fewer do, 2 the file cannot be read or an "
                                + "option is wrong.")
                .footer("Examples:", "  cairn witness verify", "  cairn witness verify --quorum 2 --json")
                .number(value -> verify.quorum = value, "N", "How many must confirm (default: 1).", "--quorum")
                .text(value -> verify.tipHash = value, "HASH", "The seal of this tip, sha256:…", "--tip-hash")
                .path(
                        value -> verify.witnessFile = value,
                        "FILE",
                        "Where anchors are recorded (default: ~/.patchwork/witnesses.jsonl).",
                        "--witness-file")
                .number(
                        value -> verify.timeoutMillis = value,
                        "N",
                        "Wait so long for each witness (default: 5000).",
                        "--timeout-ms")
                .flag(value -> verify.json = value, "Print one line of JSON.", "--json")
                .line();
    }

    private WitnessVerifyCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        checkOptions();
        Path file = witnessFile == null ? UserChain.home(surroundings).resolve(AnchorsFile.NAME) : witnessFile;
        AnchorsFile.Anchors anchors = new AnchorsFile(file).read(tipHash);
        if (anchors.unreadable() > 0) {
            surroundings
                    .err()
                    .println("cairn: left out " + Human.count(anchors.unreadable(), "line") + " of " + file
                            + " that cannot be read");
        }
        if (anchors.ofSeal().isEmpty()) {
            throw CommandFailedException.failed(
                    "no anchor is recorded in " + file + (tipHash.isEmpty() ? "" : " for that tip"),
                    "Publish a seal first: "
                            + CommandText.of(surroundings, null, null).of("witness publish --witness-url URL"));
        }
        List<Check> checks = new ArrayList<>();
        surroundings.log("warn");
        Vertx vertx = VertxSetup.create();
        try (UserWitnesses witnesses = new UserWitnesses(vertx, Duration.ofMillis(timeoutMillis), null)) {
            anchors.ofSeal().forEach(anchor -> checks.add(witnesses.verify(anchor)));
        } finally {
            vertx.close().await();
        }
        return report(anchors.ofSeal().getFirst().seal(), checks);
    }

    private void checkOptions() {
        if (!tipHash.isEmpty() && !Hash.isHash(tipHash)) {
            throw CommandFailedException.usage("--tip-hash: expected sha256: and 64 lower-case hex digits");
        }
        if (quorum < 1) {
            throw CommandFailedException.usage("--quorum: expected 1 or more, got " + quorum);
        }
        if (timeoutMillis < 1 || timeoutMillis > TIMEOUT_MILLIS_MAX) {
            throw CommandFailedException.usage(
                    "--timeout-ms: expected 1 to " + TIMEOUT_MILLIS_MAX + ", got " + timeoutMillis);
        }
    }

    private Integer report(SealedTip seal, List<Check> checks) {
        int confirmed = UserWitnesses.countDistinct(checks);
        boolean good = confirmed >= quorum;
        String missed = confirmed + " of " + ProofWords.witnesses(quorum) + " confirm";
        if (json) {
            List<String> results =
                    checks.stream().map(WitnessVerifyCommand::toJson).toList();
            JsonText answer = JsonText.object().put("ok", good);
            if (!good) {
                answer.put("error", missed);
            }
            surroundings
                    .out()
                    .println(answer.put("tip_hash", seal.tip().text())
                            .put("chained_events", seal.count())
                            .put("quorum", quorum)
                            .put("confirmed", confirmed)
                            .putRaw("witnesses", "[" + String.join(",", results) + "]"));
        } else {
            checks.forEach(this::print);
            Style style = surroundings.style();
            String sealed = Human.count(seal.count(), "event") + " with tip "
                    + Human.shortHash(seal.tip().text());
            surroundings
                    .out()
                    .println(
                            good
                                    ? style.good("CONFIRMED") + "  " + sealed + ", by "
                                            + ProofWords.witnesses(confirmed)
                                    : style.bad("NOT CONFIRMED") + "  " + sealed + ": " + missed);
        }
        return good ? ExitCode.GOOD : ExitCode.FAILED;
    }

    private void print(Check check) {
        Style style = surroundings.style();
        String what = Human.visible(check.anchor().witnessUrl(), 200) + "  anchor "
                + Human.visible(check.anchor().anchorId(), 80);
        surroundings
                .out()
                .println(
                        check instanceof Check.Confirmed
                                ? style.good("confirmed    ") + " " + what
                                : style.bad("not confirmed") + " " + what + ": " + reason(check));
    }

    private static String reason(Check check) {
        return switch (check) {
            case Check.Confirmed _ -> "";
            case Check.Unbound _ -> "it does not say of what the anchor is";
            case Check.NotConfirmed refused -> Human.visible(refused.reason(), 200);
        };
    }

    private static String toJson(Check check) {
        boolean good = check instanceof Check.Confirmed;
        JsonText json = JsonText.object()
                .put("url", check.anchor().witnessUrl())
                .put("anchor_id", check.anchor().anchorId())
                .put("ok", good);
        return (good ? json : json.put("error", reason(check))).toString();
    }
}
