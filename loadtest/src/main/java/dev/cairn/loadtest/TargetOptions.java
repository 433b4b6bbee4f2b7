package dev.cairn.loadtest;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What the command line says about the relay to use.
final class TargetOptions {

    @Option(names = "--data", paramLabel = "DIR", description = "Data directory of a running relay.")
    @Nullable
    Path dataDir;

    @Option(names = "--socket", paramLabel = "PATH", description = "Unix socket of a running relay.")
    @Nullable
    Path socket;

    @Option(names = "--http", paramLabel = "URL", description = "Its HTTP address, for subscribers.")
    @Nullable
    String http;

    @Option(names = "--token-file", paramLabel = "FILE", description = "The file with its token, for subscribers.")
    @Nullable
    Path tokenFile;

    @Option(names = "--log", paramLabel = "FILE", description = "Its log, for --check.")
    @Nullable
    Path log;

    @Option(
            names = "--cairn",
            paramLabel = "PATH",
            description = "The launcher to start a relay with, if none of the above is given "
                    + "(default: bin/cairn of $CAIRN_HOME, or of the distribution built beside this one).")
    @Nullable
    Path cairn;

    /// The relay that was named, or `null` if one is to be started.
    Settings.@Nullable Place place() {
        return dataDir == null && socket == null
                ? null
                : new Settings.Place(
                        dataDir, socket, http == null ? null : RelayDescription.address(http), tokenFile, log);
    }

    /// The launcher, or `null` if there is none in the usual places.
    @Nullable
    Path launcher(@Nullable String home) {
        if (cairn != null) {
            return cairn.toAbsolutePath();
        }
        if (home != null) {
            return Path.of(home, "bin", "cairn");
        }
        // <root>/loadtest/target/cairn-loadtest/lib/cairn-loadtest.jar and <root>/relay/target/cairn/bin/cairn
        Path jar = Path.of(System.getProperty("java.class.path").split(File.pathSeparator, -1)[0]);
        for (Path at = jar.toAbsolutePath().getParent(); at != null; at = at.getParent()) {
            Path inSources = at.resolve("relay/target/cairn/bin/cairn");
            Path inDistribution = at.resolve("bin/cairn");
            if (Files.isExecutable(inSources) || Files.isExecutable(inDistribution)) {
                return Files.isExecutable(inSources) ? inSources : inDistribution;
            }
        }
        return null;
    }
}
