package dev.cairn.relay;

import dev.cairn.relay.cli.Cli;
import dev.cairn.relay.cli.Surroundings;

/// Where the process starts.
public final class Main {

    private Main() {}

    /// Runs one command and ends the process with its exit code.
    public static void main(String[] args) {
        System.exit(Cli.run(args, Surroundings.ofProcess()));
    }
}
