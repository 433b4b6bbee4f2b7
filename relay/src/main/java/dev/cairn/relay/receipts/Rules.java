package dev.cairn.relay.receipts;

import dev.cairn.protocol.receipt.ReceiptRules;
import dev.cairn.protocol.receipt.Redaction;
import dev.cairn.protocol.receipt.RiskTable;
import dev.cairn.relay.config.Receipts;

/// What the configuration says about the contents of receipts.
final class Rules {

    private Rules() {}

    static ReceiptRules of(Receipts config) {
        return new ReceiptRules(
                config.identity().issuerId(),
                RiskTable.standard(),
                Redaction.builtIn(),
                config.privacy().errorLengthMax(),
                null);
    }
}
