package dev.cairn.relay.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;

@Command(
        name = "completion",
        header = "Print a completion script for bash and zsh.",
        footerHeading = "%nUse it:%n",
        footer = "  source <(cairn completion)",
        mixinStandardHelpOptions = true)
final class CompletionCommand implements Runnable {

    private final Surroundings surroundings;

    CompletionCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public void run() {
        surroundings.out().print(AutoComplete.bash("cairn", Cli.complete(surroundings)));
    }
}
