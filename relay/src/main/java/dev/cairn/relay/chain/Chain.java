package dev.cairn.relay.chain;

import dev.cairn.protocol.audit.Heartbeat;
import dev.cairn.protocol.audit.HeartbeatKind;
import dev.cairn.protocol.audit.HeartbeatLine;
import dev.cairn.protocol.audit.HeartbeatNote;
import dev.cairn.protocol.audit.LinkedHeartbeat;
import dev.cairn.protocol.audit.RecordBatch;
import dev.cairn.protocol.audit.RecordLinker;
import dev.cairn.protocol.audit.Tip;
import dev.cairn.relay.chain.ChainStore.Outcome;
import dev.cairn.relay.chain.Draft.Beat;
import dev.cairn.relay.chain.Draft.Newline;
import dev.cairn.relay.chain.Draft.Part;
import dev.cairn.relay.chain.Draft.Records;
import dev.cairn.relay.chain.Tail.Fragment;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides what is appended next, and what counts of an append that did not get in whole. The only code that
/// knows the tip.
///
/// One draft at a time: [#draft], any number of [#append], then [#settle] with what the store said. No clock,
/// no thread, no I/O: the one who commits owns it and does the rest.
final class Chain {

    private final SecureRandom salts = new SecureRandom();
    private final RecordLinker linker;
    private final long dueMillis;
    private Tip tip;
    private @Nullable LinkedHeartbeat heartbeat;
    private @Nullable LinkedHeartbeat drafted;
    private Tail tail;

    /// @param heartbeat the last linked one, `null` if there is none
    /// @param dueMillis within which time a heartbeat follows a repair
    Chain(Tip tip, @Nullable LinkedHeartbeat heartbeat, Tail tail, long dueMillis) {
        this.linker = new RecordLinker(tip);
        this.dueMillis = dueMillis;
        this.tip = tip;
        this.heartbeat = heartbeat;
        this.drafted = heartbeat;
        this.tail = tail;
    }

    /// Where the durable chain stands.
    Tip tip() {
        return tip;
    }

    /// Records in the chain once the draft is durable.
    long draftedCount() {
        return linker.tip().count();
    }

    /// The newest durable linked heartbeat.
    @Nullable
    LinkedHeartbeat heartbeat() {
        return heartbeat;
    }

    /// What the next draft begins with, if the store does not end in a line that counts.
    Tail tail() {
        return tail;
    }

    /// A commit for a store of `offset` bytes: empty, unless an earlier one must be mended first.
    Draft draft(long offset, Moment now) {
        Draft draft = new Draft(offset);
        if (!tail.terminated()) {
            draft.add(Newline.NEWLINE);
        }
        Fragment fragment = tail.fragment();
        if (fragment != null) {
            append(
                    draft,
                    Heartbeat.repairing(
                            drafted, fragment.range(), now.at(), linker.tip(), now.uptimeMillis(), dueMillis, salt()));
        }
        return draft;
    }

    /// Links `batch`, which from now on belongs to the draft.
    void append(Draft draft, RecordBatch batch) {
        linker.link(batch);
        draft.add(new Records(batch));
    }

    /// Adds a heartbeat that stands for the chain as drafted so far.
    void append(Draft draft, HeartbeatKind kind, Moment now, long due, List<HeartbeatNote> notes) {
        append(
                draft,
                Heartbeat.after(drafted, kind, now.at(), linker.tip(), now.uptimeMillis(), due, salt())
                        .withNotes(notes));
    }

    private void append(Draft draft, Heartbeat heartbeat) {
        HeartbeatLine line = HeartbeatLine.of(heartbeat);
        drafted = line.link();
        draft.add(new Beat(line, line.toBytes()));
    }

    private String salt() {
        return Heartbeat.newSalt(salts);
    }

    /// Ends the draft. `written` holds its bytes from index 0 on.
    Settled settle(Draft draft, Outcome outcome, ByteBuffer written) {
        return switch (outcome) {
            case Outcome.Stored _ -> settleWhole(draft);
            case Outcome.Cut(long bytes, String _) -> settleCut(draft, Math.toIntExact(bytes), written);
        };
    }

    private Settled settleWhole(Draft draft) {
        Settled settled = new Settled(tip.count() + 1);
        long at = draft.offset();
        for (Part part : draft.parts()) {
            settled.take(part, Draft.lines(part), at);
            at += part.length();
        }
        tip = linker.tip();
        heartbeat = drafted;
        tail = Tail.CLEAN;
        return settled;
    }

    /// Whole lines count, also a last one that lacks only its newline: a recovery would see it so. What
    /// follows is a fragment.
    private Settled settleCut(Draft draft, int stored, ByteBuffer written) {
        Settled settled = new Settled(tip.count() + 1);
        int at = 0;
        int counted = 0;
        for (Part part : draft.parts()) {
            int lines = linesWithin(part, stored - at);
            settled.take(part, lines, draft.offset() + at);
            if (part instanceof Beat(HeartbeatLine line, byte[] _) && lines > 0) {
                heartbeat = line.link();
            }
            counted = at + lengthOf(part, lines);
            at += part.length();
            if (counted < at) {
                break;
            }
        }
        tip = settled.tipBehind(tip);
        tail = tailOf(draft, counted, stored, written, !settled.heartbeats().isEmpty());
        linker.resetTo(tip);
        drafted = heartbeat;
        return settled;
    }

    private Tail tailOf(Draft draft, int counted, int stored, ByteBuffer written, boolean repaired) {
        if (stored == 0) {
            return tail;
        }
        if (stored == counted - 1) {
            return Tail.UNTERMINATED;
        }
        Fragment earlier = repaired ? null : tail.fragment();
        int from = earlier == null ? counted : 0;
        if (from == stored) {
            return Tail.CLEAN;
        }
        Fragment fragment = earlier == null ? new Fragment(draft.offset() + from) : earlier;
        fragment.add(written.slice(from, stored - from));
        return new Tail(written.get(stored - 1) == '\n', fragment);
    }

    /// How many lines of `part` are within its first `bytes`, the last one's newline aside.
    private static int linesWithin(Part part, int bytes) {
        return switch (part) {
            case Newline newline -> bytes >= newline.length() ? 1 : 0;
            case Beat beat -> bytes >= beat.length() - 1 ? 1 : 0;
            case Records(RecordBatch batch) -> {
                int lines = 0;
                while (lines < batch.count() && batch.end(lines) - batch.start(0) - 1 <= bytes) {
                    lines++;
                }
                yield lines;
            }
        };
    }

    private static int lengthOf(Part part, int lines) {
        if (lines == 0) {
            return 0;
        }
        return part instanceof Records(RecordBatch batch) ? batch.end(lines - 1) - batch.start(0) : part.length();
    }
}
