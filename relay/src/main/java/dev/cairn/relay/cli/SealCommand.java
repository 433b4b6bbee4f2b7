package dev.cairn.relay.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;

final class SealCommand implements Callable<Integer> {

    private static final String SEAL = "{\"protocol_version\":1,\"type\":\"seal\"}";

    private final Surroundings surroundings;

    private final RelayOptions relay = new RelayOptions();

    private boolean json;

    static CommandLine line(Surroundings surroundings) {
        SealCommand seal = new SealCommand(surroundings);
        Shape shape = Shape.of("seal", seal)
                .header("Have the relay seal its chain and its receipts now.")
                .description(
                        "A seal signs the chain's tip with the relay's own key, another one where the chains of receipts end; "
                                + "both are on disk before this ends, and go to the witnesses then. Receipts are sealed when there are "
                                + "new ones. Only the relay's own user and the superuser may ask for it.",
                        "Exit code: 0 sealed, 1 refused, 3 the relay cannot be reached.")
                .footer("Examples:", "  cairn seal", "  cairn seal --json", "  cairn verify")
                .flag(value -> seal.json = value, "Print the seal as one line of JSON.", "--json");
        return seal.relay.addTo(shape).line();
    }

    private SealCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        RelayFiles files = relay.locate(surroundings);
        JsonObject seal;
        try (RelaySocket socket = RelaySocket.connect(files)) {
            seal = socket.ask(SEAL);
        }
        if (!seal.isTrue("ok")) {
            throw CommandFailedException.failed(
                    Human.visible(seal.text("error", "the relay refused and does not say why"), 300),
                    remedy(seal.text("reason", ""), files.commands()));
        }
        if (json) {
            surroundings.out().println(seal.raw());
            return ExitCode.GOOD;
        }
        if (seal.text("tip_hash") != null) {
            print(seal, "record");
        }
        JsonObject receipts = seal.object("receipts");
        if (receipts != null && receipts.isTrue("ok")) {
            print(receipts, "receipt");
        } else if (receipts != null && !receipts.text("reason", "").equals("empty")) {
            line("receipts", Human.visible(receipts.text("error", "not sealed"), 300));
        }
        return ExitCode.GOOD;
    }

    private void print(JsonObject seal, String what) {
        String sealed = Human.count(seal.number("chained_events", 0), what);
        surroundings
                .out()
                .println(surroundings.style().good("sealed") + "  " + sealed + " at " + text(seal, "sealed_at"));
        line("tip", text(seal, "tip_hash"));
        line("key", text(seal, "key_id"));
        line("signature", text(seal, "signature"));
    }

    private static String remedy(String reason, CommandText commands) {
        return switch (reason) {
            case "not-allowed" -> "Run it as the relay's own user, or as the superuser.";
            case "too-often" -> "Wait a second.";
            case "empty" -> "Send it an event first: " + commands.of("emit --action file_write --target notes.txt");
            case "failed" -> "Look for the reason with: " + commands.of("doctor");
            default -> "";
        };
    }

    private static String text(JsonObject seal, String name) {
        return Human.visible(seal.text(name, "?"), 200);
    }

    private void line(String label, String value) {
        surroundings.out().println("  " + surroundings.style().faint(String.format("%-10s", label)) + " " + value);
    }
}
