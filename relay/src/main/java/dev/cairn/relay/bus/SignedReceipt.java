package dev.cairn.relay.bus;

import dev.cairn.protocol.receipt.LinkedReceipt;

/// A receipt as it is stored.
public final class SignedReceipt {

    private final LinkedReceipt receipt;
    private final byte[] text;

    /// @param text the whole receipt, with its proof; not copied
    public SignedReceipt(LinkedReceipt receipt, byte[] text) {
        this.receipt = receipt;
        this.text = text;
    }

    public LinkedReceipt receipt() {
        return receipt;
    }

    public String chainId() {
        return receipt.place().chainId();
    }

    public long sequence() {
        return receipt.place().sequence();
    }

    /// Not a copy; leave it as it is.
    public byte[] text() {
        return text;
    }
}
