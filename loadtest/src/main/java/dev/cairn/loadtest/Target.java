package dev.cairn.loadtest;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What a load is put on: a relay or the baseline.
///
/// @param door where subscribers connect; `null` when there is none or it is not known
/// @param log the file with the chain; `null` when it is not known
/// @param chained whether it has a chain that goes on from run to run; what has none counts from 1 in each
record Target(
        String name,
        Path socket,
        @Nullable WebSocketDoor door,
        @Nullable Path log,
        boolean chained,
        ServerProcess process) {

    /// The same under another name, to tell its rounds apart.
    Target called(String other) {
        return new Target(other, socket, door, log, chained, process);
    }
}
