package dev.cairn.relay.cli;

import picocli.CommandLine;

/// What has to do with receipts (`specs/receipts.md` 8.2); a group of commands.
final class ReceiptsCommand {

    private ReceiptsCommand() {}

    static CommandLine line(Surroundings surroundings) {
        CommandLine[] self = new CommandLine[1];
        self[0] = Shape.of("receipts", () -> teach(self[0]))
                .header("Verify and read signed receipts, ours and those of other Agent Receipts programs.")
                .footer(
                        "Try it:",
                        "  cairn receipts verify           check every signature and link of every chain",
                        "  cairn receipts verify --help    how to check a copy, and what to expect of it",
                        "  cairn receipts list             see the newest",
                        "  cairn receipts show 17          see one of them",
                        "Reads the database alone: no relay, no network. docs/receipts.md tells more.")
                .line();
        self[0].addSubcommand("verify", ReceiptsVerifyCommand.line(surroundings));
        self[0].addSubcommand("verify-event", ReceiptsVerifyEventCommand.line(surroundings));
        self[0].addSubcommand("list", ReceiptsListCommand.line(surroundings));
        self[0].addSubcommand("show", ReceiptsShowCommand.line(surroundings));
        self[0].addSubcommand("disclose", ReceiptsDiscloseCommand.line(surroundings));
        self[0].addSubcommand("keys", ReceiptsKeysCommand.line(surroundings));
        return self[0];
    }

    private static Integer teach(CommandLine receipts) {
        receipts.usage(receipts.getOut());
        return ExitCode.GOOD;
    }
}
