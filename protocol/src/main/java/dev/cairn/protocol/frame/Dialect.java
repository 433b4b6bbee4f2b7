package dev.cairn.protocol.frame;

/// How a connection cuts its byte stream, told by the first byte on Cairn's own sockets (`specs/audit-relay.md` 1.1).
public enum Dialect {
    /// Newline-delimited requests of the audit dialect.
    LINES,
    /// Frames behind a 4-byte length.
    LENGTHS;

    /// A length is at most `0x00100000`, so its first byte is zero; anything else begins a line, a bad one too.
    public static Dialect of(byte firstByte) {
        return firstByte == 0 ? LENGTHS : LINES;
    }
}
