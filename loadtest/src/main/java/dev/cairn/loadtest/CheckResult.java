package dev.cairn.loadtest;

import java.util.List;

/// What a comparison of log and acknowledgements gave.
///
/// @param records in the log, whoever sent them
/// @param acknowledged events of this load that were acknowledged
/// @param found events of this load that are in the log, acknowledged or not
/// @param missing acknowledged and not in the log
/// @param differing acknowledged with another hash than the log has
/// @param broken lines that are no JSON
/// @param examples the first faults, one sentence each
record CheckResult(
        long records,
        long acknowledged,
        long found,
        long missing,
        long duplicated,
        long reordered,
        long differing,
        long broken,
        List<String> examples) {

    CheckResult {
        examples = List.copyOf(examples);
    }

    boolean isGood() {
        return missing + duplicated + reordered + differing + broken == 0;
    }
}
