package dev.cairn.relay.bus;

import dev.cairn.relay.bus.ChainStatus.Refusing;
import dev.cairn.relay.bus.ReceiptsStatus.Off;
import dev.cairn.relay.bus.ReceiptsStatus.Opening;
import dev.cairn.relay.bus.ReceiptsStatus.Serving;
import dev.cairn.relay.bus.ReceiptsStatus.Waiting;
import java.util.LinkedHashMap;
import java.util.Map;

/// Which parts of the relay cannot take what they are for, as far as their writers say.
public final class Parts {

    public static final String CHAIN = "chain";
    public static final String RECEIPTS = "receipts";

    private Parts() {}

    /// The reason by part; empty when both take what comes.
    public static Map<String, String> down(ChainStatus chain, ReceiptsStatus receipts) {
        Map<String, String> down = new LinkedHashMap<>();
        if (chain.health() instanceof Refusing refusing) {
            down.put(CHAIN, refusing.reason());
        }
        switch (receipts.health()) {
            case Waiting(String reason) -> down.put(RECEIPTS, reason);
            case Opening _ -> down.put(RECEIPTS, "receipts are being opened");
            case Serving _, Off _ -> {}
        }
        return down;
    }
}
