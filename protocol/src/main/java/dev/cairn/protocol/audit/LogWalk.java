package dev.cairn.protocol.audit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Puts checked lines in their place: links, heartbeats, repairs, accepted damage. The serial part of a
/// verification.
///
/// While damage waits for its repair, two tracks are kept: where everything is good, and where the log would
/// stand if the damage were accepted. A repair leads back to the first; a line that follows the first, or too
/// many bytes, lead on along the second.
final class LogWalk {

    private final LogListener listener;
    private final LogTrack good;
    private final List<Fault> faults = new ArrayList<>();
    private final List<Runnable> held = new ArrayList<>();
    private @Nullable DamagedTail damage;
    private boolean hopeless;

    /// The record that the listener waits for: a field, for each record is compared with it.
    private long awaited;

    LogWalk(LogState from, LogListener listener) {
        good = new LogTrack(from);
        this.listener = listener;
        awaited = listener.awaited();
    }

    /// Too many faults: nothing more is looked at.
    boolean isHopeless() {
        return hopeless;
    }

    void expectNoRepair() {
        if (damage != null) {
            acceptDamage(damage);
        }
    }

    LogState state() {
        return good.state();
    }

    List<Fault> faults() {
        return faults;
    }

    @Nullable
    DamagedTail damage() {
        return damage;
    }

    /// Records in the damage that wait with it.
    long recordsBehind() {
        return damage == null ? 0 : damage.onward().count() - good.count();
    }

    /// Whether the one line would follow.
    boolean wouldFollow(CheckedLines line) {
        return good.isProvenNext(line, 0);
    }

    void take(CheckedLines lines) {
        for (int i = 0; i < lines.count() && !hopeless; i++) {
            if (damage != null) {
                takeAfterDamage(damage, lines, i);
            } else {
                takeNext(lines, i);
            }
        }
    }

    /// A line begins that is longer than any that can be right; its pieces follow.
    void beginLongLine() {
        if (hopeless) {
            return;
        }
        if (damage == null) {
            damage = new DamagedTail(good);
        }
        String most = "a line of at most " + AuditVerifier.LINE_MAX + " bytes";
        var wrong = new CheckedLines.Wrong(FaultKind.TOO_LONG, most, "a longer one");
        damage.faults().add(fault(damage.onward(), wrong));
    }

    void takePiece(byte[] bytes, int from, int to) {
        if (damage != null) {
            damage.add(bytes, from, to);
            damage.onward().offset += to - from;
        }
    }

    void endLongLine() {
        if (damage != null) {
            damage.onward().lines++;
            giveUpIfTooLong(damage);
        }
    }

    private void takeNext(CheckedLines lines, int i) {
        CheckedLines.Wrong refusal = good.refusal(lines, i);
        if (refusal == null && isRepair(lines, i)) {
            refusal = new CheckedLines.Wrong(FaultKind.REPAIR, "no damage before a repair of it", "a repair");
        }
        if (refusal == null) {
            pass(good, lines, i);
        } else {
            damage = new DamagedTail(good);
            suspect(damage, lines, i, refusal);
        }
    }

    private void takeAfterDamage(DamagedTail tail, CheckedLines lines, int i) {
        boolean follows = good.isProvenNext(lines, i);
        RepairedRange named = follows ? namedRange(lines, i) : null;
        if (named != null && tail.isNamedBy(named)) {
            long records = recordsBehind();
            held.clear();
            damage = null;
            good.offset = tail.onward().offset;
            good.lines = tail.onward().lines;
            listener.repaired(named, records);
            pass(good, lines, i);
        } else if (follows || acceptsDamage(tail, lines, i)) {
            acceptDamage(tail);
            takeNext(lines, i);
        } else {
            suspect(tail, lines, i, tail.onward().refusal(lines, i));
        }
    }

    /// Counts line `i` to the damage, and to the log as it would stand if that were accepted.
    private void suspect(DamagedTail tail, CheckedLines lines, int i, CheckedLines.@Nullable Wrong refusal) {
        tail.add(lines.source(), lines.start(i), lines.end(i));
        if (refusal != null) {
            tail.faults().add(fault(tail.onward(), refusal));
        }
        pass(tail.onward(), lines, i);
        giveUpIfTooLong(tail);
    }

    private void giveUpIfTooLong(DamagedTail tail) {
        if (tail.length() > AuditVerifier.DAMAGE_MAX || tail.faults().size() > AuditVerifier.FAULTS_MAX) {
            acceptDamage(tail);
        }
    }

    /// No repair can come any more: the faults are real, and the walk goes on behind them.
    private void acceptDamage(DamagedTail tail) {
        damage = null;
        good.become(tail.onward());
        for (Fault fault : tail.faults()) {
            if (faults.size() < AuditVerifier.FAULTS_MAX) {
                faults.add(fault);
                listener.fault(fault);
            } else {
                hopeless = true;
            }
        }
        held.forEach(Runnable::run);
        held.clear();
    }

    /// Goes on behind line `i` and tells of it: at once where everything is good, later where damage waits
    /// for its repair.
    private void pass(LogTrack track, CheckedLines lines, int i) {
        long offset = track.offset;
        long count = track.count();
        LinkedHeartbeat last = track.last();
        track.pass(lines, i);
        if (track.count() > count) {
            int length = lines.end(i) - lines.start(i);
            if (damage == null) {
                listener.record(count + 1, offset, length);
                if (count + 1 == awaited) {
                    tellReached(track.tip(), offset + length);
                }
            } else {
                holdRecord(track.tip(), offset, length);
            }
        } else if (lines.detail(i) instanceof CheckedLines.Beat beat) {
            Runnable news = () -> tellHeartbeat(beat.heartbeat(), last, offset);
            if (damage == null) {
                news.run();
            } else {
                held.add(news);
            }
        }
    }

    private void holdRecord(Tip tip, long offset, int length) {
        held.add(() -> {
            listener.record(tip.count(), offset, length);
            if (tip.count() == awaited) {
                tellReached(tip, offset + length);
            }
        });
    }

    private void tellReached(Tip tip, long end) {
        listener.reached(tip, end);
        awaited = listener.awaited();
    }

    private void tellHeartbeat(Heartbeat heartbeat, @Nullable LinkedHeartbeat last, long offset) {
        LogGap.between(last, heartbeat.at()).ifPresent(listener::gap);
        for (HeartbeatNote note : heartbeat.notes()) {
            if (faults.removeIf(fault -> fault.offset() < offset && fault.isAcceptedBy(note))) {
                good.accepted++;
            }
        }
        listener.heartbeat(heartbeat, offset);
    }

    private static Fault fault(LogTrack track, CheckedLines.Wrong wrong) {
        return new Fault(wrong.kind(), track.lines + 1, track.offset, track.count(), wrong.expected(), wrong.found());
    }

    /// Whether line `i` says that the operator has accepted damage, so that no repair of it will come.
    private static boolean acceptsDamage(DamagedTail tail, CheckedLines lines, int i) {
        return lines.detail(i) instanceof CheckedLines.Beat beat
                && beat.heartbeat().notes().stream().anyMatch(HeartbeatNote.DamageAccepted.class::isInstance)
                && tail.onward().isProvenNext(lines, i);
    }

    private static boolean isRepair(CheckedLines lines, int i) {
        return namedRange(lines, i) != null;
    }

    private static @Nullable RepairedRange namedRange(CheckedLines lines, int i) {
        return lines.detail(i) instanceof CheckedLines.Beat beat
                ? beat.heartbeat().repair()
                : null;
    }
}
