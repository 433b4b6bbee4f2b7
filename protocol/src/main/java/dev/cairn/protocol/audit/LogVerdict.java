package dev.cairn.protocol.audit;

import java.util.List;

/// What a log is worth, as far as it was read.
public sealed interface LogVerdict {

    /// Up to where everything verifies; of a [Broken] log, up to where it was read.
    LogState state();

    /// Every byte is accounted for.
    record Intact(LogState state) implements LogVerdict {}

    /// Everything verifies, but a last line has no newline yet: in a live log it is being written, in any
    /// other it is torn.
    ///
    /// @param fragment the line, as a repair would name it
    /// @param completes whether the line verifies and links, once its newline is there
    record Unterminated(LogState state, RepairedRange fragment, boolean completes) implements LogVerdict {}

    /// From `state` on nothing verifies up to the end, which is near: a torn tail that no repair names. A
    /// relay that starts may repair it; to a reader of the log it is broken.
    ///
    /// @param tail everything behind the last line that verifies, as a repair would name it
    /// @param faults of it, the first one first
    /// @param linesBehind whole lines behind the first fault
    /// @param recordsBehind records in it that follow one another, if the first fault is left aside: what
    ///     a repair would give up. A tail that a crash tore has few, for they are of one batch.
    record Torn(LogState state, RepairedRange tail, List<Fault> faults, long linesBehind, long recordsBehind)
            implements LogVerdict {

        public Torn {
            faults = List.copyOf(faults);
        }

        public Fault fault() {
            return faults.getFirst();
        }

        /// Whether a crash can have left this: it cuts the last line off, so that it cannot be read, and
        /// nothing that counts comes behind it, be it a heartbeat. A whole line that does not follow shows
        /// that others were changed or taken away, wherever it stands.
        public boolean isCutOff() {
            long last = fault().line() + linesBehind;
            long wrong = faults.stream().filter(fault -> fault.line() <= last).count();
            return wrong > linesBehind && faults.stream().allMatch(Torn::isUnreadable);
        }

        private static boolean isUnreadable(Fault fault) {
            return fault.kind() == FaultKind.UNREADABLE || fault.kind() == FaultKind.TOO_LONG;
        }
    }

    /// Some lines are wrong and lines behind them are not, or too many bytes are wrong; no note accepts it.
    ///
    /// @param faults the first ones, at most [AuditVerifier#FAULTS_MAX]
    record Broken(LogState state, List<Fault> faults) implements LogVerdict {

        public Broken {
            faults = List.copyOf(faults);
        }

        public Fault first() {
            return faults.getFirst();
        }
    }
}
