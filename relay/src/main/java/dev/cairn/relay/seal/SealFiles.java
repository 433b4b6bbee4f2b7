package dev.cairn.relay.seal;

import dev.cairn.protocol.audit.LogState;
import dev.cairn.relay.config.RelayConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What sealing needs of the data directory, opened and checked before the relay starts.
///
/// @param witnesses `null` for a relay without witnesses
public record SealFiles(
        RecoveredSeals seals, KeyWatch keys, @Nullable WitnessFile witnesses) {

    private static final Logger LOG = LoggerFactory.getLogger(SealFiles.class);

    /// Opens what belongs to the store of receipts, whose directory exists. Whether the store is the one
    /// that was sealed, its owner finds out from the newest seal. Blocking.
    ///
    /// @throws SealsRefusedException if the seals are none
    /// @throws IOException likewise
    public static SealFiles ofReceipts(RelayConfig config) throws IOException {
        Path directory = SealPlaces.receipts(config);
        RecoveredSeals seals = RecoveredSeals.ofReceipts(directory);
        WitnessFile witnesses = null;
        try {
            if (config.witness().enabled()) {
                witnesses = WitnessFile.ofReceipts(directory);
            }
            letReadersRead(directory);
            return new SealFiles(seals, KeyWatch.ofReceipts(config.dataDir()), witnesses);
        } catch (IOException | RuntimeException e) {
            seals.file().close();
            if (witnesses != null) {
                witnesses.close();
            }
            throw e;
        }
    }

    /// Who may read the receipts may read their seals.
    private static void letReadersRead(Path directory) throws IOException {
        GroupPrincipal group =
                Files.readAttributes(directory, PosixFileAttributes.class).group();
        for (String name : List.of(SealPlaces.RECEIPTS_SEALS, SealPlaces.RECEIPTS_WITNESSES)) {
            Path file = directory.resolve(name);
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                try {
                    Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                            .setGroup(group);
                } catch (IOException e) {
                    LOG.atInfo()
                            .addKeyValue("file", name)
                            .addKeyValue("reason", e.getMessage())
                            .log("readers of the receipts cannot be let read their seals");
                }
            }
        }
    }

    /// Closes what no [SealVerticle] has taken over.
    public void close() throws IOException {
        try (WitnessFile _ = witnesses) {
            seals.file().close();
        }
    }

    /// Opens what belongs to a log that stands at `log`. Blocking.
    ///
    /// @param earlier what that log says of earlier starts
    /// @throws SealsRefusedException if the log is not the one that was sealed
    /// @throws IOException if a file must not be used as it is; a keyring keeps nobody from starting
    public static SealFiles open(RelayConfig config, LogState log, Acceptance earlier) throws IOException {
        RecoveredSeals seals = RecoveredSeals.recover(config, log, earlier);
        try {
            KeyWatch keys = KeyWatch.start(config, seals);
            return new SealFiles(seals, keys, config.witness().enabled() ? WitnessFile.open(config) : null);
        } catch (IOException | RuntimeException e) {
            seals.file().close();
            throw e;
        }
    }
}
