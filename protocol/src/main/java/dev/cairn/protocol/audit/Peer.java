package dev.cairn.protocol.audit;

/// The operating system's word on who is at the other end of a socket, taken once, at accept.
///
/// What the platform cannot give is [#UNKNOWN], or an empty `exe`; it is then absent on the wire, never invented.
public record Peer(long pid, long uid, long gid, String exe) {

    public static final long UNKNOWN = -1;

    /// Nothing is known, as of a WebSocket's other end.
    public static final Peer NOBODY = new Peer(UNKNOWN, UNKNOWN, UNKNOWN, "");

    public boolean isKnown() {
        return !equals(NOBODY);
    }
}
