package dev.cairn.relay.receipts.read;

import dev.cairn.protocol.receipt.verify.ReceiptFault;
import dev.cairn.protocol.receipt.verify.ReceiptReading;
import org.jspecify.annotations.Nullable;

/// Is told of each receipt of a chain that is verified.
public interface ReceiptListener {

    /// @param fault what is wrong with it, null if nothing is
    void checked(StoredRow row, ReceiptReading reading, @Nullable ReceiptFault fault);
}
