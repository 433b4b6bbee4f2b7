package dev.cairn.relay.chain;

import dev.cairn.protocol.audit.HeartbeatKind;
import dev.cairn.relay.config.RelayConfig;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/// What a relay leaves in its data directory between a start and a kill, without the relay.
final class ShortRun {

    static final Moment NOW = new Moment(Instant.parse("2026-03-01T10:00:00Z"), 5);
    static final int DUE = 30_000;

    private ShortRun() {}

    /// Recovers, writes its first lines and a record for each id, and is gone.
    static void of(RelayConfig config, String... ids) {
        RecoveredChain recovered = Recovery.recover(config);
        start(recovered, ids);
        recovered.close();
    }

    /// The same, and a checkpoint behind it.
    static void withCheckpoint(RelayConfig config, String... ids) throws IOException {
        RecoveredChain recovered = Recovery.recover(config);
        recovered.checkpointFile().write(start(recovered, ids).checkpoint());
        recovered.close();
    }

    private static Committer start(RecoveredChain recovered, String... ids) {
        return commit(recovered, (committer, draft) -> {
            committer.chain().append(draft, HeartbeatKind.START, NOW, DUE, List.of());
            if (!recovered.accepted().isEmpty()) {
                committer.chain().append(draft, HeartbeatKind.NOTE, NOW, DUE, recovered.accepted());
            }
            committer.chain().append(draft, Given.batch(ids));
        });
    }

    /// Writes nothing but a record for each id.
    static void ofRecords(RelayConfig config, String... ids) {
        RecoveredChain recovered = Recovery.recover(config);
        commit(recovered, (committer, draft) -> committer.chain().append(draft, Given.batch(ids)));
        recovered.close();
    }

    /// Writes a heartbeat line and a checkpoint behind it.
    static void ofCheckpoint(RelayConfig config) throws IOException {
        RecoveredChain recovered = Recovery.recover(config);
        Committer committer = commit(
                recovered, (writer, draft) -> writer.chain().append(draft, HeartbeatKind.STOP, NOW, 0, List.of()));
        recovered.checkpointFile().write(committer.checkpoint());
        recovered.close();
    }

    private static Committer commit(RecoveredChain recovered, Lines lines) {
        Committer committer = recovered.committer(DUE);
        Draft draft = committer.draft(NOW);
        lines.addTo(committer, draft);
        committer.commit(draft);
        return committer;
    }

    @FunctionalInterface
    private interface Lines {
        void addTo(Committer committer, Draft draft);
    }
}
