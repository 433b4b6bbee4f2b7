package dev.cairn.protocol.seal;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a seals file is worth (`specs/audit-relay.md` 3.6).
///
/// @param lines lines of the file that are not blank
/// @param chain where the seals stand behind the last line
/// @param signed seals that their key has signed, as the key showed
/// @param unchecked seals whose key could not be read: that is no fault of theirs
/// @param unreadableKeys ids of these keys and why, at most [#KEYS_MAX] of them
/// @param compared seals whose tip and count are those of the log
/// @param passed seals of records before the place from which the log was read: they are not compared
/// @param unlinked seals that are tied to none before them, as the peer makes them
/// @param torn lines that a crash cut off; the next seal leaves them out
/// @param unterminated bytes behind the last newline: a seal that is being written, or was cut off
/// @param end where the lines that have their newline end
/// @param last the newest seal
/// @param proven the newest seal that its key has signed and that the log confirms: everything up to it is as it was
///     at its time
/// @param faults the first ones, at most [#FAULTS_MAX]
public record SealReport(
        long lines,
        SealChain chain,
        long signed,
        long unchecked,
        Map<String, String> unreadableKeys,
        long compared,
        long passed,
        long unlinked,
        long torn,
        long unterminated,
        long end,
        @Nullable Seal last,
        @Nullable Seal proven,
        List<SealFault> faults) {

    /// Most faults that are told.
    public static final int FAULTS_MAX = 256;

    /// Most keys that are named.
    public static final int KEYS_MAX = 64;

    public SealReport {
        unreadableKeys = Map.copyOf(unreadableKeys);
        faults = List.copyOf(faults);
    }

    /// Whether nothing is wrong.
    public boolean isSound() {
        return faults.isEmpty();
    }
}
