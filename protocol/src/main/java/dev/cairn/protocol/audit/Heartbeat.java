package dev.cairn.protocol.audit;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a linked heartbeat line says (`specs/audit-relay.md` 4.2); [HeartbeatLine] is how it says it.
///
/// @param at full milliseconds
/// @param tip the durable tip where the line stands
/// @param prevHash the previous linked heartbeat's hash, `null` for the first
/// @param dueMillis the next heartbeat line follows within this time
/// @param salt 16 random bytes in base64url without padding, so that a published hash gives nothing away; empty
///     when there is none
/// @param repair in a line of kind [HeartbeatKind#REPAIR], and only there
public record Heartbeat(
        Instant at,
        Tip tip,
        long uptimeMillis,
        long seq,
        @Nullable Hash prevHash,
        HeartbeatKind kind,
        long dueMillis,
        String salt,
        @Nullable RepairedRange repair,
        List<HeartbeatNote> notes) {

    private static final int SALT_BYTES = 16;

    public Heartbeat {
        at = at.truncatedTo(ChronoUnit.MILLIS);
        notes = List.copyOf(notes);
        if (seq < 1 || (seq == 1) != (prevHash == null)) {
            throw new IllegalArgumentException("heartbeat " + seq + " after " + prevHash);
        }
        if ((kind == HeartbeatKind.REPAIR) != (repair != null)) {
            throw new IllegalArgumentException("heartbeat of kind " + kind.wireName() + " with repair " + repair);
        }
    }

    /// The plain heartbeat that follows `previous`; give it its repair or notes with the methods below.
    public static Heartbeat after(
            @Nullable LinkedHeartbeat previous,
            HeartbeatKind kind,
            Instant at,
            Tip tip,
            long uptimeMillis,
            long dueMillis,
            String salt) {
        long seq = previous == null ? 1 : previous.seq() + 1;
        Hash prevHash = previous == null ? null : previous.hash();
        return new Heartbeat(at, tip, uptimeMillis, seq, prevHash, kind, dueMillis, salt, null, List.of());
    }

    /// The heartbeat of kind [HeartbeatKind#REPAIR] that follows `previous` and names `repaired`.
    public static Heartbeat repairing(
            @Nullable LinkedHeartbeat previous,
            RepairedRange repaired,
            Instant at,
            Tip tip,
            long uptimeMillis,
            long dueMillis,
            String salt) {
        Heartbeat place = after(previous, HeartbeatKind.BEAT, at, tip, uptimeMillis, dueMillis, salt);
        return new Heartbeat(
                at,
                tip,
                uptimeMillis,
                place.seq,
                place.prevHash,
                HeartbeatKind.REPAIR,
                dueMillis,
                salt,
                repaired,
                List.of());
    }

    public Heartbeat withNotes(List<HeartbeatNote> told) {
        return new Heartbeat(at, tip, uptimeMillis, seq, prevHash, kind, dueMillis, salt, repair, told);
    }

    /// A fresh salt.
    public static String newSalt(SecureRandom random) {
        byte[] bytes = new byte[SALT_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
