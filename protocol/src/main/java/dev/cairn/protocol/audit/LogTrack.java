package dev.cairn.protocol.audit;

import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Where a walk through a log stands; the mutable twin of [LogState]. A hash is kept raw, so that a record
/// costs no object.
final class LogTrack {

    private static final int DIGEST = LineHasher.DIGEST_LENGTH;
    private static final int HEX = "sha256:".length();

    long offset;
    long lines;
    long accepted;
    long gaps;
    private final byte[] tip = new byte[DIGEST];
    private long count;
    private long heartbeats;
    private long unprotected;
    private long repairs;
    private @Nullable LinkedHeartbeat last;

    LogTrack(LogState state) {
        offset = state.offset();
        lines = state.lines();
        accepted = state.accepted();
        gaps = state.gaps();
        count = state.tip().count();
        heartbeats = state.heartbeats();
        unprotected = state.unprotected();
        repairs = state.repairs();
        last = state.last();
        Hash hash = state.tip().hash();
        if (hash != null) {
            byte[] raw = HexFormat.of().parseHex(hash.text(), HEX, Hash.TEXT_LENGTH);
            System.arraycopy(raw, 0, tip, 0, DIGEST);
        }
    }

    void become(LogTrack other) {
        offset = other.offset;
        lines = other.lines;
        accepted = other.accepted;
        gaps = other.gaps;
        count = other.count;
        heartbeats = other.heartbeats;
        unprotected = other.unprotected;
        repairs = other.repairs;
        last = other.last;
        System.arraycopy(other.tip, 0, tip, 0, DIGEST);
    }

    LogState state() {
        return new LogState(offset, lines, tip(), heartbeats, unprotected, repairs, gaps, accepted, last);
    }

    long count() {
        return count;
    }

    @Nullable
    LinkedHeartbeat last() {
        return last;
    }

    /// What keeps line `i` from being the next one here; `null` if nothing does.
    CheckedLines.@Nullable Wrong refusal(CheckedLines lines, int i) {
        return switch (lines.detail(i)) {
            case null -> recordRefusal(lines, i);
            case CheckedLines.Wrong wrong -> wrong;
            case CheckedLines.Beat beat -> beatRefusal(beat.heartbeat());
            case CheckedLines.Unprotected _ -> null;
        };
    }

    /// Whether line `i` follows and proves it: an unprotected heartbeat proves nothing.
    boolean isProvenNext(CheckedLines lines, int i) {
        return !(lines.detail(i) instanceof CheckedLines.Unprotected) && refusal(lines, i) == null;
    }

    /// Goes on behind line `i`, whether it follows or not: the next one is expected to follow what this one
    /// claims to be.
    void pass(CheckedLines lines, int i) {
        passBytes(lines.end(i) - lines.start(i));
        switch (lines.detail(i)) {
            case CheckedLines.Beat beat -> passBeat(beat);
            case CheckedLines.Unprotected _ -> unprotected++;
            case null, default -> {
                if (lines.hasStored(i)) {
                    System.arraycopy(lines.hashes(), lines.storedAt(i), tip, 0, DIGEST);
                    count++;
                }
            }
        }
    }

    /// Goes on behind a line of which nothing is known.
    void passBytes(long bytes) {
        offset += bytes;
        lines++;
    }

    private void passBeat(CheckedLines.Beat beat) {
        Heartbeat heartbeat = beat.heartbeat();
        Instant at = heartbeat.at();
        heartbeats++;
        repairs += heartbeat.kind() == HeartbeatKind.REPAIR ? 1 : 0;
        gaps += LogGap.between(last, at).isPresent() ? 1 : 0;
        last = new LinkedHeartbeat(heartbeat.seq(), beat.hash(), at, heartbeat.kind(), heartbeat.dueMillis());
    }

    private CheckedLines.@Nullable Wrong recordRefusal(CheckedLines lines, int i) {
        boolean hasPrevious = lines.hasPrevious(i);
        if (!hasPrevious) {
            return count == 0 ? null : new CheckedLines.Wrong(FaultKind.SECOND_GENESIS, tipText(), "null");
        }
        int at = lines.previousAt(i);
        if (count > 0 && Arrays.equals(tip, 0, DIGEST, lines.hashes(), at, at + DIGEST)) {
            return null;
        }
        String found = LineHasher.hash(lines.hashes(), at).text();
        return new CheckedLines.Wrong(FaultKind.LINK, tipText(), found);
    }

    private CheckedLines.@Nullable Wrong beatRefusal(Heartbeat heartbeat) {
        long seq = last == null ? 1 : last.seq() + 1;
        Hash previous = last == null ? null : last.hash();
        if (heartbeat.seq() != seq || !Objects.equals(heartbeat.prevHash(), previous)) {
            return new CheckedLines.Wrong(
                    FaultKind.HEARTBEAT_LINK,
                    "heartbeat " + seq + " after " + previous,
                    "heartbeat " + heartbeat.seq() + " after " + heartbeat.prevHash());
        }
        if (!heartbeat.tip().equals(tip())) {
            return new CheckedLines.Wrong(FaultKind.HEARTBEAT_TIP, text(tip()), text(heartbeat.tip()));
        }
        return null;
    }

    private static String text(Tip tip) {
        return tip.hash() + " with " + tip.count() + " records";
    }

    Tip tip() {
        return count == 0 ? Tip.EMPTY : new Tip(LineHasher.hash(tip, 0), count);
    }

    private String tipText() {
        return String.valueOf(tip().hash());
    }
}
