package dev.cairn.relay.cli;

import picocli.CommandLine;

/// What has to do with witnesses; a group of commands.
final class WitnessCommand {

    private WitnessCommand() {}

    static CommandLine line(Surroundings surroundings) {
        CommandLine[] self = new CommandLine[1];
        self[0] = Shape.of("witness", () -> teach(self[0]))
                .header("Be a witness of others' seals, or have witnesses confirm a user's own.")
                .footer(
                        "Try it:",
                        "  cairn witness serve             anchor the seals of relays on this host; Ctrl-C stops it",
                        "  cairn witness serve --help      who may use it, and what a relay must be told",
                        "  cairn witness publish --help    have the newest seal of your own log confirmed",
                        "  cairn witness verify --help     ask the witnesses of your own log again")
                .line();
        self[0].addSubcommand("serve", WitnessServeCommand.line(surroundings));
        self[0].addSubcommand("publish", WitnessPublishCommand.line(surroundings));
        self[0].addSubcommand("verify", WitnessVerifyCommand.line(surroundings));
        return self[0];
    }

    private static Integer teach(CommandLine witness) {
        witness.usage(witness.getOut());
        return ExitCode.GOOD;
    }
}
