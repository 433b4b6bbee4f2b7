package dev.cairn.relay.receipts;

/// Nothing may be appended to a chain.
final class UnusableChainException extends RuntimeException {

    private static final long serialVersionUID = 1;

    UnusableChainException(String chainId, String problem) {
        super("chain " + chainId + ": " + problem);
    }

    UnusableChainException(String chainId, Throwable cause) {
        super("chain " + chainId + " cannot be read: " + cause.getMessage(), cause);
    }
}
