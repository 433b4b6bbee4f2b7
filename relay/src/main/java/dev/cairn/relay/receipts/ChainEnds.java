package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.ChainIds;
import dev.cairn.protocol.receipt.Composer;
import dev.cairn.protocol.receipt.LinkedReceipt;
import io.vertx.core.Future;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The receipts that say that chains were interrupted, as the relay stops (`specs/receipts.md` 3.7).
final class ChainEnds {

    private static final Logger LOG = LoggerFactory.getLogger(ChainEnds.class);

    private final ReceiptsSetup setup;
    private final Composer composer;
    private final ReceiptsHealth health;
    private final Working working;
    private final List<LinkedReceipt> ends = new ArrayList<>();

    ChainEnds(ReceiptsSetup setup, Composer composer, ReceiptsHealth health, Working working) {
        this.setup = setup;
        this.composer = composer;
        this.health = health;
        this.working = working;
    }

    /// Has them stored: adds them to what is on its way.
    Future<Void> addTo(Assembly line) {
        try {
            for (LinkedReceipt end : link()) {
                line.add(List.of(end));
            }
        } catch (SQLException e) {
            return Future.failedFuture(e);
        }
        line.flush();
        return Future.succeededFuture();
    }

    /// Links them, as long as there is time: of the sub-agents' chains first, those that are remembered
    /// before those that only the store knows, which are looked up one by one. Of the root chain last,
    /// whatever the time.
    private List<LinkedReceipt> link() throws SQLException {
        long deadline = setup.uptimeMillis()
                + setup.config().limits().shutdownDeadline().toMillis();
        List<String> remembered = working.chains().open();
        String rootId = remembered.removeLast();
        boolean isInTime = true;
        for (int i = 0; i < remembered.size() && isInTime; i++) {
            end(remembered.get(i));
            isInTime = setup.uptimeMillis() < deadline;
        }
        String prefix = ChainIds.agentPrefix(rootId);
        for (String id = next(prefix, prefix, isInTime); id != null; id = next(id, prefix, isInTime)) {
            end(id);
            isInTime = setup.uptimeMillis() < deadline;
        }
        if (!isInTime) {
            LOG.atWarn().addKeyValue("ended", ends.size()).log("no time to end all chains; the others are left open");
        }
        end(rootId);
        return ends;
    }

    private @Nullable String next(String id, String prefix, boolean isInTime) throws SQLException {
        return isInTime ? working.opened().tails().chainAfter(id, prefix) : null;
    }

    private void end(String chainId) {
        try {
            LinkedReceipt end = working.chains().end(chainId, composer.terminator(setup.now()));
            if (end != null) {
                ends.add(end);
            }
        } catch (UnusableChainException e) {
            health.unusable(e);
        }
    }
}
