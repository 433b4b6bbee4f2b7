package dev.cairn.protocol.audit;

import dev.cairn.protocol.json.JsonString;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/// A connection's [Peer] as it stands in each of its records: the canonical text of the member, made once.
public final class PeerStamp {

    /// For connections of which nothing is known.
    public static final PeerStamp NOBODY = new PeerStamp(Peer.NOBODY);

    /// `"peer":{…},` or nothing.
    final byte[] text;

    private PeerStamp(Peer peer) {
        StringJoiner members = new StringJoiner(",", "\"peer\":{", "},").setEmptyValue("");
        if (!peer.exe().isEmpty()) {
            members.add("\"exe\":" + JsonString.quote(peer.exe()));
        }
        addKnown(members, "gid", peer.gid());
        addKnown(members, "pid", peer.pid());
        addKnown(members, "uid", peer.uid());
        text = members.toString().getBytes(StandardCharsets.UTF_8);
    }

    public static PeerStamp of(Peer peer) {
        return peer.isKnown() ? new PeerStamp(peer) : NOBODY;
    }

    private static void addKnown(StringJoiner members, String name, long value) {
        if (value != Peer.UNKNOWN) {
            members.add("\"" + name + "\":" + value);
        }
    }
}
