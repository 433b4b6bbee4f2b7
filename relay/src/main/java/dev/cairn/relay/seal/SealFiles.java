package dev.cairn.relay.seal;

import dev.cairn.protocol.audit.LogState;
import dev.cairn.relay.config.RelayConfig;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What sealing needs of the data directory, opened and checked before the relay starts.
///
/// @param witnesses `null` for a relay without witnesses
public record SealFiles(
        RecoveredSeals seals, KeyWatch keys, @Nullable WitnessFile witnesses) {

    /// Opens what belongs to a log that stands at `log`. Blocking.
    ///
    /// @throws SealsRefusedException if the log is not the one that was sealed
    /// @throws IOException if a file must not be used as it is; a keyring keeps nobody from starting
    public static SealFiles open(RelayConfig config, LogState log) throws IOException {
        RecoveredSeals seals = RecoveredSeals.recover(config, log);
        try {
            KeyWatch keys = KeyWatch.start(config, seals);
            return new SealFiles(seals, keys, config.witness().enabled() ? WitnessFile.open(config) : null);
        } catch (IOException | RuntimeException e) {
            seals.file().close();
            throw e;
        }
    }
}
