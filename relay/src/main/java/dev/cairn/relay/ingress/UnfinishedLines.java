package dev.cairn.relay.ingress;

import dev.cairn.protocol.audit.Peer;
import dev.cairn.protocol.frame.LineLimit;
import dev.cairn.relay.bus.FairMemory;
import dev.cairn.relay.live.Loop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/// Memory for lines that have not arrived whole, of the clients of one event loop. All loops share it, and the
/// users on the other end do: each has a fair share.
///
/// A client whose line finds no room to grow is not read until there is some. One of its user goes on in any case,
/// of those of a loop the one that has waited longest, so that somebody always does. And while somebody waits, no
/// line of that user may take its time: one that is read and does not end within [#PATIENCE] is refused.
///
/// Owned by one event loop.
final class UnfinishedLines {

    static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    /// Counted so, a time in which the relay itself stands still is not the client's.
    static final int LOOKS_MAX = (int) PATIENCE.dividedBy(LOOK_EVERY);

    /// A line of so many bytes does not wait while its user exceeds its share by little.
    private static final int SHORT_BYTES_MAX = 4 * 1024;

    private static final int LITTLE_PARTS = 8;

    /// What has arrived is kept beyond its user's share too: so much of all memory, in parts. What comes on top
    /// is refused.
    private static final int EXCESS_PARTS = 2;

    /// Who sends the lines.
    interface Client {

        Peer peer();

        /// Whether the relay holds it back, here or at the disk; not whether it does so itself because it takes
        /// no answers.
        boolean isHeldBack();

        /// There is room for the rest of its line.
        void lineMayGrow();

        /// There is no room for the rest of its line, or it takes its time while others need the room.
        void refuseUnfinished();
    }

    private final FairMemory memory;
    private final long bytesMax;
    private final int longestLine;
    private final Loop loop;
    private final Map<Long, OfUser> users = new HashMap<>();

    /// @param bytesMax how much memory that is
    UnfinishedLines(FairMemory memory, long bytesMax, int lineBytesMax, Loop loop) {
        this.memory = memory;
        this.bytesMax = bytesMax;
        this.longestLine = LineLimit.of(lineBytesMax).bytesMax();
        this.loop = loop;
    }

    /// The unfinished line of one client, which holds nothing yet.
    Line lineOf(Client client) {
        return new Line(client, users.computeIfAbsent(client.peer().uid(), _ -> new OfUser(client.peer())));
    }

    /// The lines of one user; there are as many users as have ever connected, so they are kept.
    private final class OfUser {

        private final FairMemory.Share share;
        private final Set<Line> unfinished = new LinkedHashSet<>();
        private final Queue<Line> waiting = new ArrayDeque<>();
        private boolean looking;

        private OfUser(Peer peer) {
            share = memory.join(peer.uid());
        }

        private void wait(Line line) {
            line.waits = true;
            waiting.add(line);
            share.waits();
            letOn();
        }

        private void waitNoMore(Line line) {
            line.waits = false;
            waiting.remove(line);
            share.waitsNoMore();
        }

        /// Lets those go on for whom there is room, and the first in any case unless another does.
        private void letOn() {
            for (Line next = waiting.peek(); next != null && mayGoOn(next); next = waiting.peek()) {
                waitNoMore(next);
                next.goOn();
            }
        }

        private boolean mayGoOn(Line line) {
            if (line.takesRoomFor(longestLine)) { // Else it would wait again, and hold what it has.
                return true;
            }
            line.goesOnAnyway = share.takeExemption();
            return line.goesOnAnyway;
        }

        private void lookLater() {
            if (!looking && !unfinished.isEmpty()) {
                looking = true;
                loop.schedule(LOOK_EVERY.toNanos(), this::look);
            }
        }

        /// Other loops make room and want some, and do not tell.
        private void look() {
            unfinished.forEach(Line::look);
            if (share.isAwaited()) {
                List.copyOf(unfinished).forEach(Line::refuseIfReadForLong);
                letOn();
            }
            looking = false;
            lookLater();
        }
    }

    /// What a client has sent of a line that has not ended.
    final class Line {

        private final Client client;
        private final OfUser user;
        private int bytes;
        private long taken;
        private int looks;
        private boolean waits;
        private boolean goesOnAnyway;

        private Line(Client client, OfUser user) {
            this.client = client;
            this.user = user;
        }

        /// Whether the client is not to be read for now.
        boolean waits() {
            return waits;
        }

        /// Whether lines of its user wait and this one has no room yet for so many bytes more: then less is
        /// to be read at once. Not the one for which they wait.
        boolean isCrowded(int more) {
            return !goesOnAnyway && user.share.isAwaited() && taken - bytes < more;
        }

        /// It holds so many bytes of memory now; none when everything that has arrived is complete.
        ///
        /// @param another whether it is another line than the one told before
        void holds(int nowBytes, boolean another) {
            if (nowBytes == 0 || another) {
                end();
            }
            bytes = nowBytes;
            if (nowBytes > 0) {
                grow();
            }
        }

        private void grow() {
            if (user.unfinished.add(this)) {
                looks = 0;
                user.lookLater();
            }
            if (!waits && (hasRoomFor(2L * bytes) || (maySkipTheQueue() && takesRoomFor(2L * bytes)))) {
                return;
            }
            long excess = bytes > taken ? user.share.takeAnyway(bytes - taken) : 0;
            taken = Math.max(taken, bytes);
            if (waits || goesOnAnyway) {
                return;
            }
            if (excess > bytesMax / EXCESS_PARTS) {
                client.refuseUnfinished();
            } else if (bytes > SHORT_BYTES_MAX || excess > bytesMax / LITTLE_PARTS) {
                user.wait(this);
            }
        }

        private boolean maySkipTheQueue() {
            return bytes <= SHORT_BYTES_MAX || user.waiting.isEmpty();
        }

        private boolean hasRoomFor(long wished) {
            return wanted(wished) <= taken;
        }

        private boolean takesRoomFor(long wished) {
            long wanted = wanted(wished);
            boolean fits = wanted <= taken || user.share.take(wanted - taken);
            if (fits) {
                taken = Math.max(taken, wanted);
            }
            return fits;
        }

        /// The memory of a line doubles when it is full, up to that of the longest.
        private long wanted(long wished) {
            return Math.max(bytes, Math.min(wished, longestLine));
        }

        private void goOn() {
            looks = 0;
            client.lineMayGrow();
        }

        private void look() {
            looks = client.isHeldBack() ? 0 : looks + 1;
        }

        private void refuseIfReadForLong() {
            if (looks >= LOOKS_MAX) {
                client.refuseUnfinished();
            }
        }

        /// It is complete, or nobody waits for its end any more.
        void end() {
            if (bytes == 0) {
                return;
            }
            bytes = 0;
            user.unfinished.remove(this);
            if (waits) {
                user.waitNoMore(this);
            }
            long given = taken;
            taken = 0;
            user.share.give(given);
            user.letOn();
            if (goesOnAnyway) {
                goesOnAnyway = false;
                user.share.endExemption(); // Last, so that it is another loop's turn.
            }
        }
    }
}
