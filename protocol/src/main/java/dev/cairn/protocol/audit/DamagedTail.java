package dev.cairn.protocol.audit;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/// Bytes that do not verify, waiting for a repair to name them, and what follows from them if none does.
///
/// Of the bytes only a running hash is kept. A last newline is held back: a repair does not count the one
/// that it had to append.
final class DamagedTail {

    private final long offset;
    private final MessageDigest sha256 = Hash.sha256();
    private long length;
    private boolean newlineHeld;

    /// The walk goes on here, as if the damage were to be accepted.
    private final LogTrack onward;

    private final List<Fault> faults = new ArrayList<>();

    DamagedTail(LogTrack good) {
        offset = good.offset;
        onward = new LogTrack(good.state());
    }

    LogTrack onward() {
        return onward;
    }

    List<Fault> faults() {
        return faults;
    }

    long length() {
        return length;
    }

    void add(byte[] bytes, int from, int to) {
        if (from == to) {
            return;
        }
        if (newlineHeld) {
            sha256.update((byte) '\n');
        }
        newlineHeld = bytes[to - 1] == '\n';
        sha256.update(bytes, from, newlineHeld ? to - 1 - from : to - from);
        length += to - from;
    }

    /// Whether `range` is exactly these bytes.
    boolean isNamedBy(RepairedRange range) {
        boolean whole = range.bytes() == length;
        boolean withoutNewline = newlineHeld && range.bytes() == length - 1;
        return range.offset() == offset
                && (whole || withoutNewline)
                && range.sha256().equals(hash(whole));
    }

    /// All of it as a repair would name it, `more[from, to)` included, which follows unterminated.
    RepairedRange range(byte[] more, int from, int to) {
        MessageDigest digest = copy();
        if (newlineHeld) {
            digest.update((byte) '\n');
        }
        digest.update(more, from, to - from);
        return new RepairedRange(offset, length + to - from, Hash.of(digest));
    }

    private Hash hash(boolean whole) {
        MessageDigest digest = copy();
        if (whole && newlineHeld) {
            digest.update((byte) '\n');
        }
        return Hash.of(digest);
    }

    private MessageDigest copy() {
        try {
            return (MessageDigest) sha256.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e); // The JDK's own SHA-256 can be cloned.
        }
    }
}
