package dev.cairn.relay.chain;

import dev.cairn.protocol.audit.AuditVerifier;
import dev.cairn.protocol.audit.HeartbeatNote;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.relay.bus.ChainStatus;
import dev.cairn.relay.live.History;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// A chain as [Recovery] found it, ready to be continued by one [ChainVerticle].
///
/// @param state up to where the log verifies
/// @param accepted what the operator accepted at this start
/// @param log for reading
public record RecoveredChain(
        ChainStore store,
        LogState state,
        Tail tail,
        List<HeartbeatNote> accepted,
        OffsetIndex index,
        CheckpointFile checkpointFile,
        HeadCheck headCheck,
        FileChannel log) {

    /// The status to begin with: nothing is served until the verticle has written its first line.
    public ChainStatus status() {
        return new ChainStatus(state.tip(), 0, new ChainStatus.Refusing("the relay is starting"));
    }

    /// Where the log ends.
    public long end() {
        return state.offset();
    }

    /// What is behind the ring.
    public History history(Vertx vertx) {
        return new LogHistory(vertx, log, index);
    }

    /// The same, with further findings that the operator accepts at this start.
    public RecoveredChain accepting(List<HeartbeatNote> more) {
        List<HeartbeatNote> all =
                Stream.concat(accepted.stream(), more.stream()).toList();
        return new RecoveredChain(store, state, tail, all, index, checkpointFile, headCheck, log);
    }

    /// Whether a note in the log says that the operator has accepted a finding that expected this. Verifies
    /// the log from its beginning up to that note. Blocking.
    ///
    /// @throws IOException if the log cannot be read
    /// @throws StartGivenUpException if it is given up
    public boolean hasAccepted(String expected, BooleanSupplier isGivenUp) throws IOException {
        AcceptedFinding sought = new AcceptedFinding(expected);
        AuditVerifier verifier = new AuditVerifier(LogState.START, sought);
        LogBytes.feed(
                log,
                verifier,
                0,
                state.offset(),
                () -> !sought.isFound() && !verifier.isHopeless() && !isGivenUp.getAsBoolean());
        if (!sought.isFound() && isGivenUp.getAsBoolean()) {
            throw new StartGivenUpException();
        }
        return sought.isFound();
    }

    /// Closes the log, for writing and for reading.
    public void close() {
        store.close();
        try {
            log.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Committer committer(long dueMillis) {
        Chain chain = new Chain(state.tip(), state.last(), tail, dueMillis);
        return new Committer(chain, store, index, state.lines() + tail.newlines());
    }
}
