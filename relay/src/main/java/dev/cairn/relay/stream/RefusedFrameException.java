package dev.cairn.relay.stream;

/// A client's frame that ends its socket; the message names the field.
final class RefusedFrameException extends Exception {

    private static final long serialVersionUID = 1;

    private final Refusal refusal;

    RefusedFrameException(Refusal refusal, String detail) {
        super(detail, null, false, false); // Thrown for hostile input: no stack trace is collected.
        this.refusal = refusal;
    }

    Refusal refusal() {
        return refusal;
    }

    String detail() {
        return String.valueOf(getMessage());
    }
}
