package dev.cairn.relay.chain;

import dev.cairn.protocol.audit.AuditVerifier;
import dev.cairn.protocol.audit.Fault;
import dev.cairn.protocol.audit.HeartbeatNote;
import dev.cairn.protocol.audit.LogState;
import dev.cairn.protocol.audit.LogVerdict;
import dev.cairn.relay.chain.OffsetIndex.Position;
import dev.cairn.relay.config.RelayConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds out where the audit chain stands, before anything is served (`specs/audit-relay.md` 4.3).
///
/// Reads the log in constant memory: what follows a checkpoint that belongs to it, all of it otherwise. A
/// torn tail is left to the first commit to repair; anything else that is wrong is refused with its place,
/// unless the operator accepts it. Blocking.
public final class Recovery {

    /// The relay's log in its data directory.
    public static final String LOG_NAME = "events.relay.jsonl";

    private static final byte[] NEWLINE = {'\n'};
    private static final String SEALS_NAME = "seals.relay.jsonl";
    private static final String ACCEPT =
            "Find out what happened to the file first. To continue behind it all the same, start once with audit.accept_damage: the"
                    + " chain goes on and the log says so.";

    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final GuardedFile file;
    private final CheckpointFile checkpoints;
    private final RelayConfig config;
    private final BooleanSupplier isGivenUp;
    private final List<HeartbeatNote> accepted = new ArrayList<>();

    private Recovery(RelayConfig config, String logName, BooleanSupplier isGivenUp) {
        this.config = config;
        this.isGivenUp = isGivenUp;
        this.file = new GuardedFile(config.dataDir(), logName);
        this.checkpoints = new CheckpointFile(config.dataDir());
    }

    /// Reads the relay's log in `config.dataDir()`, which it begins if there is none. The caller holds the
    /// [SingleInstance].
    ///
    /// @throws StartRefusedException if the relay must not continue this log as it is; its message is for the
    /// operator
    public static RecoveredChain recover(RelayConfig config) {
        return recover(config, () -> false);
    }

    /// The same, for a start that can be given up.
    ///
    /// @param isGivenUp asked now and then while it reads, which may take long
    /// @throws StartGivenUpException if it is; nothing is left open then
    public static RecoveredChain recover(RelayConfig config, BooleanSupplier isGivenUp) {
        return recover(config, LOG_NAME, isGivenUp);
    }

    /// The same for a log of another name: that of a witness.
    public static RecoveredChain recover(RelayConfig config, String logName, BooleanSupplier isGivenUp) {
        GuardedFile.checkDirectory(config.dataDir());
        return new Recovery(config, logName, isGivenUp).recover();
    }

    private RecoveredChain recover() {
        if (config.audit().acceptDamage()) {
            LOG.atWarn().log("audit.accept_damage is on: any damage is accepted at each start; turn it off again");
        }
        Optional<Checkpoint> found = checkpoints.read();
        refuseLostLog();
        JsonlStore store =
                JsonlStore.open(config.dataDir(), file.name(), config.chain().dataMode());
        try {
            FileChannel log = file.open(StandardOpenOption.READ);
            try {
                return recover(store, log, found);
            } catch (IOException | RuntimeException e) {
                log.close();
                throw e;
            }
        } catch (IOException e) {
            store.close();
            throw GuardedFile.unusable(file.path(), e);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private RecoveredChain recover(JsonlStore store, FileChannel log, Optional<Checkpoint> found) throws IOException {
        LogBytes bytes = new LogBytes(file, log);
        long size = store.size();
        found.ifPresent(checkpoint -> refuseLostEnd(checkpoint, size));
        Checkpoint trusted = trusted(found, bytes);
        LogState from = trusted == null ? LogState.START : trusted.state();
        OffsetIndex index = new OffsetIndex(new Position(from.tip().count(), from.offset()));
        AuditVerifier verifier = new AuditVerifier(from, new IndexFiller(index));
        bytes.feed(verifier, from.offset(), size, isGivenUp);
        boolean terminated = size == 0 || bytes.read(size - 1, size)[0] == '\n';
        if (!terminated) {
            verifier.accept(NEWLINE, 0, 1); // As the first commit will: a last line that lacks only this counts.
        }
        long synced = found.map(checkpoint -> checkpoint.state().offset()).orElse(0L);
        LogState state = judge(verifier, synced, size);
        Tail tail = tail(state, terminated, bytes, size);
        index.endsAt(new Position(state.tip().count(), size));
        report(state, tail, size);
        HeadCheck headCheck = trusted == null ? HeadCheck.DONE : new BackgroundCheck(bytes, trusted.state(), index);
        return new RecoveredChain(store, state, tail, accepted, index, checkpoints, headCheck, log);
    }

    /// The file of the seals is made before there is one to put into it.
    private static boolean holdsSomething(GuardedFile file) {
        try {
            return file.exists() && Files.size(file.path()) > 0;
        } catch (IOException e) {
            throw GuardedFile.unusable(file.path(), e);
        }
    }

    private void refuseLostLog() {
        if (file.exists()) {
            return;
        }
        for (String name : List.of(SEALS_NAME, CheckpointFile.NAME)) {
            GuardedFile witness = new GuardedFile(config.dataDir(), name);
            if (holdsSomething(witness)) {
                throw new StartRefusedException(
                        file.path(),
                        "is gone, but " + name + " shows that there was a log.",
                        "Put the log back. To begin a new chain instead, move " + witness.path() + " away as well.");
            }
        }
    }

    /// What a checkpoint counts was durable once: it cannot be missing by accident.
    private void refuseLostEnd(Checkpoint checkpoint, long size) {
        long synced = checkpoint.state().offset();
        if (size >= synced) {
            return;
        }
        String expected = "at least " + synced + " bytes, which were durable";
        String lost = size + " bytes";
        if (!config.audit().acceptDamage()) {
            throw new StartRefusedException(
                    file.path(),
                    "line " + checkpoint.state().lines() + ", offset " + size + ": expected " + expected + ", found "
                            + lost + ".",
                    ACCEPT);
        }
        accepted.add(new HeartbeatNote.DamageAccepted(checkpoint.state().lines(), size, expected, lost));
    }

    /// The checkpoint, if it is of this log, so that only what follows it must be read now.
    private @Nullable Checkpoint trusted(Optional<Checkpoint> found, LogBytes bytes) throws IOException {
        if (found.isEmpty() || config.audit().acceptDamage()) {
            return null; // Whoever accepts damage is to know all of it.
        }
        Checkpoint checkpoint = found.get();
        long offset = checkpoint.state().offset();
        if (checkpoint.agreesWith(bytes.read(offset - checkpoint.lastLine(), offset))) {
            return checkpoint;
        }
        LOG.atWarn().addKeyValue("offset", offset).log("the checkpoint is not of this log; all of it is verified now");
        return null;
    }

    /// Where the log stands, behind damage that the operator accepts. What is left behind that is a torn tail.
    private LogState judge(AuditVerifier verifier, long synced, long size) {
        if (verifier.verdict() instanceof LogVerdict.Torn torn && !isFromCrash(torn, synced, size)) {
            verifier.expectNoRepair();
        }
        if (!(verifier.verdict() instanceof LogVerdict.Broken broken)) {
            return verifier.verdict().state();
        }
        boolean isRead = broken.faults().size() < AuditVerifier.FAULTS_MAX;
        if (!config.audit().acceptDamage() || !isRead) {
            throw refused(broken.first(), isRead ? ACCEPT : "There is more, too much to accept: move the file away.");
        }
        broken.faults().forEach(fault -> accepted.add(fault.accepted()));
        return broken.state();
    }

    /// A crash tears at most one commit, and only what was not durable yet. Without a checkpoint nobody knows
    /// what was: then a repair may not give up records that follow one another, or an early change in a short
    /// log would cost all that comes behind it.
    private boolean isFromCrash(LogVerdict.Torn torn, long synced, long size) {
        long offset = torn.state().offset();
        boolean mayGiveUpRecords = synced > 0;
        return size - offset <= config.chain().batchBytesMax()
                && offset >= synced
                && (mayGiveUpRecords || torn.recordsBehind() == 0);
    }

    private static Tail tail(LogState state, boolean terminated, LogBytes bytes, long size) throws IOException {
        if (state.offset() >= size) {
            return terminated ? Tail.CLEAN : Tail.UNTERMINATED;
        }
        ByteBuffer fragment = ByteBuffer.wrap(bytes.read(state.offset(), size));
        return new Tail(terminated, new Tail.Fragment(state.offset()).add(fragment));
    }

    private StartRefusedException refused(Fault fault, String remedy) {
        return new StartRefusedException(
                file.path(),
                "line " + fault.line() + ", offset " + fault.offset() + ": expected " + fault.expected() + ", found "
                        + fault.found() + ".",
                remedy);
    }

    private void report(LogState state, Tail tail, long size) {
        LOG.atInfo()
                .addKeyValue("seq", state.tip().count())
                .addKeyValue("tip", state.tip().hash())
                .log("log recovered");
        if (tail.fragment() != null) {
            LOG.atWarn()
                    .addKeyValue("offset", state.offset())
                    .addKeyValue("bytes", size - state.offset())
                    .log("torn tail; a repair will name it");
        }
    }
}
