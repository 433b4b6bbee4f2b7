package dev.cairn.loadtest;

import dev.cairn.protocol.audit.Fault;
import dev.cairn.protocol.audit.LogFileVerifier;
import dev.cairn.protocol.audit.LogListener;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.LogVerdict;
import dev.cairn.protocol.seal.Keyring;
import dev.cairn.protocol.seal.SealFault;
import dev.cairn.protocol.seal.SealLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Asks the protocol's own verifier whether the chain that a load left behind is whole, and its seals fit it.
final class WholeChain {

    private static final int THREADS = 2;
    private static final String SEALS = "seals.relay.jsonl";
    private static final String KEYS = "keys/seal";

    private WholeChain() {}

    /// What is wrong with the log from its first byte on, and with the seals beside it; empty when every
    /// hash, link and seal verifies. A relay may be writing both. Seals whose key may not be read are
    /// compared with the log only.
    static List<String> faultsIn(Path log) throws IOException, InterruptedException {
        Path file = log.resolveSibling(SEALS);
        if (!Files.exists(file)) {
            return faultsOf(verify(log, LogListener.NONE));
        }
        try (SealLog seals = SealLog.open(file, Keyring.in(log.resolveSibling(KEYS)))) {
            LogVerdict verdict = verify(log, seals.alongside(LogState.START, LogListener.NONE));
            List<String> faults = new ArrayList<>(faultsOf(verdict));
            seals.report(verdict).faults().forEach(fault -> faults.add(sentence(fault)));
            return faults;
        }
    }

    private static LogVerdict verify(Path log, LogListener listener) throws IOException, InterruptedException {
        return new LogFileVerifier(log, THREADS).verify(LogState.START, listener, _ -> {});
    }

    private static List<String> faultsOf(LogVerdict verdict) {
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

    private static String sentence(SealFault fault) {
        return "a seal does not verify: line " + fault.line() + " (" + fault.kind() + "), expected " + fault.expected()
                + ", found " + fault.found();
    }
}
