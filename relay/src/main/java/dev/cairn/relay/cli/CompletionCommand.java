package dev.cairn.relay.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;

final class CompletionCommand implements Callable<Integer> {

    private final Surroundings surroundings;

    static CommandLine line(Surroundings surroundings) {
        return Shape.of("completion", new CompletionCommand(surroundings))
                .header("Print a completion script for bash and zsh.")
                .footer("Use it:", "  source <(cairn completion)")
                .line();
    }

    CompletionCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        surroundings.out().print(AutoComplete.bash("cairn", Cli.complete(surroundings)));
        return ExitCode.GOOD;
    }
}
