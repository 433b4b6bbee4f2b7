package dev.cairn.relay.receipts.read;

import dev.cairn.protocol.receipt.verify.ChainVerdict;
import dev.cairn.protocol.receipt.verify.ReceiptFault;
import java.util.List;

/// What the check of one stored chain found.
///
/// @param faults the first faults, in order; the verdict counts them all
/// @param complaints what is wrong with the chain as a whole, for people
/// @param isArchived whether its first receipt is signed with an archived key
public record ChainReport(
        String chainId, ChainVerdict verdict, List<ReceiptFault> faults, List<String> complaints, boolean isArchived) {

    public boolean isEmpty() {
        return verdict.length() == 0;
    }

    public boolean isValid() {
        return verdict.isValid() && complaints.isEmpty();
    }
}
