package dev.cairn.relay.chain;

/// The start was given up because somebody wished to stop meanwhile; what it had opened is closed again.
public final class StartGivenUpException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public StartGivenUpException() {
        super("the start was given up");
    }
}
