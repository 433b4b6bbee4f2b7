package dev.cairn.loadtest;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// Where the load generator starts.
@Command(
        name = "cairn loadtest",
        description = "Drives a running relay through its public doors and says how fast it is.",
        mixinStandardHelpOptions = true)
public final class Main implements Runnable {

    private Main() {}

    /// Runs the load and ends the process with its exit code.
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }
}
