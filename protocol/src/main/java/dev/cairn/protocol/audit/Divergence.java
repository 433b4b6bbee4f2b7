package dev.cairn.protocol.audit;

import dev.cairn.protocol.json.JsonKind;
import dev.cairn.protocol.json.JsonSyntaxException;
import dev.cairn.protocol.json.JsonTape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Joins a user's log and the relay's by event id and tells what either lacks, and which events have another
/// content in either (`specs/audit-relay.md` 13). Whether the logs are intact, their verifiers say.
///
/// Contents are compared by their canonical text: the relay's without what it adds, the user's as it is or
/// without the hashes of the user's chain, which clients add to their own copy (2.3). An id that has several
/// contents in one log is never the same in both: nobody could say which of them is meant.
///
/// Bounded memory: of an id and of one content 16 bytes of a SHA-256 are kept, and logs with more than [#IDS_MAX]
/// events are read several times, each time for another part of the ids.
public final class Divergence {

    /// Most ids kept at a time: 70 MB.
    public static final int IDS_MAX = 1_200_000;

    private static final int IN_RELAY = 1;
    private static final int IN_USER_LOG = 2;
    private static final int TOLD = 4;
    private static final int SEVERAL = 8;

    private static final String[] OF_THE_RELAY = {"_relay", "_relay_hash"};
    private static final String[] OF_A_CHAIN = {"prev_hash", "event_hash"};
    private static final String[] OF_A_DOCUMENTED_CHAIN = {"prev_hash", "hash"};

    /// Hears once of each event that the logs do not have in common.
    public interface Listener {

        void missingInRelay(Event event);

        void missingInUserLog(Event event);

        /// Both have that id, and not both with this content and no other.
        void differing(Event event);
    }

    /// @param timestamp as the event has it; empty when it has none
    public record Event(String id, String timestamp) {}

    /// @param userEvents different ids in the user's log
    /// @param relayEvents different ids in the relay's
    /// @param differing ids that both have, and not with one and the same content
    /// @param unreadable lines of both logs that have no id: no JSON, too long, too deep, or of another form
    public record Report(
            long userEvents,
            long relayEvents,
            long missingInRelay,
            long missingInUserLog,
            long differing,
            long unreadable) {

        public boolean isNone() {
            return missingInRelay == 0 && missingInUserLog == 0 && differing == 0;
        }
    }

    private interface LineVisitor {

        void line(byte[] bytes, int from, int to);
    }

    private interface Visitor {

        void event(JsonTape tape, String id);
    }

    private final Path userLog;
    private final Path relayLog;
    private final Listener listener;
    private final ReadingProgress progress;
    /// What is appended meanwhile is left out, so that every reading sees the same.
    private final long userLogLength;

    private final long relayLogLength;
    private final JsonTape tape = new JsonTape();
    private final LineHasher contents = new LineHasher();
    private final byte[] content = new byte[LineHasher.DIGEST_LENGTH];
    private long linesRead;
    private long bytesRead;
    private long bytesToRead;
    private long userEvents;
    private long relayEvents;
    private long inRelayOnly;
    private long missingInRelay;
    private long missingInUserLog;
    private long differing;
    private long unreadable;

    private Divergence(Path userLog, Path relayLog, Listener listener, ReadingProgress progress) throws IOException {
        this.userLog = userLog;
        this.relayLog = relayLog;
        this.listener = listener;
        this.progress = progress;
        userLogLength = Files.size(userLog);
        relayLogLength = Files.size(relayLog);
        bytesToRead = bytesOf(1);
    }

    public static Report between(Path userLog, Path relayLog, Listener listener) throws IOException {
        return between(userLog, relayLog, listener, ReadingProgress.NONE);
    }

    /// The same, telling how far it is.
    public static Report between(Path userLog, Path relayLog, Listener listener, ReadingProgress progress)
            throws IOException {
        return between(userLog, relayLog, listener, progress, IDS_MAX);
    }

    static Report between(Path userLog, Path relayLog, Listener listener, ReadingProgress progress, int idsMax)
            throws IOException {
        var divergence = new Divergence(userLog, relayLog, listener, progress);
        divergence.join(idsMax);
        return new Report(
                divergence.userEvents,
                divergence.relayEvents,
                divergence.missingInRelay,
                divergence.missingInUserLog,
                divergence.differing,
                divergence.unreadable);
    }

    private void join(int idsMax) throws IOException {
        long lines = count(userLog, userLogLength) + count(relayLog, relayLogLength);
        int parts = Math.toIntExact(Math.ceilDiv(Math.max(1, lines), idsMax));
        bytesToRead = bytesOf(parts);
        // A part's share varies by chance: a little more room than the average.
        var ids = new IdTable((int) Math.min(lines, idsMax + idsMax / 8L + 64), parts);
        long unreadableOnce = 0;
        unreadable = 0; // Counted with the first part.
        for (int part = 0; part < parts; part++) {
            inRelayOnly = 0;
            joinPart(ids, part);
            if (part == 0) {
                unreadableOnce = unreadable;
            }
            if (inRelayOnly > 0) {
                missingInUserLog += inRelayOnly;
                tellMissingInUserLog(ids, part);
            } else {
                tellProgress(relayLogLength);
            }
            ids.clear();
        }
        unreadable = unreadableOnce;
    }

    /// Both logs once to count, then for each part both once and the relay's again where the user's lacks
    /// events.
    private long bytesOf(int parts) {
        return userLogLength + relayLogLength + parts * (userLogLength + 2 * relayLogLength);
    }

    private void joinPart(IdTable ids, int part) throws IOException {
        visit(relayLog, relayLogLength, (event, id) -> {
            if (ids.isOfPart(id, part)) {
                visitOfRelay(ids, event);
            }
        });
        visit(userLog, userLogLength, (event, id) -> {
            if (ids.isOfPart(id, part)) {
                visitOfUser(ids, event, id);
            }
        });
    }

    private void tellMissingInUserLog(IdTable ids, int part) throws IOException {
        visit(relayLog, relayLogLength, (event, id) -> {
            if (ids.isOfPart(id, part) && (ids.marks() & (IN_RELAY | IN_USER_LOG | TOLD)) == IN_RELAY) {
                listener.missingInUserLog(told(event, id));
                ids.mark(TOLD);
            }
        });
    }

    private void visitOfRelay(IdTable ids, JsonTape event) {
        byte[] itsContent = contentOf(event, OF_THE_RELAY);
        if (ids.marks() == 0) {
            relayEvents++;
            inRelayOnly++;
            ids.mark(IN_RELAY);
            ids.keep(itsContent);
        } else if (!ids.keeps(itsContent)) {
            ids.mark(SEVERAL);
        }
    }

    private void visitOfUser(IdTable ids, JsonTape event, String id) {
        int before = ids.marks();
        if ((before & IN_USER_LOG) == 0) {
            userEvents++;
            ids.mark(IN_USER_LOG);
            if (before == 0) {
                missingInRelay++;
                listener.missingInRelay(told(event, id));
            } else {
                inRelayOnly--;
            }
        }
        if ((before & (IN_RELAY | TOLD)) == IN_RELAY && ((before & SEVERAL) != 0 || !isKept(ids, event))) {
            differing++;
            listener.differing(told(event, id));
            ids.mark(TOLD);
        }
    }

    /// Whether the relay was sent just this, or this without the hashes of the user's chain.
    private boolean isKept(IdTable ids, JsonTape event) {
        String[] added = event.member(0, "event_hash") >= 0 ? OF_A_CHAIN : OF_A_DOCUMENTED_CHAIN;
        return ids.keeps(contentOf(event)) || ids.keeps(contentOf(event, added));
    }

    private byte[] contentOf(JsonTape event, String... without) {
        contents.hash(event, content, 0, without);
        return content;
    }

    private static Event told(JsonTape tape, String id) {
        int timestamp = tape.member(0, "timestamp");
        boolean there = timestamp >= 0 && tape.is(timestamp, JsonKind.STRING);
        return new Event(id, there ? tape.text(timestamp) : "");
    }

    /// The lines that may be events: all that are not too long.
    private long count(Path log, long length) throws IOException {
        long before = linesRead;
        read(log, length, (_, _, _) -> {});
        return linesRead - before;
    }

    private void visit(Path log, long length, Visitor visitor) throws IOException {
        read(log, length, (bytes, from, to) -> visitLine(bytes, from, to, visitor));
    }

    private void read(Path log, long length, LineVisitor visitor) throws IOException {
        LogLines.read(
                log,
                length,
                new LogLines.Sink() {
                    @Override
                    public void line(byte[] bytes, int from, int to) {
                        linesRead++;
                        visitor.line(bytes, from, to);
                    }

                    @Override
                    public void tooLong() {
                        unreadable++;
                    }
                },
                this::tellProgress);
    }

    private void tellProgress(long bytes) {
        bytesRead += bytes;
        progress.at(linesRead, (double) bytesRead / bytesToRead);
    }

    private void visitLine(byte[] bytes, int from, int to, Visitor visitor) {
        try {
            tape.parse(bytes, from, to);
        } catch (JsonSyntaxException e) {
            unreadable++;
            return;
        }
        boolean object = tape.is(0, JsonKind.OBJECT);
        int type = object ? tape.member(0, "type") : -1;
        if (type >= 0 && tape.is(type, JsonKind.STRING) && tape.textEquals(type, "heartbeat")) {
            return;
        }
        int id = object && tape.depth() <= JsonTape.DEPTH_MAX ? tape.member(0, "id") : -1;
        if (id >= 0 && tape.is(id, JsonKind.STRING)) {
            visitor.event(tape, tape.text(id));
        } else {
            unreadable++;
        }
    }
}
