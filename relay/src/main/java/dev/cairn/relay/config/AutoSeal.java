package dev.cairn.relay.config;

import dev.cairn.relay.config.ConfigReader.Unknown;

/// When the chain is sealed (`specs/audit-relay.md` 7). Key `auto_seal`.
///
/// @param minEventsBetweenSeals fewer new records than this need no seal; 0 seals each time
/// @param atStart seal at start what is not sealed yet
/// @param atStop likewise at an orderly stop, before the last heartbeat
/// @param evenWhenIdle one seal a period, whatever the minimum says: proof that nothing was added
public record AutoSeal(
        boolean enabled,
        int intervalMinutes,
        int minEventsBetweenSeals,
        boolean atStart,
        boolean atStop,
        boolean evenWhenIdle) {

    static AutoSeal read(ConfigReader seal) {
        AutoSeal read = new AutoSeal(
                seal.flag("enabled", true),
                seal.clampedInt("interval_minutes", 1, 35_791, 15),
                seal.clampedInt("min_events_between_seals", 0, 1_000_000_000, 1),
                seal.flag("at_start", true),
                seal.flag("at_stop", true),
                seal.flag("even_when_idle", false));
        seal.end(Unknown.WARNED);
        return read;
    }
}
