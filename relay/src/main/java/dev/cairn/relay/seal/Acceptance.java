package dev.cairn.relay.seal;

import java.io.IOException;

/// What the operator has accepted at an earlier start, as the log says itself (`specs/audit-relay.md` 4.3): that note
/// is all that an acceptance leaves behind, so that a log which was set back behind it is refused anew.
@FunctionalInterface
public interface Acceptance {

    /// Whether a note in the log accepts a finding that expected this. Blocking; may read all of the log.
    ///
    /// @param expected which names the record that is missing by its hash: no later one can have the same
    boolean isNoted(String expected) throws IOException;
}
