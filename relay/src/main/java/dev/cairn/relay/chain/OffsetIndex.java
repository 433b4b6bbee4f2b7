package dev.cairn.relay.chain;

import dev.cairn.protocol.audit.HeartbeatLine;
import dev.cairn.protocol.audit.RepairedRange;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.jspecify.annotations.Nullable;

/// The way into the log: the offset of every 1,024th record, the byte ranges that hold none, and how far the
/// log may be read.
///
/// Filled from two sides after a start from a checkpoint: the tail at once, the head by the check in the
/// background. Written and read by several threads, hence its lock, which is taken once per batch and page,
/// never per record.
final class OffsetIndex {

    /// Records per entry.
    static final int STEP = 1_024;

    private static final long UNKNOWN = -1;

    /// So many records are in so many bytes.
    record Position(long count, long offset) {

        static final Position START = new Position(0, 0);
    }

    /// A stretch of the log: from `from`, behind which lines follow, to `to`, without the repaired ranges in
    /// `holes`.
    record Span(Position from, Position to, List<RepairedRange> holes) {

        Span {
            holes = List.copyOf(holes);
        }
    }

    private record Waiting(long seq, Promise<Void> known) {}

    /// Entry `k` is where record `1 + k * STEP` begins.
    private long[] offsets = new long[16];

    private final List<RepairedRange> holes = new ArrayList<>();
    private final List<Waiting> waiting = new ArrayList<>();
    private final Position tailStart;
    private Position headEnd = Position.START;
    private Position end;
    private @Nullable String headDamage;

    /// @param tailStart from where the tail is known; what lies before it becomes so by [#headReaches]
    OffsetIndex(Position tailStart) {
        this.tailStart = tailStart;
        this.end = tailStart;
        Arrays.fill(offsets, UNKNOWN);
    }

    /// Whether the record `seq` is one of those in the index.
    static boolean hasEntry(long seq) {
        return (seq - 1) % STEP == 0;
    }

    /// The record `seq`, one of those in the index, begins at `offset`.
    synchronized void add(long seq, long offset) {
        put(Math.toIntExact((seq - 1) / STEP), offset);
    }

    /// `count` records follow each other; `offsetOf` tells where the `i`-th of them begins, `i` from 0.
    synchronized void add(long firstSeq, int count, IntToLongFunction offsetOf) {
        for (long entry = (firstSeq + STEP - 2) / STEP; entry * STEP + 1 < firstSeq + count; entry++) {
            put(Math.toIntExact(entry), offsetOf.applyAsLong((int) (entry * STEP + 1 - firstSeq)));
        }
    }

    /// What `line` names as repaired holds no records.
    void addHoleOf(HeartbeatLine line) {
        RepairedRange repair = line.heartbeat().repair();
        if (repair != null) {
            add(repair);
        }
    }

    synchronized void add(RepairedRange hole) {
        holes.add(hole);
    }

    /// The log may be read up to here.
    synchronized void endsAt(Position durable) {
        end = durable;
    }

    /// Everything before `position` is verified and known.
    synchronized void headReaches(Position position) {
        headEnd = position;
        for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
            Waiting one = all.next();
            if (isKnown(one.seq())) {
                all.remove();
                one.known().complete();
            }
        }
    }

    /// The head will never be known.
    synchronized void headIsDamaged(String reason) {
        headDamage = reason;
        waiting.forEach(one -> one.known().fail(reason));
        waiting.clear();
    }

    synchronized Position end() {
        return end;
    }

    /// Completes `known` as soon as the record `seq`, which exists, can be found.
    synchronized void whenKnown(long seq, Promise<Void> known) {
        if (isKnown(seq)) {
            known.complete();
        } else if (headDamage != null) {
            known.fail(headDamage);
        } else {
            waiting.add(new Waiting(seq, known));
        }
    }

    /// What to read for the known record `seq`.
    synchronized Span spanOf(long seq) {
        boolean inTail = seq > tailStart.count();
        boolean isHeadKnown = headEnd.count() >= tailStart.count();
        Position from = nearest(seq);
        if (inTail && from.count() < tailStart.count()) {
            from = tailStart;
        }
        return new Span(from, inTail || isHeadKnown ? end : headEnd, holes);
    }

    private boolean isKnown(long seq) {
        return seq > tailStart.count() || seq <= headEnd.count();
    }

    private Position nearest(long seq) {
        int entry = Math.min(Math.toIntExact((seq - 1) / STEP), offsets.length - 1);
        while (entry > 0 && offsets[entry] == UNKNOWN) {
            entry--;
        }
        return offsets[entry] == UNKNOWN ? Position.START : new Position((long) entry * STEP, offsets[entry]);
    }

    private void put(int entry, long offset) {
        if (entry >= offsets.length) {
            int known = offsets.length;
            offsets = Arrays.copyOf(offsets, Math.max(entry + 1, known * 2));
            Arrays.fill(offsets, known, offsets.length, UNKNOWN);
        }
        offsets[entry] = offset;
    }
}
