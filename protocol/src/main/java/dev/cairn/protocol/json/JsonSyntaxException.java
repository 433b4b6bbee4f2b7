package dev.cairn.protocol.json;

/// A text that is not JSON (RFC 8259), or not representable in the form asked for; `offset` counts bytes of the text.
public final class JsonSyntaxException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int offset;

    public JsonSyntaxException(String message, int offset) {
        // Thrown for hostile input: no stack trace is collected.
        super(message + " at byte " + offset, null, false, false);
        this.offset = offset;
    }

    public int offset() {
        return offset;
    }
}
