package dev.cairn.loadtest;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Everything one call of the load generator is told, with scenario and defaults filled in.
///
/// @param title what is measured, for the report
/// @param records size of the log that is made first
/// @param where the relay to use; one is started if this is `null`
/// @param launcher `bin/cairn` of the distribution; `null` when none was found
/// @param workDir where temporary data goes; it should be on a real disk
record Settings(
        Scenario.Trial trial,
        String title,
        LoadPlan plan,
        int rounds,
        boolean baseline,
        int records,
        @Nullable Place where,
        @Nullable Path launcher,
        Path workDir) {

    /// A relay that runs already.
    record Place(
            @Nullable Path dataDir,
            @Nullable Path socket,
            @Nullable URI http,
            @Nullable Path tokenFile,
            @Nullable Path log) {}
}
