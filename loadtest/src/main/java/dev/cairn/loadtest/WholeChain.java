package dev.cairn.loadtest;

import dev.cairn.protocol.audit.Fault;
import dev.cairn.protocol.audit.LogFileVerifier;
import dev.cairn.protocol.audit.LogListener;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.LogVerdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Asks the protocol's own verifier whether the chain that a load left behind is whole.
final class WholeChain {

    private static final int THREADS = 2;

    private WholeChain() {}

    /// What is wrong with the log from its first byte on; empty when every hash and link verifies. A relay may
    /// be writing it.
    static List<String> faultsIn(Path log) throws IOException, InterruptedException {
        LogVerdict verdict = new LogFileVerifier(log, THREADS).verify(LogState.START, LogListener.NONE, _ -> {});
        return switch (verdict) {
            case LogVerdict.Intact _, LogVerdict.Unterminated _ -> List.of();
            case LogVerdict.Torn torn -> List.of(sentence(torn.fault()));
            case LogVerdict.Broken broken -> List.of(sentence(broken.first()));
        };
    }

    private static String sentence(Fault fault) {
        return "the chain does not verify: line " + fault.line() + " at byte " + fault.offset() + ", expected "
                + fault.expected() + ", found " + fault.found();
    }
}
