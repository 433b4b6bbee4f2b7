package dev.cairn.relay;

import dev.cairn.relay.cli.Cli;
import dev.cairn.relay.cli.Surroundings;

/// Where the process starts, and ends without looking around: a search of the class path opens all jars,
/// which takes a sixth of a command.
public final class Main {

    private static final String PROVIDER_KEY = "java.nio.channels.spi.SelectorProvider";
    private static final String PROVIDER_OF_LINUX = "sun.nio.ch.EPollSelectorProvider";

    private Main() {}

    /// Runs one command and ends the process with its exit code.
    public static void main(String[] args) {
        nameSelectorProvider();
        int code = Cli.run(args, Surroundings.ofProcess());
        if (code != 0 || othersRun()) {
            System.exit(code);
        }
        // Returning ends the process just as well, while `System.exit` searches for somebody to log that.
    }

    /// The first channel would have the JDK search for a provider, to fall back to its own.
    private static void nameSelectorProvider() {
        if (System.getProperty(PROVIDER_KEY) == null) {
            try {
                Class.forName(PROVIDER_OF_LINUX, false, null);
                System.setProperty(PROVIDER_KEY, PROVIDER_OF_LINUX);
            } catch (ClassNotFoundException _) {
                // Another system, or another Java: it finds its own.
            }
        }
    }

    /// Whether another thread would keep the process alive.
    private static boolean othersRun() {
        Thread[] threads = new Thread[Thread.activeCount() + 1];
        int count = Thread.enumerate(threads);
        for (int i = 0; i < count; i++) {
            if (!threads[i].isDaemon() && !threads[i].equals(Thread.currentThread())) {
                return true;
            }
        }
        return count == threads.length; // Some may be missing.
    }
}
