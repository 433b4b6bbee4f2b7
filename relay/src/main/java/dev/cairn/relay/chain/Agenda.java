package dev.cairn.relay.chain;

import dev.cairn.protocol.audit.HeartbeatKind;
import dev.cairn.protocol.audit.HeartbeatLine;
import dev.cairn.protocol.audit.HeartbeatNote;
import dev.cairn.relay.bus.BusMessage.Drops;
import dev.cairn.relay.config.RelayConfig;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;

/// The heartbeat lines that are owed, and when: start, findings, notes, beats, stop. A line that does not get
/// in stays owed, except a beat, which the next one makes up for.
final class Agenda {

    /// What one line can carry and still be short.
    private static final int FINDINGS_PER_LINE = 64;

    private final Deque<List<HeartbeatNote>> findings = new ArrayDeque<>();
    private final DropNotes drops = new DropNotes();
    private final ClockWatch clock;
    private final Pulse pulse;
    private boolean startOwed = true;
    private boolean notesDue;
    private boolean beatDue;
    private boolean stopDue;
    private boolean probeDue;

    /// @param accepted what the operator accepted at this start
    Agenda(RelayConfig.Heartbeat config, List<HeartbeatNote> accepted, Moment start) {
        this.clock = new ClockWatch(start);
        this.pulse = new Pulse(config.interval(), config.idleBackoff());
        for (int from = 0; from < accepted.size(); from += FINDINGS_PER_LINE) {
            findings.add(accepted.subList(from, Math.min(from + FINDINGS_PER_LINE, accepted.size())));
        }
    }

    /// A beat is asked for: the next draft holds it, unless the last line's promise still covers it.
    void beat(Moment now) {
        clock.look(now);
        beatDue = true;
    }

    /// Counts drops; `true` if they are the first since the last note, which is then due within ten seconds.
    boolean count(Drops more) {
        boolean first = drops.isEmpty();
        drops.add(more);
        return first;
    }

    /// The next draft tells this; once, however often it is asked for until then.
    void tell(HeartbeatNote note) {
        List<HeartbeatNote> line = List.of(note);
        if (!findings.contains(line)) {
            findings.add(line);
        }
    }

    /// The next draft tells what there is to tell.
    void tellNotes() {
        notesDue = true;
    }

    /// The next draft is the last.
    void stop() {
        stopDue = true;
    }

    /// The next draft holds a line, whatever there is to tell, to find out whether the store takes one again.
    void probe() {
        probeDue = true;
        notesDue = true;
    }

    /// Adds the lines that are due behind what is drafted.
    void draft(Chain chain, Draft draft, Moment now) {
        if (startOwed) {
            chain.append(draft, HeartbeatKind.START, now, pulse.intervalMillis(), List.of());
        }
        for (List<HeartbeatNote> finding : findings) {
            chain.append(draft, HeartbeatKind.NOTE, now, pulse.intervalMillis(), finding);
        }
        if ((notesDue || beatDue || stopDue) && hasNotes()) {
            chain.append(draft, HeartbeatKind.NOTE, now, pulse.intervalMillis(), notes());
        }
        if (beatDue) {
            OptionalLong due = pulse.beat(now.uptimeMillis(), chain.draftedCount());
            due.ifPresent(millis -> chain.append(draft, HeartbeatKind.BEAT, now, millis, List.of()));
        }
        if (stopDue) {
            chain.append(draft, HeartbeatKind.STOP, now, 0, List.of());
        }
        if (probeDue && draft.length() == 0) {
            chain.append(draft, HeartbeatKind.BEAT, now, pulse.intervalMillis(), List.of());
        }
        beatDue = false;
        stopDue = false;
        probeDue = false;
    }

    /// A line is durable.
    void settle(HeartbeatLine line, Moment now) {
        long due = line.heartbeat().dueMillis();
        long count = line.heartbeat().tip().count();
        if (line.heartbeat().kind() == HeartbeatKind.BEAT) {
            pulse.beaten(now.uptimeMillis(), due, count);
        } else {
            pulse.interrupted(now.uptimeMillis(), due, count);
        }
        switch (line.heartbeat().kind()) {
            case START -> startOwed = false;
            case NOTE -> settleNotes();
            case BEAT, REPAIR, STOP -> {}
        }
    }

    private void settleNotes() {
        if (findings.poll() == null) {
            drops.clear();
            clock.clear();
            notesDue = false;
        }
    }

    private boolean hasNotes() {
        return !drops.isEmpty() || clock.stepMillis() != 0;
    }

    private List<HeartbeatNote> notes() {
        Collection<HeartbeatNote> counted = drops.notes();
        List<HeartbeatNote> notes = new ArrayList<>(counted.size() + 1);
        if (clock.stepMillis() != 0) {
            notes.add(new HeartbeatNote.ClockStep(clock.stepMillis()));
        }
        notes.addAll(counted);
        return notes;
    }
}
