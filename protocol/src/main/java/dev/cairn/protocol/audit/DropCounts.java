package dev.cairn.protocol.audit;

/// How many events of a peer are in no chain, by reason (`specs/audit-relay.md` 4.2).
///
/// @param invalid refused by the envelope or the event's schema
/// @param oversize lines past the limit
/// @param fragment unterminated last lines
/// @param shed refused for a limit, connections too
/// @param store not written
public record DropCounts(long invalid, long oversize, long fragment, long shed, long store) {

    public static final DropCounts NONE = new DropCounts(0, 0, 0, 0, 0);

    public DropCounts plus(DropCounts more) {
        return new DropCounts(
                invalid + more.invalid,
                oversize + more.oversize,
                fragment + more.fragment,
                shed + more.shed,
                store + more.store);
    }

    public long total() {
        return invalid + oversize + fragment + shed + store;
    }
}
