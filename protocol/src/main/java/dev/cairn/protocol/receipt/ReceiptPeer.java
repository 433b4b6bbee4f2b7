package dev.cairn.protocol.receipt;

import org.jspecify.annotations.Nullable;

/// The operating system's word on an emitter, taken once, at accept (`specs/receipts.md` 7).
///
/// @param platform `linux` or `darwin`
/// @param pid 0 where the platform does not tell
/// @param exePath `null` when it is not known for sure
public record ReceiptPeer(
        String platform,
        int pid,
        long uid,
        long gid,
        @Nullable String exePath) {

    private static final long ID_MAX = 0xFFFF_FFFFL;

    public ReceiptPeer {
        if (pid < 0 || uid < 0 || uid > ID_MAX || gid < 0 || gid > ID_MAX) {
            throw new IllegalArgumentException("no peer has pid " + pid + ", uid " + uid + ", gid " + gid);
        }
    }
}
