package dev.cairn.relay.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;

/// The load generator's place among the commands. It is a program of its own, which knows the relay only by
/// its public doors, and the launcher in the source tree starts it in place of this one.
final class LoadtestCommand implements Callable<Integer> {

    static CommandLine line() {
        CommandLine line = Shape.of("loadtest", new LoadtestCommand())
                .header("Measure a relay through its public doors (a program of its own, which ./cairn starts).")
                .description("Part of the source tree: there, ./cairn loadtest --help tells all its options.")
                .line();
        return line.setUnmatchedArgumentsAllowed(true); // They are the load generator's.
    }

    @Override
    public Integer call() {
        throw CommandFailedException.usage(
                "the load generator is a program of its own", "Start it in the source tree with: ./cairn loadtest");
    }
}
