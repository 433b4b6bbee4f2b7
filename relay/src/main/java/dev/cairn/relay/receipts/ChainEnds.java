package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.Composer;
import dev.cairn.protocol.receipt.LinkedReceipt;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The receipts that say that chains were interrupted, as the relay stops (`specs/receipts.md` 3.7).
final class ChainEnds {

    private static final Logger LOG = LoggerFactory.getLogger(ChainEnds.class);

    private final ReceiptsSetup setup;
    private final Composer composer;
    private final ReceiptsHealth health;

    ChainEnds(ReceiptsSetup setup, Composer composer, ReceiptsHealth health) {
        this.setup = setup;
        this.composer = composer;
        this.health = health;
    }

    /// Links them: of the sub-agents' chains first, those among them that only the store knows, as far as there
    /// is time; of the root chain last, whatever the time.
    List<LinkedReceipt> link(Working working) throws SQLException {
        long deadline = setup.uptimeMillis()
                + setup.config().limits().shutdownDeadline().toMillis();
        String rootId = working.chains().rootId();
        Set<String> ids = new LinkedHashSet<>(working.opened().agentChains(rootId));
        ids.addAll(working.chains().open()); // The root chain is the last of these.
        List<LinkedReceipt> ends = new ArrayList<>();
        int left = 0;
        for (String id : ids) {
            if (!id.equals(rootId) && setup.uptimeMillis() >= deadline) {
                left++;
                continue;
            }
            LinkedReceipt end = link(working, id);
            if (end != null) {
                ends.add(end);
            }
        }
        if (left > 0) {
            LOG.atWarn().addKeyValue("chains", left).log("no time to end all chains; they are left open");
        }
        return ends;
    }

    private @Nullable LinkedReceipt link(Working working, String chainId) {
        try {
            return working.chains().end(chainId, composer.terminator(setup.now()));
        } catch (UnusableChainException e) {
            health.unusable(e);
            return null;
        }
    }
}
