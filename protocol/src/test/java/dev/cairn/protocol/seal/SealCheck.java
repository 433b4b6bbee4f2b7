package dev.cairn.protocol.seal;

import dev.cairn.protocol.audit.AuditVerifier;
import dev.cairn.protocol.audit.Hash;
import dev.cairn.protocol.audit.LogFileVerifier;
import dev.cairn.protocol.audit.LogListener;
import dev.cairn.protocol.audit.LogState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/// Verifies logs with their seals, against the ring of the vectors.
record SealCheck(Path directory, Keyring keys) {

    static SealCheck in(Path directory) throws IOException {
        TestKeys.chmod(directory, "rwx------");
        return new SealCheck(directory, Keyring.in(TestKeys.ring(directory)));
    }

    SealReport verify(SealedLog log) throws IOException {
        return verify(log, keys);
    }

    SealReport verify(SealedLog log, Keys with) throws IOException {
        return verify(log.logBytes(), log.sealBytes(), with, LogListener.NONE);
    }

    SealReport verify(byte[] log, byte[] seals) throws IOException {
        return verify(log, seals, keys, LogListener.NONE);
    }

    SealReport verify(byte[] log, byte[] bytes, Keys with, LogListener other) throws IOException {
        try (SealLog seals = open(bytes, with)) {
            var verifier = new AuditVerifier(LogState.START, seals.alongside(LogState.START, other));
            verifier.accept(log, 0, log.length);
            return seals.report(verifier.verdict());
        }
    }

    /// The same with several threads.
    SealReport verifyFile(SealedLog log) throws IOException, InterruptedException {
        Path file = Files.write(directory.resolve("events.relay.jsonl"), log.logBytes());
        try (SealLog seals = open(log.sealBytes(), keys)) {
            LogListener listener = seals.alongside(LogState.START, LogListener.NONE);
            return seals.report(new LogFileVerifier(file, 2).verify(LogState.START, listener, _ -> {}));
        }
    }

    SealLog open(byte[] seals, Keys with) throws IOException {
        return SealLog.open(Files.write(directory.resolve("seals.relay.jsonl"), seals), with);
    }

    /// Records up to where everything is proven.
    static long proven(SealReport report) {
        return Objects.requireNonNull(report.proven()).payload().count();
    }

    /// The hash that a seal's successor names.
    static Hash hash(SealedLog log, int seal) {
        byte[] bytes = log.sealBytes();
        int to = log.sealStart(seal);
        while (bytes[to] != '\n') {
            to++;
        }
        return ((SealLine.Read) new SealReader().read(bytes, log.sealStart(seal), to)).hash();
    }
}
