package dev.cairn.protocol.receipt;

import dev.cairn.protocol.audit.Hash;
import java.util.HexFormat;

/// Hashes in the dialect's text form, `sha256:` and 64 lower-case hex digits, of bytes made a moment ago.
final class Sha256Text {

    private Sha256Text() {}

    static String of(byte[] bytes, int from, int to) {
        var sha256 = Hash.sha256();
        sha256.update(bytes, from, to - from);
        return "sha256:" + HexFormat.of().formatHex(sha256.digest());
    }
}
